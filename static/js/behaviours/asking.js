// Questions and polls on a phone: kept fresh by asking for what everybody shares, with one's own laid over it.
import { boards } from "../asking/board.js";
import { composer } from "../asking/composer.js";
import { bodyOf, isBusy, send } from "../asking/deeds.js";
import { ownings } from "../asking/own.js";

const EVERY = 12000, PATIENCE = 10000, OWN_EVERY = 45000;

export function asking(region) {
  const words = region.dataset, state = document.getElementById("asking-state"), said = document.getElementById("asking-said");
  let tag = words.tag, failures = 0, timer = null, busy = false, again = false, asked = performance.now(), over = false;

  const { weave, board } = boards(region, { woven });
  const own = ownings(region, board), write = composer(region, { asked: () => { mine(); ask(); } });
  own.lay();
  show("on");
  schedule();

  async function ask() {
    if (busy) { again = true; return; }
    busy = true;
    clearTimeout(timer);
    const limit = new AbortController(), patience = setTimeout(() => limit.abort(), PATIENCE);
    try {
      // Its tag goes as it came: the page gives it bare, an answer in quotation marks.
      const headers = { Accept: "text/html", "If-None-Match": tag.includes('"') ? tag : `"${tag}"` };
      const answer = await fetch(words.address, { headers, cache: "no-store", credentials: "omit", redirect: "error", signal: limit.signal });
      if (answer.status === 200) {
        const text = await answer.text();
        tag = answer.headers.get("ETag") ?? "";
        weave(text);
      } else if (answer.status === 404 || answer.status === 403 || answer.status === 410) {
        over = true; // other people may watch now: only the page itself can say who
      } else if (answer.status !== 304) {
        throw new Error(`answered ${answer.status}`);
      }
      if (!over && failures > 1) tell(words.sayOn);
      failures = 0;
      show(over ? "over" : "on");
    } catch {
      failures += 1;
      show(failures > 1 ? "off" : "slow");
      if (failures === 2) tell(words.sayOff);
    } finally {
      clearTimeout(patience);
      busy = false;
      if (again) { again = false; ask(); } else schedule();
    }
    own.lay(); // what was believed for a while is not any more
    if (region.querySelector("[data-withdraw]") && performance.now() - asked > OWN_EVERY && !document.hidden) mine();
  }

  function schedule() {
    clearTimeout(timer);
    if (over || !region.isConnected) return;
    const slower = Math.min(1 + failures, 5) * (document.hidden ? 5 : 1);
    timer = setTimeout(ask, EVERY * slower * (0.85 + Math.random() * 0.3));
  }

  // What became of one's own questions, and what was really counted.
  async function mine() {
    if (!words.mine) return;
    asked = performance.now();
    try {
      const answer = await fetch(words.mine, { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      const found = await answer.json(), place = region.querySelector("[data-asking-own]");
      own.know(found);
      if (place.contains(document.activeElement)) document.activeElement.blur();
      place.innerHTML = found.own;
    } catch { /* it is asked for again after the next deed */ }
  }

  function woven(added) {
    own.lay();
    write.open(board.querySelector("[data-board]").dataset.open === "yes");
    const polls = added.filter((one) => "poll" in one.dataset);
    if (polls.length) tell(words.sayPoll); else if (added.length) tell(words.sayQuestion);
  }

  function tell(text) {
    said.textContent = "";
    said.textContent = text;
  }

  function show(kind) {
    state.dataset.state = kind === "over" ? "off" : kind;
    const text = words[{ on: "sayOn", slow: "saySlow", off: "sayOff", over: "sayOver" }[kind]], place = state.querySelector("[data-live-text]");
    if (place.textContent !== text) place.textContent = text;
  }

  region.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("[data-vote]")) { event.preventDefault(); await vote(form); }
    else if (form.matches("[data-choose]")) { event.preventDefault(); await choose(form); }
    else if (form.matches("[data-withdraw]")) { event.preventDefault(); await withdraw(form); }
  });

  const lost = { lost: words.sayLost, refused: words.sayRefused };

  async function vote(form) {
    const id = Number(form.closest("[data-question]").dataset.question), on = !own.has(id);
    if (isBusy(form)) return;
    const action = on ? form.dataset.vote : form.dataset.unvote, body = bodyOf(form, words.token), back = own.vote(id, on);
    const done = await send(form, action, body, lost);
    if (done?.ok) return ask();
    back();
    if (done) write.say(done.why, "wrong");
  }

  async function choose(form) {
    const poll = form.closest("[data-poll]").dataset.poll, place = () => board.querySelector(`[data-poll="${poll}"] [data-poll-said]`);
    const options = [...form.querySelectorAll('[name="option"]:checked')].map((one) => Number(one.value)), button = form.querySelector('[type="submit"]');
    if (isBusy(form)) return;
    button.setAttribute("aria-busy", "true");
    const body = bodyOf(form, words.token), back = options.length ? own.choose(poll, options) : null;
    const done = await send(form, form.action, body, lost);
    button.removeAttribute("aria-busy");
    if (!done) return;
    if (done.ok) { mine(); ask(); } else back?.();
    const line = place();
    if (line) { line.textContent = done.ok ? words.sayChosen : done.why; line.classList.toggle("is-wrong", !done.ok); }
    else if (!done.ok) write.say(done.why, "wrong");
  }

  async function withdraw(form) {
    const done = await send(form, form.action, bodyOf(form, words.token), lost);
    if (done && !done.ok) write.say(done.why, "wrong");
    mine();
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  window.addEventListener("online", ask);
}
