// Lets this page be opened without a network: the worker keeps what it loads, and a copy of it without anything about anybody is kept here.
const WORKER = "/door/worker.js", SCOPE = "/door/";

// `address` gives the page to keep, `build` names what it loads, `path` is where it is opened: this page, unless it is said. Resolves when it is kept, with false where it cannot be.
export async function keepShell(address, build, path = location.pathname) {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return false;
  try {
    const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
    registration.addEventListener("updatefound", () => arrived(registration).then(() => keep(address, build, path)).catch(() => {}));
    await arrived(registration);
    if (await keep(address, build, path)) return true;
    // The first worker of this phone may still be at it.
    await navigator.serviceWorker.ready;
    return await keep(address, build, path);
  } catch (problem) {
    console.warn("door: not kept for offline:", problem);
    return false;
  }
}

// When a worker that is being installed has everything, or has failed.
function arrived(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (!worker || ["activated", "redundant"].includes(worker.state)) return Promise.resolve();
  return new Promise((done) => worker.addEventListener("statechange", () => { if (["activated", "redundant"].includes(worker.state)) done(); }));
}

// Kept only beside the files of its own build: a page whose scripts are missing is worse than an older one.
async function keep(address, build, path) {
  const name = `door-${build}`;
  // An install that failed leaves an empty one; this file is among those of its build.
  if (!(await caches.match(import.meta.url, { cacheName: name, ignoreVary: true }))) return false;
  const answer = await fetch(address, { credentials: "same-origin", redirect: "error", headers: { Accept: "text/html" } });
  if (!answer.ok) return false;
  // Read to its end, and put beside the older copies before they go: a network that dies in the middle, or a page that is left, would leave none.
  const text = await answer.text(), headers = new Headers(answer.headers);
  for (const said of ["Content-Encoding", "Content-Length"]) headers.delete(said);
  const cache = await caches.open(name), older = await cache.keys(path, { ignoreSearch: true, ignoreVary: true });
  await cache.put(`${path}?kept=${crypto.randomUUID()}`, new Response(text, { headers }));
  await Promise.all(older.map((one) => cache.delete(one, { ignoreVary: true })));
  return true;
}
