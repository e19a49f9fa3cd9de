// A QR code drawn on the phone, for a badge where there is no network: alphanumeric texts (our addresses in upper case), level M, versions
// 1 to 10, one fixed mask. After ISO/IEC 18004:2015, §7; conference/documents/qr.py draws all others.
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const CHECKS = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26], BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5];  // level M, by version
const MASK = 0;

const size = (version) => 17 + 4 * version;

function places(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2, step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const found = [6];
  for (let at = size(version) - 7; found.length < count; at -= step) found.splice(1, 0, at);
  return found;
}

// How many codewords a version holds, checks included.
function room(version) {
  let bits = (16 * version + 128) * version + 64;
  if (version >= 2) { const count = Math.floor(version / 7) + 2; bits -= (25 * count - 10) * count - 55; }
  if (version >= 7) bits -= 36;
  return Math.floor(bits / 8);
}

const data = (version) => room(version) - CHECKS[version] * BLOCKS[version];

// Multiplication in the field of 256 elements with 0x11D.
function times(one, other) {
  let found = 0;
  for (let bit = 7; bit >= 0; bit -= 1) found = (found << 1) ^ ((found >>> 7) * 0x11d) ^ (((other >>> bit) & 1) * one);
  return found;
}

function divisor(degree) {
  const found = new Uint8Array(degree);
  found[degree - 1] = 1;
  for (let root = 1, i = 0; i < degree; i += 1, root = times(root, 2)) for (let j = 0; j < degree; j += 1) found[j] = times(found[j], root) ^ (found[j + 1] ?? 0);
  return found;
}

function checksOf(block, by) {
  const found = new Uint8Array(by.length);
  for (const byte of block) {
    const factor = byte ^ found[0];
    found.copyWithin(0, 1);
    found[by.length - 1] = 0;
    by.forEach((coefficient, i) => { found[i] ^= times(coefficient, factor); });
  }
  return found;
}

function encoded(text) {
  const length = Math.ceil(text.length * 5.5);
  const version = CHECKS.findIndex((_, v) => v > 0 && 4 + (v < 10 ? 9 : 11) + length <= data(v) * 8);
  if (version < 1 || [...text].some((letter) => !LETTERS.includes(letter))) throw new Error("too long for a badge, or not alphanumeric");
  const bits = [];
  const put = (value, count) => { for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1); };
  put(2, 4);
  put(text.length, version < 10 ? 9 : 11);
  for (let i = 0; i + 1 < text.length; i += 2) put(LETTERS.indexOf(text[i]) * 45 + LETTERS.indexOf(text[i + 1]), 11);
  if (text.length % 2) put(LETTERS.indexOf(text.at(-1)), 6);
  const whole = data(version) * 8;
  put(0, Math.min(4, whole - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < whole; pad ^= 0xec ^ 0x11) put(pad, 8);
  const bytes = Uint8Array.from({ length: whole / 8 }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(""), 2));
  return { version, bytes: interleaved(bytes, version) };
}

function interleaved(bytes, version) {
  const count = BLOCKS[version], short = Math.floor(bytes.length / count), longs = bytes.length % count, by = divisor(CHECKS[version]);
  const blocks = [];
  for (let i = 0, at = 0; i < count; i += 1) { const length = short + (i >= count - longs ? 1 : 0); blocks.push(bytes.slice(at, at + length)); at += length; }
  const checks = blocks.map((block) => checksOf(block, by)), found = [];
  for (const set of [blocks, checks]) for (let i = 0; i <= short || i < CHECKS[version]; i += 1) for (const block of set) if (i < block.length) found.push(block[i]);
  return found;
}

// The modules, row by row: true is dark.
export function modules(text) {
  const { version, bytes } = encoded(text), side = size(version);
  const grid = Array.from({ length: side }, () => new Array(side).fill(false)), fixed = Array.from({ length: side }, () => new Array(side).fill(false));
  const set = (x, y, dark) => { if (x >= 0 && y >= 0 && x < side && y < side) { grid[y][x] = Boolean(dark); fixed[y][x] = true; } };
  for (let i = 0; i < side; i += 1) { set(6, i, i % 2 === 0); set(i, 6, i % 2 === 0); }
  for (const [cx, cy] of [[3, 3], [side - 4, 3], [3, side - 4]]) for (let dy = -4; dy <= 4; dy += 1) for (let dx = -4; dx <= 4; dx += 1) { const ring = Math.max(Math.abs(dx), Math.abs(dy)); set(cx + dx, cy + dy, ring !== 2 && ring !== 4); }
  const centres = places(version), last = centres.length - 1;
  centres.forEach((cx, i) => centres.forEach((cy, j) => {
    if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
    for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
  }));
  format(set, side);
  if (version >= 7) {
    let rest = version;
    for (let i = 0; i < 12; i += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const facts = (version << 12) | rest;
    for (let i = 0; i < 18; i += 1) { const a = side - 11 + (i % 3), b = Math.floor(i / 3), dark = (facts >>> i) & 1; set(a, b, dark); set(b, a, dark); }
  }
  let at = 0;
  for (let right = side - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; step += 1) for (let j = 0; j < 2; j += 1) {
      const x = right - j, up = ((right + 1) & 2) === 0, y = up ? side - 1 - step : step;
      if (fixed[y][x]) continue;
      const dark = at < bytes.length * 8 ? (bytes[at >>> 3] >>> (7 - (at & 7))) & 1 : 0;
      grid[y][x] = Boolean(dark) !== ((x + y) % 2 === 0);  // mask 0
      at += 1;
    }
  }
  return grid;
}

function format(set, side) {
  const facts = (0 << 3) | MASK;  // level M
  let rest = facts;
  for (let i = 0; i < 10; i += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((facts << 10) | rest) ^ 0x5412, bit = (i) => (bits >>> i) & 1;
  for (let i = 0; i <= 5; i += 1) set(8, i, bit(i));
  set(8, 7, bit(6)); set(8, 8, bit(7)); set(7, 8, bit(8));
  for (let i = 9; i < 15; i += 1) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i += 1) set(side - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i += 1) set(8, side - 15 + i, bit(i));
  set(8, side - 8, true);
}

// The same as one path of an SVG with its four modules of quiet zone.
export function drawn(text) {
  const grid = modules(text), side = grid.length + 8;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("role", "img");
  path.setAttribute("d", grid.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join(""));
  path.setAttribute("fill", "#000");
  svg.append(path);
  return svg;
}
