// The shared inside of the region. What comes new is put in without moving what is being read or touched: never while a
// finger is down, and what stands in the window keeps its place there.
import { morph } from "./morph.js";

const AFTER_TOUCH = 350, IDLE = 5000, GUARD = 400;

export function boards(region, { woven }) {
  const board = region.querySelector("[data-asking-board]"), newer = region.querySelector("[data-asking-newer]");
  let pressed = false, waiting = null, touched = -IDLE, timer = null, guarded = null, fresh = null;

  board.addEventListener("pointerdown", () => { pressed = true; touched = performance.now(); clearTimeout(timer); });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, released);
  window.addEventListener("scroll", () => { touched = performance.now(); if (fresh && inSight(fresh)) seen(); }, { passive: true });
  // What moved under the finger in the last moment is not what was meant, nor the second tap of a double one.
  board.addEventListener("click", (event) => {
    const again = event.detail > 1 && event.target.closest("button");
    if (again || (event.detail && guarded)) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  newer.addEventListener("click", () => {
    fresh?.scrollIntoView({ block: "center", behavior: "smooth" });
    seen();
  });

  function released() {
    if (!pressed) return;
    pressed = false;
    clearTimeout(timer);
    timer = setTimeout(() => { if (waiting !== null) weave(waiting); }, AFTER_TOUCH); // after the click that follows
  }

  function weave(text) {
    if (pressed || performance.now() - touched < AFTER_TOUCH) {
      waiting = text;
      if (!pressed) { clearTimeout(timer); timer = setTimeout(() => { if (waiting !== null && !pressed) weave(waiting); }, AFTER_TOUCH); }
      return;
    }
    waiting = null;
    const page = new DOMParser().parseFromString(text, "text/html"), wanted = page.querySelector("[data-board]");
    if (!wanted) return;
    const before = new Set(keyed(board).map((one) => one.id));
    const focused = board.contains(document.activeElement) ? document.activeElement : null;
    const anchor = anchored(focused), top = anchor?.getBoundingClientRect().top;
    morph(board.querySelector("[data-board]"), wanted);
    if (focused && document.activeElement !== focused && focused.isConnected) focused.focus({ preventScroll: true });
    const added = keyed(board).filter((one) => !before.has(one.id));
    woven(added);
    if (anchor?.isConnected) hold(anchor, top);
    else if (added.length) guard();
    const above = added.filter((one) => one.getBoundingClientRect().bottom < 60);
    if (above.length) show(above[0]);
    board.dispatchEvent(new CustomEvent("content-changed", { bubbles: true }));
  }

  // The element whose place in the window is kept: what has the focus, else the first that is to be seen. Nobody has
  // touched the page for a while and it stands at its top: then what is new may come into sight.
  function anchored(focused) {
    const own = focused?.closest(KEYED);
    if (own && inSight(own)) return own;
    if (window.scrollY < 8 && performance.now() - touched > IDLE) return null;
    return keyed(board).find(inSight);
  }

  function hold(anchor, top) {
    const moved = anchor.getBoundingClientRect().top - top;
    if (Math.abs(moved) < 1) return;
    scroller(region).scrollBy({ top: moved, behavior: "instant" });
    if (Math.abs(anchor.getBoundingClientRect().top - top) > 4) guard();
  }

  function guard() {
    clearTimeout(guarded);
    board.setAttribute("aria-busy", "true");
    guarded = setTimeout(() => { guarded = null; board.removeAttribute("aria-busy"); }, GUARD);
  }

  function show(one) {
    fresh = one;
    newer.querySelector("span").textContent = region.dataset["poll" in one.dataset ? "sayPoll" : "sayQuestion"];
    newer.hidden = false;
  }

  function seen() {
    fresh = null;
    newer.hidden = true;
  }

  return { weave, board };
}

const KEYED = "[data-poll], [data-question]";
const keyed = (board) => [...board.querySelectorAll(KEYED)];

function inSight(one) {
  const { top, bottom } = one.getBoundingClientRect();
  return bottom > 60 && top < window.innerHeight;
}

function scroller(element) {
  for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
    if (one.scrollHeight > one.clientHeight && /auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return window;
}
