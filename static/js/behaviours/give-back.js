// Around a form that ends this phone's work at the door (signing out, giving it back): what the phone kept about people goes with it. Scans that
// wait are handed in first by staying: who insists is asked once. Other pages of this phone leave too.
import { forget } from "../door/leaving.js";
import { openStore } from "../door/store.js";

export function giveBack(root) {
  let ready = false;
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    if (ready) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      const store = await openStore(), waiting = (await store.all("queue")).filter((item) => !item.problem).length;
      if (waiting && !confirm(root.dataset.sayWaiting.replace("{n}", waiting))) return;
      await forget(store);
      if ("BroadcastChannel" in window) new BroadcastChannel("door").postMessage({ left: "/sign-in" });
    } catch (problem) {
      console.warn("door: not taken away:", problem);
    }
    ready = true;
    form.requestSubmit();
  }, true);
}
