// How many have come, at the foot; and whether we are heard, at the top.
const EVERY = 7000;

export function turnout(address, phrases, waiting) {
  const arrived = document.querySelector("[data-arrived]"), expected = document.querySelector("[data-expected]"), state = document.getElementById("door-state");
  const spaced = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  let timer = null, kind = "on";

  function tell() {
    const n = waiting();
    const words = [{ on: phrases.online, slow: phrases.slow, off: phrases.lost }[kind], n && phrases.waiting.replace("{n}", n)].filter(Boolean).join(" · ");
    state.dataset.state = n && kind === "on" ? "slow" : kind;
    const place = state.querySelector("[data-live-text]");
    if (place.textContent !== words) place.textContent = words;
  }

  async function ask() {
    clearTimeout(timer);
    const limit = new AbortController();
    const patience = setTimeout(() => limit.abort(), 4000);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual", cache: "no-store", signal: limit.signal });
      if (answer.type === "opaqueredirect") return location.reload();
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      const figures = await answer.json();
      arrived.textContent = spaced(figures.arrived);
      expected.textContent = spaced(figures.expected);
      kind = "on";
    } catch {
      kind = "off";
    }
    clearTimeout(patience);
    tell();
    clearTimeout(timer);
    timer = setTimeout(ask, EVERY * (document.hidden ? 6 : 1) * (0.9 + Math.random() * 0.2));
  }

  timer = setTimeout(ask, EVERY);
  return { ask, tell, lost() { kind = "off"; tell(); }, found() { kind = "on"; tell(); } };
}
