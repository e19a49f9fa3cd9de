// What survives a reload: scans that have no answer yet, and the last ones that have. A browser that keeps nothing still scans.
export function memory(store, key, most) {
  const read = () => { try { return JSON.parse(store().getItem(key)) ?? []; } catch { return []; } };
  let all = read();
  const write = () => { try { store().setItem(key, JSON.stringify(all)); } catch { /* full, or forbidden */ } };
  return {
    all: () => [...all],
    put(item) { all = [item, ...all.filter((one) => one.nonce !== item.nonce)].slice(0, most); write(); },
    drop(nonce) { all = all.filter((one) => one.nonce !== nonce); write(); },
  };
}
