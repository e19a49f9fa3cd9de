// The screen while somebody stands before it: a verdict, a question to the steward, or why there is none yet.
const STAYS = { go: 2500, left: 2500, again: 6000 };
const HOLDS = new Set(["stop", "wait", "ask", "end"]);

export function stage(root, { phrases, play }) {
  const place = root.querySelector("[data-stage]"), desk = root.querySelector("[data-desk]"), said = root.querySelector("[data-said]");
  const template = document.getElementById("verdict-template");
  let timer = null, kind = null, afterwards = null;

  function put({ kind: look, word, name = "", unit = "", detail = "", advice = "" }) {
    clearTimeout(timer);
    kind = look;
    const piece = template.content.cloneNode(true), whole = piece.querySelector("[data-verdict]");
    whole.dataset.kind = look;
    whole.classList.add("arrives");
    for (const [slot, text] of Object.entries({ word, name, unit, detail, advice })) piece.querySelector(`[data-slot="${slot}"]`).textContent = text;
    const next = piece.querySelector("[data-next]"), back = piece.querySelector("[data-take-back]");
    place.replaceChildren(piece);
    place.hidden = false;
    desk.inert = true;
    root.classList.add("is-covered");
    // Where the screen is too small for all of it, the head of the page gives way: who it is matters more.
    scrollTo(0, place.getBoundingClientRect().top + scrollY);
    return { next, back };
  }

  const spoken = (verdict) => [verdict.word, verdict.name, verdict.unit, verdict.detail, verdict.advice].filter(Boolean).join(phrases.comma);

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
    scrollTo(0, 0);
    // The button that had the focus is gone.
    document.getElementById("main").focus({ preventScroll: true });
    afterwards?.();
    afterwards = null;
  }

  const closable = () => kind && !["wait", "ask", "end"].includes(kind);
  place.addEventListener("click", () => { if (closable()) clear(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && closable() && !root.querySelector("dialog[open]")) clear(); });

  return {
    say, clear,
    holds: () => HOLDS.has(kind),
    verdict(verdict, undo, after) {
      const { next, back } = put(verdict);
      back.hidden = !undo;
      if (undo) back.addEventListener("click", (event) => { event.stopPropagation(); undo(); });
      afterwards = after;
      next.focus({ preventScroll: true });
      play(verdict.kind);
      say(spoken(verdict));
      if (STAYS[verdict.kind]) timer = setTimeout(clear, STAYS[verdict.kind]);
    },
    // Two buttons; it stays until one is pressed. `answered` hears true or false.
    question(verdict, { no, yes }, answered, after) {
      const { next, back } = put({ ...verdict, kind: "ask" });
      afterwards = after;
      next.textContent = no;
      back.textContent = yes;
      for (const [button, answer] of [[next, false], [back, true]]) button.addEventListener("click", (event) => { event.stopPropagation(); clear(); answered(answer); });
      next.focus({ preventScroll: true });
      play("ask");
      say(spoken(verdict));
    },
    // Nothing is scanned here any more: it stays, and there is no next one.
    end(verdict) {
      const { next, back } = put({ ...verdict, kind: "stop" });
      next.hidden = back.hidden = true;
      kind = "end";
      afterwards = null;
      document.getElementById("main").focus({ preventScroll: true });
      play("stop");
      say(spoken(verdict));
    },
    wait(word) {
      const { next, back } = put({ kind: "wait", word });
      next.hidden = back.hidden = true;
      afterwards = null;
    },
  };
}
