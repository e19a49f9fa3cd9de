// A page beside the scanner says how this phone stands, and hands in what waits. Its forms need the server: while nobody is heard they are not
// sent, and the page says so and keeps what was ticked or typed.
import { sayNotSent } from "../door/not-sent.js";
import { openStation, pageOf } from "../door/station.js";
import { line } from "../scanner/line.js";

const PATIENCE = 2000;

export async function doorLine(root) {
  let bar = null, passing = false, wake = () => {};
  const here = await openStation(pageOf(root), { changed, told: (facts) => bar?.told(facts) });
  bar = line(root, () => here);
  bar.show();

  function changed() {
    bar?.show();
    if (bar && !unheard()) wake();
  }

  function unheard() { return here.contact.mode === "alone" && !here.contact.slow; }

  // Before the form's own listeners, so that its button is not spent.
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post" || passing || !unheard()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button?.setAttribute("aria-busy", "true");
    // The network may be back, and nobody has asked yet.
    here.contact.now();
    await Promise.race([new Promise((done) => { wake = done; }), new Promise((done) => setTimeout(done, PATIENCE))]);
    button?.removeAttribute("aria-busy");
    if (unheard()) return sayNotSent(bar.phrases.notSent);
    passing = true;
    form.requestSubmit(button);
    passing = false;
  }, true);
}
