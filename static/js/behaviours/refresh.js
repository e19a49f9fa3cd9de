// Asks an address again every few seconds and shows what it answers. 304 costs nothing. Slower when nobody looks,
// and slower again while the connection is lost; it says so in words and in the live dot.
export function refresh(region) {
  const every = Number(region.dataset.seconds || 5) * 1000;
  const state = document.getElementById(region.dataset.state);
  const said = document.getElementById(`${region.id}-said`);
  let tag = region.dataset.etag ?? null, failures = 0, timer = null, asking = false, last = spoken(region);
  // What listens beyond the region ends with it.
  const gone = new AbortController(), { signal } = gone;
  show("on");

  async function ask() {
    if (!region.isConnected) return gone.abort();
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    const limit = new AbortController();
    const patience = setTimeout(() => limit.abort(), 10000);
    try {
      const headers = { Accept: "text/html", "X-Requested-With": "refresh" };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await fetch(region.dataset.address, { headers, cache: "no-store", credentials: "same-origin", redirect: "error", signal: limit.signal });
      if (answer.status === 200) {
        const text = await answer.text();
        tag = answer.headers.get("ETag");
        replace(region, text);
        const now = spoken(region);
        if (now && now !== last && said) said.textContent = now;
        last = now;
      } else if (answer.status !== 304) {
        throw new Error(`answered ${answer.status}`);
      }
      if (failures > 1 && said) said.textContent = region.dataset.sayOn;
      failures = 0;
      show("on");
    } catch {
      failures += 1;
      show(failures > 1 ? "off" : "slow");
      if (failures === 2 && said) said.textContent = region.dataset.sayOff;
    } finally {
      clearTimeout(patience);
      asking = false;
      if (region.isConnected) timer = setTimeout(ask, wait());
    }
  }

  function wait() {
    const slower = Math.min(2 ** failures, 12);
    // A little spread, so that two hundred screens do not ask in the same instant.
    return every * slower * (document.hidden ? 6 : 1) * (0.9 + Math.random() * 0.2);
  }

  function show(kind) {
    if (!state) return;
    state.dataset.state = kind;
    const words = state.querySelector("[data-live-text]") ?? state;
    const text = region.dataset[{ on: "sayOn", slow: "saySlow", off: "sayOff" }[kind]];
    if (words.textContent !== text) words.textContent = text;
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); }, { signal });
  window.addEventListener("online", ask, { signal });
  timer = setTimeout(ask, wait());
}

const spoken = (region) => region.querySelector("[data-announce]")?.textContent.trim() ?? "";

function replace(region, text) {
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
  const opened = [...region.querySelectorAll("details[open][id]")].map((one) => one.id);
  region.innerHTML = text;
  for (const id of opened) region.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  if (key) region.querySelector(key)?.focus({ preventScroll: true });
  region.dispatchEvent(new CustomEvent("content-changed", { bubbles: true }));
}
