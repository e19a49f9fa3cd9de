// Carries one question to the server and the answer back. What it meets on the way it says by what it throws:
//   Trouble    no answer, or none of worth: ask again, after `wait` ms if it says so (`late`: it was given up on)
//   SignedOut  the session is over: somebody has to sign in      Dismissed  signed in, but no longer for this door
//   Revoked    this phone was put out                            Rejected   the server understood and says no (`status`, `message`)
export class Trouble extends Error {
  constructor(message, { wait = 0, status = 0, late = false } = {}) { super(message); this.wait = wait; this.status = status; this.late = late; }
}
export class SignedOut extends Error {}
export class Dismissed extends Error {}
export class Revoked extends Error {}
export class Rejected extends Error {
  constructor(message, status, code = null) { super(message); this.status = status; this.code = code; }
}

export const PATIENCE = 1500;
const LONGEST = 8000, WAIT_MOST = 60_000;
const later = new Set([408, 425, 429, 500, 502, 503, 504]);
const understood = (text) => { try { return JSON.parse(text); } catch { return null; } };

// `heard` is told how far the phone's clock is from the server's (ms to add), by the Date of each answer, and how long that took (ms).
export async function ask(address, options, { longest = LONGEST, heard = () => {} } = {}) {
  const limit = new AbortController(), timer = setTimeout(() => limit.abort(), longest), asked = Date.now();
  try {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", ...options, signal: limit.signal });
    // The body counts too: a connection may die in the middle of it.
    const text = answer.type === "opaqueredirect" ? "" : await answer.text();
    const date = Date.parse(answer.headers.get("Date"));
    // The Date is cut to the second; half of one is the fairest guess.
    if (date) heard(date + 500 - (asked + Date.now()) / 2, Date.now() - asked);
    if (later.has(answer.status)) throw new Trouble(`answered ${answer.status}`, { wait: Math.min(WAIT_MOST, Number(answer.headers.get("Retry-After")) * 1000 || 0), status: answer.status });
    return { status: answer.status, redirected: answer.type === "opaqueredirect", ours: answer.headers.has("Content-Security-Policy"), ok: answer.ok, text, json: understood(text) };
  } catch (problem) {
    throw problem instanceof Trouble ? problem : new Trouble(problem.message, { late: limit.signal.aborted });
  } finally {
    clearTimeout(timer);
  }
}

// What the answer of a page of ours (by the cookie, not the token) means where it is not the answer.
export function refusal({ status, redirected, ours, ok }) {
  // A proxy that stands in for a server that is away ends nobody's work.
  if ([403, 404, 410].includes(status) && !ours) return new Trouble(`answered ${status}, not by us`, { status });
  if (status === 410) return new Revoked();
  if ([403, 404].includes(status)) return new Dismissed();
  if (redirected || status === 401) return new SignedOut();
  return ok ? null : new Trouble(`answered ${status}`, { status });
}

export function courier({ api, tokenAddress, stateAddress, csrf, gate, language, store, heard }) {
  let formToken = csrf;
  const tokens = new Map();  // by gate: a scan is handed in for the gate where it was taken
  const place = (name) => `token ${api} ${name}`;
  let renewing = null;

  async function tokenOf(name) {
    if (!tokens.has(name)) {
      const kept = (await store.read("facts", place(name)).catch(() => null)) ?? null;
      if (!tokens.has(name)) tokens.set(name, kept);
    }
    if (tokens.get(name)) return tokens.get(name);
    if (name !== gate) return tokenOf(gate);
    // One for all who ask at once: a scan is taken back by the token that took it.
    renewing ??= renew().finally(() => (renewing = null));
    return renewing;
  }

  async function forget(name) {
    tokens.set(name, null);
    await store.write([{ place: "facts", key: place(name) }]).catch(() => {});
  }

  async function renew(again = false) {
    const answer = await ask(tokenAddress, { method: "POST", headers: { "X-CSRFToken": formToken, Accept: "application/json" }, credentials: "same-origin" }, { heard });
    if (answer.status === 400 && !again) {
      // The page was kept from an earlier session: the form's token is asked for anew.
      const state = await ask(stateAddress, { headers: { Accept: "application/json" }, credentials: "same-origin" }, { heard });
      const problem = refusal(state);
      if (problem) throw problem;
      formToken = state.json?.csrf ?? formToken;
      return renew(true);
    }
    if (answer.status === 400) throw new SignedOut();
    const problem = refusal(answer);
    if (problem) throw problem;
    if (!answer.json?.token) throw new Trouble("not an answer of ours");
    tokens.set(gate, answer.json.token);
    await store.write([{ place: "facts", key: place(gate), value: answer.json.token }]).catch(() => {});
    return answer.json.token;
  }

  // `path` goes on from the meeting's address in the API; without a body it is a GET. A dead token is renewed on the way.
  async function carry(path, body, { at = gate, longest } = {}) {
    for (let tries = 0; ; tries += 1) {
      const token = await tokenOf(at);
      const answer = await ask(api + path, {
        method: body ? "POST" : "GET", credentials: "omit", ...(body && { body: JSON.stringify(body) }),
        headers: { Authorization: `Bearer ${token}`, Accept: "application/json", "Accept-Language": language, ...(body && { "Content-Type": "application/json" }) },
      }, { longest, heard });
      if (answer.status === 401 && tries < 2) {
        for (const [name, held] of tokens) if (held === token) await forget(name);
        continue;
      }
      if (answer.status === 401) throw new SignedOut();
      if (!answer.ok) throw new Rejected(answer.json?.detail || `${answer.status}`, answer.status, answer.json?.code);
      if (answer.json === null) throw new Trouble("not an answer of ours");
      return answer.json;
    }
  }

  return { carry, csrf: (text) => { if (text) formToken = text; }, forgetAll: () => tokens.clear() };
}
