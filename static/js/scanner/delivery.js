// Carries one scan to the server and brings the answer back, however often it has to ask. A scan keeps its nonce, so asking twice counts once.
export class SignedOut extends Error {}
export class Dismissed extends Error {}
export class Rejected extends Error {}
class Trouble extends Error {
  constructor(message, wait) { super(message); this.wait = wait; }
}

const PATIENCE = 4000;
const again = new Set([408, 425, 429, 500, 502, 503, 504]);

async function ask(address, options) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { ...options, cache: "no-store", signal: limit.signal });
    // The body counts too: a connection may die in the middle of it.
    return { answer, text: await answer.text() };
  } catch (problem) {
    throw new Trouble(problem.message);
  } finally {
    clearTimeout(timer);
  }
}

const understood = (text) => { try { return JSON.parse(text); } catch { return null; } };

export function courier({ api, tokenAddress, csrf, gate, language }) {
  const place = `door-token ${api} ${gate}`;
  let token = null;
  try { token = sessionStorage.getItem(place); } catch { /* a browser that keeps nothing */ }

  async function renew() {
    const { answer, text } = await ask(tokenAddress, { method: "POST", headers: { "X-CSRFToken": csrf, Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
    // Signed in still, but no longer at this door.
    if ([403, 404].includes(answer.status)) throw new Dismissed();
    if (answer.type === "opaqueredirect" || [400, 401].includes(answer.status)) throw new SignedOut();
    const found = answer.ok ? understood(text) : null;
    if (!found?.token) throw new Trouble(`answered ${answer.status}`);
    token = found.token;
    try { sessionStorage.setItem(place, token); } catch { /* as above */ }
  }

  // Posts `body` once; a dead token is renewed on the way.
  async function post(path, body) {
    for (let renewed = false; ; renewed = true) {
      if (!token) await renew();
      const { answer, text } = await ask(api + path, {
        method: "POST", credentials: "omit", body: JSON.stringify(body),
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", Accept: "application/json", "Accept-Language": language },
      });
      if (answer.status === 401 && !renewed) { token = null; continue; }
      if (answer.status === 401 || again.has(answer.status)) throw new Trouble(`answered ${answer.status}`, Number(answer.headers.get("Retry-After")) * 1000);
      const found = understood(text);
      if (!answer.ok) throw new Rejected(found?.detail || `${answer.status}`);
      if (!found) throw new Trouble("not an answer of ours");
      return found;
    }
  }

  // Asks until there is an answer; `failed(n)` hears of each time that there was none. `tries` bounds it where giving up is safe.
  async function deliver(path, body, failed = () => {}, tries = Infinity) {
    for (let n = 1; ; n += 1) {
      try {
        return await post(path, typeof body === "function" ? body(n) : body);
      } catch (problem) {
        if (!(problem instanceof Trouble) || n >= tries) throw problem;
        failed(n);
        await pause(Math.max(problem.wait || 0, Math.min(1000 * n, 5000)));
      }
    }
  }
  return deliver;
}

// Ends early when the browser believes to be connected again; it is often wrong, so nothing depends on it.
function pause(time) {
  return new Promise((done) => {
    const timer = setTimeout(go, time);
    function go() { clearTimeout(timer); removeEventListener("online", go); done(); }
    addEventListener("online", go);
  });
}
