// What this phone kept about people goes: on signing out, when it was put out, two days after the meeting.
const AFTER = 48 * 3600_000;

// Everything but what has not been handed in yet: scans (codes and times), and walk-ins, whose names are nowhere else (see dropOld); with `queue` that too.
export async function forget(store, { queue = false } = {}) {
  const places = ["facts", "points", "chunks", "changes", "verdicts", ...(queue ? ["queue"] : [])];
  await store.write(places.map((place) => ({ place }))).catch((problem) => console.warn("door: not taken away:", problem));
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("door-")) sessionStorage.removeItem(key);
    // The pages that were kept for opening without a network; what they load stays, it is nobody's.
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) if (new URL(request.url).pathname.startsWith("/door/")) await cache.delete(request);
    }
  } catch { /* a browser that keeps nothing */ }
}

export const isOver = (point, now = Date.now()) => Boolean(point?.ends_at) && now - Date.parse(point.ends_at) > AFTER;

// Walk-ins are names and phones, and go two days after the meeting: when the server has had its say about them, or where nobody can hand them in.
export async function dropOld(queue, now = Date.now()) {
  const over = (await queue.all()).filter((item) => item.kind === "walk_in" && isOver(item, now));
  if (over.length) await queue.drop(over.map((item) => item.nonce));
}

export async function forgetOld(store, now = Date.now()) {
  const points = await store.all("points").catch(() => []);
  const over = points.filter((facts) => isOver(facts.point, now));
  if (over.length && over.length === points.length) return forget(store);
  for (const { id } of over) await store.write([{ place: "chunks", of: id }, { place: "changes", of: id }, { place: "points", key: id }]).catch(() => {});
}
