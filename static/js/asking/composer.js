// The composer: folded to one line until it is wanted, above the keyboard, and nothing typed is lost.
import { bodyOf, send } from "./deeds.js";

export function composer(region, { asked }) {
  const foot = region.querySelector("[data-asking-foot]"), form = region.querySelector("form[data-asking-ask]");
  if (!form) return { open() {}, say() {} };
  const text = form.querySelector("textarea"), count = form.querySelector("[data-asking-count]"), button = form.querySelector('[type="submit"]');
  const error = form.querySelector("[data-asking-error]"), toast = foot.querySelector("[data-asking-toast]"), closed = foot.querySelector("[data-asking-closed]");
  const words = region.dataset, label = button.textContent;
  let fading = null;

  foot.classList.add("is-awake");
  text.addEventListener("focus", unfold);
  text.addEventListener("input", typed);
  // Folded again by a tap elsewhere only: what folds under a finger takes the tap away.
  document.addEventListener("pointerup", (event) => { if (!foot.contains(event.target) && !text.value.trim()) foot.classList.add("is-folded"); });
  window.visualViewport?.addEventListener("resize", above);
  window.visualViewport?.addEventListener("scroll", above);
  typed();
  if (!text.value && document.activeElement !== text) foot.classList.add("is-folded");
  above();

  function unfold() { foot.classList.remove("is-folded"); }

  function typed() {
    // As the server counts: a character of four bytes is one.
    const n = [...text.value].length;
    count.textContent = n ? `${n}/500` : "";
    if (text.value) unfold();
    wrong("");
    text.style.setProperty("height", "auto");
    text.style.setProperty("height", `${text.scrollHeight + 2}px`);
  }

  // A phone's keyboard lies over the foot of the window, which does not become smaller.
  function above() {
    const seen = window.visualViewport;
    const under = seen && seen.scale < 1.05 ? Math.max(0, window.innerHeight - seen.height - seen.offsetTop) : 0;
    foot.style.setProperty("--keyboard", `${Math.round(under)}px`);
  }

  function wrong(why) {
    error.hidden = !why;
    error.querySelector("span").textContent = why;
    if (why) text.setAttribute("aria-invalid", "true"); else text.removeAttribute("aria-invalid");
  }

  function say(words, kind = "") {
    clearTimeout(fading);
    toast.textContent = words;
    toast.classList.toggle("is-wrong", kind === "wrong");
    if (words) fading = setTimeout(() => say(""), kind === "wrong" ? 12000 : 6000);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!text.value.trim()) {
      unfold();
      wrong(words.sayEmpty);
      text.focus();
      return;
    }
    say("");
    const sent = text.value, to = new FormData(form).get("to");
    button.setAttribute("aria-busy", "true");
    button.textContent = words.saySending;
    const done = await send(form, form.action, bodyOf(form, words.token), { lost: words.sayKept, refused: words.sayRefusedKept });
    button.removeAttribute("aria-busy");
    button.textContent = label;
    forgetSent();
    if (!done) return;
    if (!done.ok) return wrong(done.why);
    if (text.value === sent) text.value = ""; // what was typed meanwhile stays
    text.dispatchEvent(new Event("input", { bubbles: true })); // its draft goes
    if (!text.value) { text.blur(); foot.classList.add("is-folded"); }
    say(to === "private" ? words.sayPrivate : words.sayAsked);
    asked();
  });

  // Questions are taken, or not any more: what somebody is writing stays.
  function open(is) {
    closed.hidden = is;
    form.hidden = !is && !text.value.trim();
    button.disabled = !is;
  }

  return { open, say };
}

// draft.js notes what was sent, so that the next page can forget it; no page follows here.
function forgetSent() {
  try { sessionStorage.removeItem("draft-sent"); } catch { /* there is none */ }
}
