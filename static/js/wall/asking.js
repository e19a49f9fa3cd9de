// Asks one address every few seconds, for ever. An answer that does not come is given up after five seconds; a watchman
// starts anew what a sleeping machine or a lost timer has ended.
const PATIENCE = 5000, WATCH = 15000;

export function asking(address, every, { heard, lost, gone }) {
  let tag = null, timer = null, busy = false, begun = performance.now();
  // The server's time at an instant of our own two clocks: one of them may stand still while the machine sleeps, the
  // other may be set. Whichever says that more time has passed is believed.
  let known = null;

  async function ask() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    begun = performance.now();
    const limit = new AbortController();
    const patience = setTimeout(() => limit.abort(), PATIENCE);
    try {
      const headers = { Accept: "text/html" };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await fetch(address, { headers, cache: "no-store", credentials: "same-origin", redirect: "error", signal: limit.signal });
      if (answer.status === 403 || answer.status === 410) {
        tag = null;
        gone();
      } else if (answer.status === 304) {
        note(answer);
        heard(null);
      } else if (answer.ok) {
        const text = await answer.text();
        tag = answer.headers.get("ETag");
        note(answer);
        heard(text);
      } else {
        throw new Error(`answered ${answer.status}`);
      }
    } catch {
      lost();
    } finally {
      clearTimeout(patience);
      busy = false;
      timer = setTimeout(ask, every);
    }
  }

  function note(answer) {
    const time = Number(answer.headers.get("Server-Time"));
    if (time) known = { time, steady: performance.now(), wall: Date.now() };
  }

  function now() {
    return known && known.time + Math.max(performance.now() - known.steady, Date.now() - known.wall);
  }

  setInterval(() => {
    if (performance.now() - begun > WATCH) {
      busy = false;
      ask();
    }
  }, WATCH / 3);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  window.addEventListener("online", ask);
  ask();
  // `soon` asks at once, but not twice in half a second; `now` is the server's time in ms, null before its first word.
  return { now, soon() { if (performance.now() - begun > 500) ask(); } };
}
