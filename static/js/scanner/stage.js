// The screen while somebody stands before it: a verdict, or why there is none yet.
const STAYS = { go: 2500, left: 2500, again: 6000 };

export function stage(root, { phrases, play }) {
  const place = root.querySelector("[data-stage]"), desk = root.querySelector("[data-desk]"), said = root.querySelector("[data-said]");
  const template = document.getElementById("verdict-template");
  let timer = null, kind = null, afterwards = null;

  function put({ kind: look, word, name, unit, detail, advice }, undo) {
    clearTimeout(timer);
    kind = look;
    const piece = template.content.cloneNode(true), whole = piece.querySelector("[data-verdict]");
    whole.dataset.kind = look;
    whole.classList.add("arrives");
    for (const [slot, text] of Object.entries({ word, name, unit, detail, advice })) piece.querySelector(`[data-slot="${slot}"]`).textContent = text;
    const next = piece.querySelector("[data-next]"), back = piece.querySelector("[data-take-back]");
    back.hidden = !undo;
    if (undo) back.addEventListener("click", (event) => { event.stopPropagation(); undo(); });
    place.replaceChildren(piece);
    place.hidden = false;
    desk.inert = true;
    root.classList.add("is-covered");
    scrollTo(0, 0);
    return next;
  }

  function say(text) {
    // Emptied first, so that the same words are said again for the next person.
    said.textContent = "";
    setTimeout(() => (said.textContent = text), 50);
  }

  function clear() {
    clearTimeout(timer);
    kind = null;
    place.hidden = true;
    place.replaceChildren();
    desk.inert = false;
    root.classList.remove("is-covered");
    // The button that had the focus is gone.
    document.getElementById("main").focus({ preventScroll: true });
    afterwards?.();
    afterwards = null;
  }

  place.addEventListener("click", () => { if (kind && kind !== "wait") clear(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && kind && kind !== "wait" && !root.querySelector("dialog[open]")) clear(); });

  return {
    say, clear,
    holds: () => kind === "stop" || kind === "wait",
    verdict(verdict, undo, after) {
      const next = put(verdict, undo);
      afterwards = after;
      next.focus({ preventScroll: true });
      play(verdict.kind);
      say([verdict.word, verdict.name, verdict.unit, verdict.detail, verdict.advice].filter(Boolean).join(phrases.comma));
      if (STAYS[verdict.kind]) timer = setTimeout(clear, STAYS[verdict.kind]);
    },
    wait(word, detail, advice, later) {
      const fresh = kind !== "wait";
      afterwards = null;
      const next = put({ kind: "wait", word, name: "", unit: "", detail, advice }, null);
      next.textContent = phrases.later;
      next.addEventListener("click", (event) => { event.stopPropagation(); later(); });
      next.focus({ preventScroll: true });
      if (fresh || detail.endsWith(" 1")) say([word, advice].filter(Boolean).join(phrases.comma));
      if (fresh) play("wait");
    },
  };
}
