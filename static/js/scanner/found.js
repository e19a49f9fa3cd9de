// Who was found on this phone, each with a button that takes the scan of that person.
import { person } from "../door/roster.js";
import { reasonToRefuse } from "../door/rules.js";

const ALWAYS = { opensAt: null, closesAt: null, reentry: false };

export function finding(place, { phrases, time }) {
  const template = document.getElementById("found-template"), root = place.closest("[data-spoken]");
  const spoken = JSON.parse(root.dataset.spoken);

  function line(row) {
    const piece = template.content.cloneNode(true), find = (name) => piece.querySelector(`[data-${name}]`);
    find("name").textContent = row.name;
    find("number").textContent = row.number;
    find("unit").textContent = [row.unit, row.position].filter(Boolean).join(" · ");
    find("whom").textContent = row.name;
    piece.querySelector("[name=code]").value = row.code;
    const reason = reasonToRefuse(person(row), ALWAYS, 0);
    const chips = {
      again: row.first_scanned_at ? `${spoken.outcomes.already} ${time(row.first_scanned_at)} · ${row.first_gate}` : "",
      stop: !row.first_scanned_at && reason ? spoken.reasons[reason] : "",
      go: !row.first_scanned_at && !reason ? phrases.mayEnter : "",
      info: row.seat ?? "",
    };
    for (const [kind, text] of Object.entries(chips)) {
      const chip = piece.querySelector(`[data-chip="${kind}"]`);
      if (text) chip.querySelector(".chip").append(text);
      else chip.remove();
    }
    return piece;
  }

  function say(text) {
    const note = document.createElement("p");
    note.textContent = text;
    note.setAttribute("role", "status");
    return note;
  }

  return ({ people, more, tooShort }, text) => {
    if (tooShort) return place.replaceChildren(say(phrases.tooShort));
    if (!people.length) return place.replaceChildren(say(phrases.notFound.replace("{q}", text)));
    const list = document.createElement("ul");
    list.className = "found-list";
    list.append(...people.map(line));
    place.replaceChildren(list, ...(more ? [say(phrases.more)] : []));
    return undefined;
  };
}
