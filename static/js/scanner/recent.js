// The last scans of this phone, and taking the very last one back.
import { memory } from "./memory.js";
import { Dismissed, Rejected } from "./delivery.js";

// What changed where somebody stands: one who was in already stays in.
export const UNDOABLE = new Set(["go", "left"]);
const SHOWN = 8, WITHIN = 15 * 60 * 1000;

export function recent(root, { phrases, deliver, language, timezone, key, said, undone }) {
  const part = root.querySelector("[data-recent]"), list = root.querySelector("[data-recent-list]"), button = root.querySelector("[data-undo]"), ask = root.querySelector("[data-ask]");
  const kept = memory(() => sessionStorage, key, SHOWN);
  const clock = new Intl.DateTimeFormat(language, { timeZone: timezone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

  const last = () => kept.all().find((item) => item.id && !item.void && UNDOABLE.has(item.kind) && Date.now() - Date.parse(item.at) < WITHIN);

  function draw() {
    const all = kept.all();
    part.hidden = !all.length;
    button.hidden = !last();
    list.replaceChildren(...all.map((item) => {
      const line = document.createElement("li"), name = document.createElement("strong"), word = document.createElement("span"), time = document.createElement("time");
      name.textContent = item.name;
      word.textContent = item.void ? phrases.undone : item.word;
      word.className = "recent-word";
      word.dataset.kind = item.void ? "left" : item.kind;
      time.textContent = clock.format(new Date(item.at));
      time.dateTime = item.at;
      if (item.void) name.className = "is-void";
      line.append(name, word, time);
      return line;
    }));
  }

  function confirmed(item) {
    const question = phrases.undoAsk.replace("{name}", item.name).replace("{word}", item.word);
    if (!ask.showModal) return Promise.resolve(confirm(question));
    root.querySelector("[data-ask-title]").textContent = question;
    ask.returnValue = "no";
    ask.showModal();
    return new Promise((done) => ask.addEventListener("close", () => done(ask.returnValue === "yes"), { once: true }));
  }

  async function undo(item) {
    if (!(await confirmed(item))) return;
    try {
      await deliver(`/${item.id}/void`, { reason: phrases.undone }, () => {}, 3);
      kept.put({ ...item, void: true });
      draw();
      undone();
      said(phrases.undoneOf.replace("{name}", item.name));
    } catch (problem) {
      const text = problem instanceof Dismissed ? `${phrases.dismissed}${phrases.comma}${phrases.dismissedAdvice}` : problem instanceof Rejected ? problem.message || phrases.undoLate : phrases.undoLost;
      said(text);
      root.querySelector("[data-camera-note]").textContent = text;
    }
  }

  button.addEventListener("click", () => { const item = last(); if (item) undo(item); });
  draw();
  return { add(item) { kept.put(item); draw(); }, undo };
}
