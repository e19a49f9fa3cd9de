// Always in sight at a checkpoint: whether we are heard, what waits and how fresh the roster is, at the top; how many have come, at the foot.
import { sayNotSent } from "../door/not-sent.js";

const LATER = 250;

export function line(root, here) {
  const { language, timezone, checkpoint } = root.dataset;
  const phrases = JSON.parse(document.querySelector("[data-line]").dataset.line);
  const state = document.getElementById("door-state"), words = state.querySelector("[data-live-text]");
  const arrived = document.querySelector("[data-arrived]"), expected = document.querySelector("[data-expected]"), nods = document.querySelector("[data-nods-count]");
  const clock = new Intl.DateTimeFormat(language, { timeZone: timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const spaced = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  let soon = null;

  // Led here by the worker, with a form that could not be sent.
  if (location.hash === "#not-sent") {
    history.replaceState(null, "", location.pathname + location.search);
    sayNotSent(phrases.lost);
  }

  function show() {
    const { contact, queue, roster } = here(), n = queue.waiting;
    const mode = { on: phrases.online, alone: contact.slow ? phrases.slow : phrases.alone, "signed-out": phrases.alone, dismissed: phrases.dismissed, revoked: phrases.revokedWord }[contact.mode];
    const fresh = roster.syncedAt ? phrases.roster.replace("{time}", clock.format(roster.syncedAt)) : roster.size ? phrases.loading.replace("{n}", spaced(roster.size)) : phrases.noRoster;
    // One line on a phone: while something waits, that is what matters, if only there is a roster.
    const text = [mode, n && phrases.waiting.replace("{n}", n), !(n && roster.whole) && fresh].filter(Boolean).join(" · ");
    state.dataset.state = contact.mode === "on" ? (n ? "slow" : "on") : contact.mode === "alone" ? "slow" : "off";
    if (words.textContent !== text) words.textContent = text;
    // This reads the queue from the disk: not while a scan wants to be written there.
    clearTimeout(soon);
    soon = setTimeout(count, LATER);
  }

  // What the server said last, kept with the roster; who was let in here and is not known there yet counts too.
  async function count() {
    const { figures } = here().roster.facts;
    if (!figures || !arrived) return;
    const waiting = (await here().queue.all()).filter((item) => (item.admitted_offline || item.body?.admitted_offline) && !item.undo && !item.problem && item.checkpoint_id === Number(checkpoint));
    arrived.textContent = spaced(figures.arrived + waiting.length);
    expected.textContent = spaced(figures.expected);
  }

  // What the server says of this checkpoint; also of people who asked for a nod by their own phone.
  function told(facts) {
    if ("arrived" in facts) count();
    if ("nods" in facts && nods) nods.textContent = facts.nods || "";
  }

  return { show, told, phrases };
}
