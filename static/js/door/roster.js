// The roster of one checkpoint: everybody by their code, in memory; on the disk in chunks as they came, with what changed since laid over
// them, so that 20,000 people are read at once and one scan writes one line.
const FIELDS = ["code", "number", "name", "pinyin", "unit", "position", "category", "phone_tail", "mode", "status", "seat", "departure", "listed", "in", "first_scanned_at", "first_gate", "removed"];
const CHUNK = 1000, OVERLAY_MOST = 3000;
const OVER = new Set(["declined", "cancelled"]);

const packed = (row) => FIELDS.map((field) => row[field]);
// Written out, because it runs 20,000 times while somebody waits.
const unpacked = (f) => ({ code: f[0], number: f[1], name: f[2], pinyin: f[3], unit: f[4], position: f[5], category: f[6], phone_tail: f[7], mode: f[8], status: f[9], seat: f[10], departure: f[11], listed: f[12], in: f[13], first_scanned_at: f[14], first_gate: f[15], removed: f[16] });
const read = (item) => ({ ...Object.fromEntries(FIELDS.map((field) => [field, item[field] ?? null])), unit: item.unit?.name ?? "" });

// As conference/rules/checkin.py wants somebody: `removed` is said of the cancelled and of replaced codes alike.
export const person = (row) => ({ status: row.status, mode: row.mode, listed: row.listed !== false, revoked: row.removed && !OVER.has(row.status) });

export async function openRoster(store, id, { told = () => {} } = {}) {
  const rows = new Map(), touched = new Map();
  let facts = { id, cursor: null, whole: false, chunks: 0, synced_at: null }, overlay = 0, forgotten = false;

  async function load() {
    rows.clear();
    facts = { ...facts, ...(await store.read("points", id).catch(() => null)) };
    for (const chunk of await store.all("chunks", id).catch(() => [])) for (const fields of JSON.parse(chunk)) rows.set(fields[0], unpacked(fields));
    const laid = await store.all("changes", id).catch(() => []);
    for (const row of laid) rows.set(row.code, row);
    overlay = laid.length;
  }

  const laidOver = (changed) => (forgotten ? [] : changed).map((row) => ({ place: "changes", key: [id, row.code], value: row }));
  const written = () => ({ place: "points", key: id, value: facts });

  // One page of the wire; `asked` is when it was asked for: what was scanned here since then is newer than what it says.
  async function take(page, asked) {
    const came = page.items.map(read);
    for (const row of came) {
      const here = rows.get(row.code);
      if (here && (touched.get(row.code) ?? 0) >= asked) Object.assign(row, { in: here.in, first_scanned_at: here.first_scanned_at, first_gate: here.first_gate });
      rows.set(row.code, row);
    }
    const first = !facts.whole;
    facts = { ...facts, cursor: page.cursor, whole: facts.whole || !page.more, chunks: facts.chunks + (first ? 1 : 0), synced_at: page.more ? facts.synced_at : Date.now() };
    if (!first) overlay += came.length;
    const kept = first ? [{ place: "chunks", key: [id, facts.chunks], value: JSON.stringify(came.map(packed)) }] : laidOver(came);
    await write([...kept, written()]);
    if (came.length) told(came);
    if (overlay > OVERLAY_MOST) await tidy();
  }

  // Chunks anew, nothing over them; one transaction, of what is known at this moment.
  async function tidy() {
    const all = [...rows.values()], chunks = [];
    for (let from = 0; from < all.length; from += CHUNK) chunks.push({ place: "chunks", key: [id, chunks.length + 1], value: JSON.stringify(all.slice(from, from + CHUNK).map(packed)) });
    facts = { ...facts, chunks: chunks.length };
    overlay = 0;
    await write([{ place: "chunks", of: id }, { place: "changes", of: id }, ...chunks, written()]);
  }

  async function write(changes) {
    if (forgotten) return;
    try { await store.write(changes); } catch (problem) { console.warn("door: roster not kept:", problem); }
  }

  await load();
  return {
    find: (code) => rows.get(code),
    all: () => rows.values(),
    get size() { return rows.size; },
    get whole() { return facts.whole; },
    get syncedAt() { return facts.synced_at; },
    get facts() { return facts; },
    describe: async (more) => { facts = { ...facts, ...more }; await write([written()]); },
    // What a scan did to where somebody stands; returns what has to be written, so that it can be written with the scan itself.
    move(code, state) {
      const row = rows.get(code);
      if (!row) return [];
      const moved = { ...row, ...state };
      rows.set(code, moved);
      touched.set(code, Date.now());
      overlay += 1;
      told([moved]);
      return laidOver([moved]);
    },
    // Somebody new: registered at this door, or told by an answer before the roster told.
    add(row) {
      const whole = { ...read({}), ...row };
      rows.set(whole.code, whole);
      touched.set(whole.code, Date.now());
      overlay += 1;
      told([whole]);
      return laidOver([whole]);
    },
    // Another page of this phone learned something.
    hear(news) { for (const row of news) { rows.set(row.code, row); touched.set(row.code, Date.now()); } },
    // Asks for pages by `page(cursor)` until there is no more. Another page of this phone may have come further.
    async sync(page) {
      const known = await store.read("points", id).catch(() => null);
      if (known && known.cursor !== facts.cursor && (known.synced_at ?? 0) > (facts.synced_at ?? 0)) await load();
      for (let more = true; more;) {
        const asked = Date.now();
        const came = await page(facts.cursor);
        await take(came, asked);
        more = came.more;
      }
    },
    // The cursor is no longer understood: from the beginning.
    async restart() {
      facts = { ...facts, cursor: null, whole: false, chunks: 0 };
      overlay = 0;
      await write([{ place: "chunks", of: id }, { place: "changes", of: id }, written()]);
    },
    // For good: what is still on its way is not kept.
    forget() { forgotten = true; rows.clear(); touched.clear(); facts = { id, cursor: null, whole: false, chunks: 0, synced_at: null }; overlay = 0; },
  };
}
