// People by a part of the name, pinyin, initials, unit, number, or the last four digits of their phone, without asking anybody.
import { parse } from "./codes.js";
import { person } from "./roster.js";

const MOST = 20, DIGITS_LEAST = 2, LETTERS_LEAST = 2, TAIL = 4;

// { people, more } or { tooShort: true }.
export function search(rows, text) {
  const plain = text.normalize("NFKC").trim();
  const fits = condition(plain);
  if (!fits) return { tooShort: true, people: [], more: false };
  const found = [];
  for (const row of rows) if (row.name && fits(row)) found.push(row);
  found.sort((one, other) => rank(one, plain) - rank(other, plain) || (one.pinyin ?? "").localeCompare(other.pinyin ?? "", "en") || one.number.localeCompare(other.number));
  return { people: found.slice(0, MOST), more: found.length > MOST };
}

// Who is called so stands before who works there.
const rank = (row, plain) => (row.unit.includes(plain) && !row.name.includes(plain) ? 1 : 0);
const live = (row) => !person(row).revoked;

function condition(plain) {
  const code = parse(plain);
  if (code) return (row) => row.code === code;
  const digits = plain.replace(/^\+/, "").replace(/[\s-]+/g, "");
  if (/^\d+$/.test(digits)) {
    if (digits.length < DIGITS_LEAST) return null;
    // Of a whole phone number we know the end only.
    const tail = digits.length === TAIL || digits.length >= 11 ? digits.slice(-TAIL) : null;
    return (row) => live(row) && (row.number.endsWith(digits) || (tail !== null && row.phone_tail === tail));
  }
  if (/^[\x20-\x7e]*$/.test(plain)) {
    const letters = plain.replace(/\s+/g, "").toLowerCase();
    if (letters.length < LETTERS_LEAST) return null;
    const name = plain.toLowerCase();
    return (row) => {
      if (!live(row)) return false;
      const pinyin = (row.pinyin ?? "").toLowerCase();
      return pinyin.replace(/\s+/g, "").startsWith(letters) || initials(pinyin).startsWith(letters) || row.name.toLowerCase().includes(name) || row.unit.toLowerCase().includes(name);
    };
  }
  return plain ? (row) => live(row) && (row.name.includes(plain) || row.unit.includes(plain)) : null;
}

const initials = (pinyin) => pinyin.split(/\s+/).map((word) => word[0] ?? "").join("");
