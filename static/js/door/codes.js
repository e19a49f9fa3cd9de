// Codes in whatever a scanner or a person gives us, as conference/rules/codes.py finds them; and what is made by chance here.
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", LENGTH = 18;
const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);
const ADDRESS = /^(?:[A-Z][A-Z0-9+.-]*:\/\/)?[^/?#]*(?:\/[^?#]*)?\/C\/([^/?#]*)\/?(?:[?#][^]*)?$/;

export function parse(text) {
  const plain = text.normalize("NFKC").trim().toUpperCase();
  const candidate = (ADDRESS.exec(plain)?.[1] ?? plain).replace(/[\s\-‐‑–—]+/g, "");
  return CODE.test(candidate) ? candidate : null;
}

// Random even where crypto.randomUUID is missing (plain http, old WeChat).
export const nonce = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// A code for somebody who is registered without a network. 256 is no multiple of 31: what would favour the first letters is left out.
export function newCode() {
  const most = 256 - (256 % ALPHABET.length);
  let code = "";
  while (code.length < LENGTH) for (const byte of crypto.getRandomValues(new Uint8Array(32))) if (byte < most && code.length < LENGTH) code += ALPHABET[byte % ALPHABET.length];
  return code;
}
