// Around a form that ends this phone's work at the door (signing out, giving it back): what the phone kept about people goes with it. Scans that
// wait are handed in first; where that fails, or a walk-in was refused, whoever insists is told how many stay behind. Other pages of this phone leave too.
import { handOver } from "../door/hand-over.js";
import { forget } from "../door/leaving.js";
import { openStore } from "../door/store.js";

export function giveBack(root) {
  let ready = false, busy = false;
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    if (ready) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) return;
    busy = true;
    event.submitter?.setAttribute("aria-busy", "true");
    try {
      const store = await openStore();
      const { waiting, refused } = await handOver(store, { csrf: form.elements.csrf_token?.value, turnedAway: root.dataset.turnedAway });
      const { sayWaiting, sayRefused, sayAsk } = root.dataset;
      const left = [waiting && sayWaiting.replace("{n}", waiting), refused && sayRefused.replace("{n}", refused)].filter(Boolean);
      if (left.length && !confirm([...left, sayAsk].join("\n"))) return;
      // The others first: they may be writing.
      if ("BroadcastChannel" in window) new BroadcastChannel("door").postMessage({ left: "/sign-in" });
      await forget(store);
    } catch (problem) {
      console.warn("door: not taken away:", problem);
    } finally {
      busy = false;
      event.submitter?.removeAttribute("aria-busy");
    }
    ready = true;
    form.requestSubmit();
  }, true);
}
