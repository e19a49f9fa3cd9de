// Sends a form of the region: once for one tap, given up after a while. Gives {ok}, or why not in words.
const PATIENCE = 12000;
const busy = new WeakSet();

export const isBusy = (form) => busy.has(form);

export async function send(form, action, body, words) {
  if (busy.has(form)) return null;
  busy.add(form);
  const limit = new AbortController(), patience = setTimeout(() => limit.abort(), PATIENCE);
  try {
    const headers = { "X-Requested-With": "asking", Accept: "application/json" };
    const answer = await fetch(action, { method: "POST", body, headers, credentials: "same-origin", redirect: "error", signal: limit.signal, keepalive: true });
    if (answer.ok) return { ok: true };
    return { ok: false, why: (await told(answer)) || words.refused };
  } catch {
    return { ok: false, why: words.lost, lost: true };
  } finally {
    clearTimeout(patience);
    busy.delete(form);
  }
}

async function told(answer) {
  try {
    const found = (await answer.json()).error;
    return typeof found === "string" ? found : "";
  } catch {
    return "";
  }
}

// Old browsers of WeChat take no second argument of FormData.
export function bodyOf(form, token, extra = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  body.set("csrf_token", token);
  return body;
}
