// How the scanner stands: the line that every page of a checkpoint has, and what the steward should know, above the camera.
import { line } from "./line.js";

const LATER = 250;

export function status(root, { phrases, here }) {
  const warnings = root.querySelector("[data-warnings]"), template = document.getElementById("warning-template");
  const bar = line(root, here);
  let said = "", soon = null;

  function show() {
    bar.show();
    // As the line's count, this reads the queue from the disk.
    clearTimeout(soon);
    soon = setTimeout(warn, LATER);
  }

  async function warn() {
    const { contact, queue } = here(), refused = (await queue.all()).filter((item) => item.problem), problems = refused.length;
    const walkedIn = refused.some((item) => item.kind === "walk_in" && item.slug === root.dataset.slug);
    const texts = [
      contact.mode === "revoked" && { text: phrases.revoked.replace("{n}", queue.waiting) },
      contact.mode === "dismissed" && { text: `${phrases.dismissed}${phrases.comma}${phrases.dismissedAdvice}` },
      contact.mode === "signed-out" && { text: phrases.signedOut, link: root.dataset.signIn, label: phrases.signIn },
      !queue.kept && { text: phrases.notKept },
      contact.clockIsWrong && { text: phrases.clock.replace("{n}", Math.round(Math.abs(contact.skew) / 60_000)) },
      problems && { text: phrases.problems.replace("{n}", problems), link: walkedIn && root.dataset.walkIn, label: phrases.toWalkIns },
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

  return { show, told: bar.told };
}
