// The worker of /door/: opens its pages without a network. It keeps the files that they load, each build beside the last one, so that a page
// that is open when a new version comes can still load what it has not loaded yet. Pages are put beside them by static/js/door/shell.js;
// nothing is kept here that a page has not chosen to keep.
"use strict";

const { build, files } = self.DOOR;
const NAME = `door-${build}`, KEPT_BUILDS = 3, PATIENCE = 1500;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const known = await caches.match(files[0], { cacheName: NAME });  // all of them come, or none
    try {
      await (await caches.open(NAME)).addAll(files);
    } catch (problem) {
      // Of a build whose files did not all come, nothing stays.
      if (!known) await caches.delete(NAME);
      throw problem;
    }
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    // In the order in which they were made.
    const old = (await caches.keys()).filter((name) => name.startsWith("door-") && name !== NAME);
    await Promise.all(old.slice(0, Math.max(0, old.length - KEPT_BUILDS + 1)).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && request.mode === "navigate") event.respondWith(form(request));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

async function asset(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

// A form that did not arrive, or whose answer did not: where this phone stood last says so, and not the browser's own page of errors.
async function form(request) {
  try {
    return await fetch(request);
  } catch (problem) {
    const last = await lastPage();
    if (!last) throw problem;
    return Response.redirect(`${last}#not-sent`, 303);
  }
}

async function page(request, url) {
  const kept = await keptPage(url.pathname);
  const asked = fetch(request).catch(() => null);
  const answer = await (kept ? Promise.race([asked, new Promise((done) => setTimeout(done, PATIENCE))]) : asked);
  // A proxy that answers for a server that is away answers nothing of ours.
  if (answer && answer.status < 500 && answer.status !== 429) return answer;
  if (kept) return kept;
  // A kiosk is led back to its own page by every other one.
  const another = url.pathname.endsWith("/kiosk") ? null : await lastPage();
  if (another) return Response.redirect(another, 303);
  return answer ?? Response.error();
}

async function names() {
  // Our own build first: the worker that is in force is the newest, in whatever order a browser tells the rest.
  const old = (await caches.keys()).filter((name) => name.startsWith("door-") && name !== NAME);
  return [NAME, ...old.reverse()];
}

async function keptPage(path) {
  for (const name of await names()) {
    const found = await (await caches.open(name)).matchAll(path, { ignoreSearch: true, ignoreVary: true });
    if (found.length) return found.at(-1);
  }
  return null;
}

// Where this phone stood last; pages beside the scanner are reached from it.
async function lastPage() {
  for (const name of await names()) {
    const pages = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname).filter((path) => /^\/door\/[^/]+\/\d+$/.test(path));
    if (pages.length) return pages.at(-1);
  }
  return null;
}
