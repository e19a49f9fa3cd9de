// What the live page tells the server. The device is this browser: a name of its own that says nothing of who holds it.
export async function post(root, address, facts) {
  const limit = new AbortController();
  const patience = setTimeout(() => limit.abort(), 15000);
  try {
    return await fetch(address, {
      method: "POST", credentials: "same-origin", redirect: "error", cache: "no-store", signal: limit.signal,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": root.dataset.token, "X-Requested-With": "live" },
      body: JSON.stringify({ device: device(), ...facts }),
    });
  } finally {
    clearTimeout(patience);
  }
}

// WeChat and private windows may refuse either store; then a name holds as long as the page does.
const stores = () => ["localStorage", "sessionStorage"].map((name) => { try { return window[name]; } catch { return null; } }).filter(Boolean);
const memory = new Map();

export function kept(key) {
  for (const store of stores()) {
    try {
      const value = store.getItem(key);
      if (value !== null) return value;
    } catch { /* the next one */ }
  }
  return memory.get(key) ?? null;
}

export function keep(key, value) {
  memory.set(key, value);
  for (const store of stores()) {
    try { return void store.setItem(key, value); } catch { /* the next one */ }
  }
}

function device() {
  const known = kept("live-device");
  if (/^[A-Za-z0-9]{8,16}$/.test(known ?? "")) return known;
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => letters[one % 32]).join("");
  keep("live-device", made);
  return made;
}
