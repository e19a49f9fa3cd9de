// What this phone took and the server has not answered yet. It is written here before anything else is done with it, and taken out
// only when there is an answer: a reload, a crash or half an answer lose nothing, and the nonce lets nothing count twice.
//
//   { kind: "scan", nonce, slug, checkpoint_id, gate, scanned_at, skew, hold, code, direction, …what the door decided alone }
//   { kind: "walk_in", nonce, slug, checkpoint_id, gate, scanned_at, skew, hold, ends_at, body }      body is posted as it is, with nonce, scanned_at, sent_at
//
//   put(item)              writes it; the rest is filled in where it is missing (nonce, scanned_at, skew)
//   change(nonce, facts)   what was decided since, false where it is there no more; `also`, here and there, are further changes of the store
//                          that belong to it
//   find(nonce)            as it is now: another page may have changed it
//   drop(nonces)           they are answered
//   all()                  in the order of their times; what was refused for good (`problem`) last
//   waiting                how many, by what was last seen; `changed` hears of it, `wrote` of whatever is written
//
// `hold` is a time (ms) until which it is left alone, because whoever wrote it is asking the server or the steward about it.
// No name stands in a scan, so that it may outlive a roster that has to go; a walk-in is a name, and goes at last two days after the meeting (`ends_at`).
import { nonce } from "./codes.js";

const DISK = 400;  // ms

export function openQueue(store, { changed = () => {}, wrote = () => {}, skew = () => null } = {}) {
  // What could not be written stays here; so does everything in a browser that keeps nothing.
  const unkept = new Map(), lost = new Set();
  let waiting = 0, puts = 0;

  async function seen() {
    for (let before = null; before !== puts;) {
      before = puts;
      const found = (await all()).filter((item) => !item.problem).length;
      if (before === puts) waiting = found;
    }
    changed(waiting);
  }

  async function all() {
    const found = new Map();
    for (const item of await store.all("queue").catch(() => [])) found.set(item.nonce, item);
    for (const item of unkept.values()) found.set(item.nonce, item);
    return [...found.values()].sort((one, other) => Boolean(one.problem) - Boolean(other.problem) || one.scanned_at.localeCompare(other.scanned_at));
  }

  async function write(item, also = [], how = {}) {
    unkept.set(item.nonce, item);
    try {
      await store.write([{ place: "queue", key: item.nonce, value: item }, ...also], how);
      if (unkept.get(item.nonce) === item) unkept.delete(item.nonce);
      wrote();
    } catch (problem) {
      console.warn("door: not kept:", problem);
      lost.add(item.nonce);
    }
  }

  const find = async (name) => unkept.get(name) ?? (await store.read("queue", name).catch(() => undefined));

  return {
    all,
    find,
    seen,
    get waiting() { return waiting; },
    get kept() { return store.kept && ![...lost].some((name) => unkept.has(name)); },
    async put(item, also = []) {
      const whole = { nonce: nonce(), scanned_at: new Date().toISOString(), skew: skew(), hold: 0, ...item };
      puts += 1;
      waiting += 1;
      // Nobody waits before a disk that does not answer: the store writes in order, whenever it does.
      await Promise.race([write(whole, also, { strict: true }), new Promise((done) => setTimeout(done, DISK))]);
      changed(waiting);
      return whole;
    },
    async change(name, facts, also = []) {
      const item = await find(name);
      // Handed in meanwhile, by another page of this phone: what belongs to it is written all the same.
      if (!item) await store.write(also).catch(() => {});
      else await write({ ...item, ...facts }, also);
      return Boolean(item);
    },
    async drop(nonces, also = []) {
      for (const name of nonces) unkept.delete(name);
      await store.write([...nonces.map((name) => ({ place: "queue", key: name })), ...also]).catch((problem) => console.warn("door: not kept:", problem));
      wrote();
      await seen();
    },
  };
}
