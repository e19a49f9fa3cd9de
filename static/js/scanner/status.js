// Always in sight: how many have come, at the foot; whether we are heard, what waits and how fresh the roster is, at the top; and what the
// steward should know, above the camera.
const LATER = 250;

export function status(root, { phrases, here, language, timezone }) {
  const arrived = document.querySelector("[data-arrived]"), expected = document.querySelector("[data-expected]"), state = document.getElementById("door-state"), nods = document.querySelector("[data-nods-count]");
  const warnings = root.querySelector("[data-warnings]"), template = document.getElementById("warning-template");
  const clock = new Intl.DateTimeFormat(language, { timeZone: timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const spaced = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  let figures = null, said = "", soon = null;

  function show() {
    const { contact, queue, roster } = here(), n = queue.waiting;
    const mode = { on: phrases.online, alone: contact.slow ? phrases.slow : phrases.alone, "signed-out": phrases.alone, dismissed: phrases.dismissed, revoked: phrases.revokedWord }[contact.mode];
    const fresh = roster.syncedAt ? phrases.roster.replace("{time}", clock.format(roster.syncedAt)) : roster.size ? phrases.loading.replace("{n}", spaced(roster.size)) : phrases.noRoster;
    // One line on a phone: while something waits, that is what matters, if only there is a roster.
    const words = [mode, n && phrases.waiting.replace("{n}", n), !(n && roster.whole) && fresh].filter(Boolean).join(" · ");
    state.dataset.state = contact.mode === "on" ? (n ? "slow" : "on") : contact.mode === "alone" ? "slow" : "off";
    const place = state.querySelector("[data-live-text]");
    if (place.textContent !== words) place.textContent = words;
    // These read the queue from the disk: not while a scan wants to be written there.
    clearTimeout(soon);
    soon = setTimeout(() => { warn(); count(); }, LATER);
  }

  async function warn() {
    const { contact, queue } = here(), problems = (await queue.all()).filter((item) => item.problem).length;
    const texts = [
      contact.mode === "revoked" && { text: phrases.revoked.replace("{n}", queue.waiting) },
      contact.mode === "dismissed" && { text: `${phrases.dismissed}${phrases.comma}${phrases.dismissedAdvice}` },
      contact.mode === "signed-out" && { text: phrases.signedOut, link: root.dataset.signIn, label: phrases.signIn },
      !queue.kept && { text: phrases.notKept },
      contact.clockIsWrong && { text: phrases.clock.replace("{n}", Math.round(Math.abs(contact.skew) / 60_000)) },
      problems && { text: phrases.problems.replace("{n}", problems) },
    ].filter(Boolean);
    // Said again only when it is another: a screen reader speaks what changes here.
    if (JSON.stringify(texts) === said) return;
    said = JSON.stringify(texts);
    warnings.replaceChildren(...texts.map(({ text, link, label }) => {
      const piece = template.content.cloneNode(true);
      piece.querySelector("[data-text]").textContent = text;
      piece.querySelector("[data-act]").hidden = !link;
      if (link) Object.assign(piece.querySelector("[data-link]"), { href: link, textContent: label });
      return piece;
    }));
  }

  // What this phone let in and the server does not know yet counts too.
  async function count() {
    if (!figures) return;
    const here_ = (await here().queue.all()).filter((item) => item.admitted_offline && !item.undo && String(item.checkpoint_id) === root.dataset.checkpoint).length;
    arrived.textContent = spaced(figures.arrived + here_);
    expected.textContent = spaced(figures.expected);
  }

  return {
    show,
    figures(found) {
      if ("arrived" in found) { figures = found; count(); }
      // People who asked for a nod by their own phone.
      if ("nods" in found && nods) nods.textContent = found.nods || "";
    },
  };
}
