// The last scans of this phone, and taking the very last one back; they outlive a reload and go with the roster.
import { Dismissed, Rejected } from "../door/courier.js";
import { heardAs } from "../door/station.js";

// What changed where somebody stands: one who was in already stays in.
export const UNDOABLE = new Set(["go", "left"]);
const SHOWN = 8, WITHIN = 15 * 60 * 1000;

export async function recent(root, { here, phrases, language, timezone, checkpoint, said, undone }) {
  const part = root.querySelector("[data-recent]"), list = root.querySelector("[data-recent-list]"), button = root.querySelector("[data-undo]"), ask = root.querySelector("[data-ask]");
  const clock = new Intl.DateTimeFormat(language, { timeZone: timezone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  let items = (await here.store.read("verdicts", checkpoint).catch(() => null)) ?? [];

  const last = () => items.find((item) => !item.void && UNDOABLE.has(item.kind) && Date.now() - Date.parse(item.at) < WITHIN);

  function keep(also = []) {
    draw();
    here.store.write([{ place: "verdicts", key: checkpoint, value: items }, ...also]).catch(() => {});
  }

  function add(item) {
    items = [item, ...items.filter((one) => one.nonce !== item.nonce)].slice(0, SHOWN);
    keep();
  }

  function change(nonce, facts) {
    if (!items.some((item) => item.nonce === nonce)) return;
    items = items.map((item) => (item.nonce === nonce ? { ...item, ...facts } : item));
    keep([{ place: "verdicts", key: heardAs(nonce) }]);
  }

  // What the server said of those that wait, while another page of this phone handed them in: [{ nonce, answer }].
  async function heard() {
    const found = await Promise.all(items.filter((item) => item.waits).map((item) => here.store.read("verdicts", heardAs(item.nonce)).catch(() => null)));
    return found.filter(Boolean);
  }

  function draw() {
    part.hidden = !items.length;
    button.hidden = !last();
    list.replaceChildren(...items.map(line));
  }

  function line(item) {
    const whole = document.createElement("li"), name = document.createElement("strong"), word = document.createElement("span"), time = document.createElement("time");
    name.textContent = item.name;
    word.textContent = item.void ? phrases.undone : item.waits ? `${item.word} · ${phrases.pending}` : item.word;
    word.className = "recent-word";
    word.dataset.kind = item.void ? "left" : item.kind;
    time.textContent = clock.format(new Date(item.at));
    time.dateTime = item.at;
    if (item.void) name.className = "is-void";
    whole.append(name, word, time);
    if (item.note) {
      const note = document.createElement("span");
      note.className = "recent-note";
      note.textContent = item.note;
      whole.append(note);
    }
    return whole;
  }

  function confirmed(item) {
    const question = phrases.undoAsk.replace("{name}", item.name).replace("{word}", item.word);
    if (!ask.showModal) return Promise.resolve(confirm(question));
    root.querySelector("[data-ask-title]").textContent = question;
    ask.returnValue = "no";
    ask.showModal();
    return new Promise((done) => ask.addEventListener("close", () => done(ask.returnValue === "yes"), { once: true }));
  }

  async function undo(nonce) {
    const asked = items.find((item) => item.nonce === nonce);
    if (!asked || !(await confirmed(asked))) return;
    // It may have been handed in while the question stood there.
    const item = items.find((one) => one.nonce === nonce) ?? asked;
    try {
      await here.undo({ item: { nonce, code: item.code, direction: item.kind === "left" ? "out" : "in", scanned_at: item.at }, id: item.id, before: item.before, reason: phrases.undone });
      change(nonce, { void: true });
      undone();
      said(phrases.undoneOf.replace("{name}", item.name));
    } catch (problem) {
      const text = problem instanceof Dismissed ? `${phrases.dismissed}${phrases.comma}${phrases.dismissedAdvice}` : problem instanceof Rejected ? problem.message || phrases.undoLate : phrases.undoLost;
      said(text);
      root.querySelector("[data-camera-note]").textContent = text;
    }
  }

  button.addEventListener("click", () => { const item = last(); if (item) undo(item.nonce); });
  draw();
  return { add, change, undo, heard, find: (nonce) => items.find((item) => item.nonce === nonce), forget() { items = []; draw(); } };
}
