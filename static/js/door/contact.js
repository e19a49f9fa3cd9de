// Whether the server is heard, and how well. Asked every few seconds; what the browser believes about the network is never trusted, only
// taken as a hint to ask at once.
//
//   mode   on           it answers                                alone     it does not, or too slowly: this phone decides
//          signed-out   it answers, but asks for a sign-in         dismissed, revoked   it answers, and not for us any more
import { ask, Dismissed, PATIENCE, refusal, Rejected, Revoked, SignedOut } from "./courier.js";

const OFTEN = 7000, ALONE = 3000, HIDDEN = 6, CLOCK = 60_000, LONGEST = 6000, GUESS = 1000;

// Nothing is scanned here any more, whatever is answered later.
export const OVER = new Set(["dismissed", "revoked"]);

export const modeOf = (problem) => (problem instanceof SignedOut ? "signed-out" : problem instanceof Dismissed ? "dismissed" : problem instanceof Revoked ? "revoked" : problem instanceof Rejected ? "on" : "alone");

// Each of `work` is begun each time that the server was heard, and holds up neither the others nor the next question; `told` hears what it said.
// `unheard` says that the page came from this phone, because nobody answered in time.
export function openContact(address, { waiting, told, changed, work, unheard = false }) {
  let mode = unheard ? "alone" : "on", slow = false, skew = null, timer = null, asking = null, again = false;
  const deeds = work.map(steady);

  function be(now, tardy = false) {
    if (OVER.has(mode)) return;
    if (mode === now && slow === tardy) return;
    mode = now;
    slow = tardy;
    changed();
  }

  async function round() {
    const began = performance.now();
    let tardy = false, out = false;
    try {
      const url = new URL(address, location.href);
      url.searchParams.set("waiting", waiting());
      const answer = await ask(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }, { longest: LONGEST, heard });
      const problem = refusal(answer);
      if (problem) throw problem;
      tardy = performance.now() - began > PATIENCE;
      await told(answer.json ?? {});
    } catch (problem) {
      be(modeOf(problem));
      if (OVER.has(mode)) return;
      // A token may outlive the session.
      out = mode === "signed-out";
      if (!out) return;
    }
    if (!out && mode !== "alone") be(tardy ? "alone" : "on", tardy);
    // Whoever answers, but does not take what we have, is no help to the next in the queue.
    Promise.all(deeds.map((deed) => deed())).then((done) => { if (!out && done.every(Boolean) && ["on", "alone"].includes(mode)) be(tardy ? "alone" : "on", tardy); });
  }

  // Does `deed` once at a time, and once more if it was wanted meanwhile; true when it is done. Who was told to wait is not asked before.
  function steady(deed) {
    let running = null, more = false, rest = 0;
    async function once() {
      try {
        do {
          more = false;
          await deed();
        } while (more);
        return true;
      } catch (problem) {
        if (problem.wait) rest = Date.now() + problem.wait;
        else if (!(problem instanceof SignedOut)) console.warn("door:", problem);
        if (problem instanceof Dismissed || problem instanceof Revoked) be(modeOf(problem));
        return false;
      } finally {
        running = null;
      }
    }
    return () => {
      if (Date.now() < rest) return Promise.resolve(false);
      more = Boolean(running);
      return (running ??= once());
    };
  }

  function heard(found, took) {
    // A Date is cut to the second, and a slow answer tells little. While it may be the same, it is: what was scanned first has the earlier time.
    if (skew !== null && Math.abs(found - skew) < GUESS + took / 2) return;
    const wrong = isWrong();
    skew = found;
    if (wrong !== isWrong()) changed();
  }
  const isWrong = () => skew !== null && Math.abs(skew) > CLOCK;

  // Asks now; the next time by itself. What is being asked already may be answered with what was before.
  function now() {
    clearTimeout(timer);
    again = Boolean(asking);
    asking ??= round().catch((problem) => console.warn("door:", problem)).finally(() => {
      asking = null;
      clearTimeout(timer);
      if (OVER.has(mode)) return;
      if (again) return void now();
      const pause = (mode === "on" ? OFTEN : ALONE) * (document.hidden ? HIDDEN : 1) * (0.9 + Math.random() * 0.2);
      timer = setTimeout(now, pause);
    });
    return asking;
  }

  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
  return { now, be, heard, get mode() { return mode; }, get slow() { return slow; }, get skew() { return skew; }, get clockIsWrong() { return isWrong(); } };
}
