// Rows of an agenda, and the page of a session, follow what the card on top learned: what is on, what comes next, and the
// times after a delay, or that it was cancelled.
export function agendaNow(part) {
  const follow = () => {
    for (const mark of document.querySelectorAll("[data-marks] > [data-of]")) {
      const { of: id } = mark.dataset;
      const row = part.dataset.session === id ? part : part.querySelector(`:scope > #s${id}`);
      if (row) show(row, mark);
      for (const time of part.querySelectorAll(`[data-beside="${id}"]`)) write(time, mark.dataset.starts);
    }
    const there = document.querySelector("[data-there]")?.dataset.there.split(" ");
    if (there && part.dataset.session) cancelled(!there.includes(part.dataset.session));
  };

  // The page of a session that a release took off: it says so, and offers nothing any more.
  function cancelled(is) {
    for (const one of part.querySelectorAll("[data-when-gone]")) one.hidden = !is;
    for (const one of part.querySelectorAll("[data-unless-gone]")) one.hidden = is;
    if (!is) return;
    part.querySelector(".session-facts").classList.remove("is-now", "is-next", "is-to-come");
    for (const state of part.querySelectorAll(".session-state, .session-late")) write(state, "");
    for (const talk of part.querySelectorAll(".talk")) talk.classList.remove("is-now");
  }

  function show(row, mark) {
    const { state, starts, ends, talks, on } = mark.dataset;
    const coloured = (row.querySelector(".session-facts") ?? row).classList;
    coloured.remove("is-now", "is-next", "is-past", "is-to-come");
    coloured.add(`is-${state || "to-come"}`);
    write(row.querySelector(".session-state"), { now: part.dataset.sayNow, next: part.dataset.sayNext }[state] ?? "");
    write(row.querySelector(".session-late"), mark.textContent);
    const [begins, over] = row.querySelectorAll(".session-time time, .session-when time");
    if (begins && starts) { write(begins, starts); write(over, ends); }
    const times = (talks?.trim().split(/\s+/) ?? []).map((one) => one.split("–"));
    row.querySelectorAll(".session-talks time").forEach((time, n) => { if (times[n]) write(time, times[n][0]); });
    row.querySelectorAll(".talk-time time").forEach((time, n) => { if (times[n >> 1]) write(time, times[n >> 1][n % 2]); });
    for (const talk of row.querySelectorAll(".talk")) {
      talk.classList.toggle("is-now", talk.id === on);
      write(talk.querySelector(".session-state"), talk.id === on ? part.dataset.sayTalk : "");
    }
  }

  document.addEventListener("content-changed", follow);
}

function write(element, text) {
  if (!element || text === undefined || element.textContent === text) return;
  element.textContent = text;
  element.removeAttribute("datetime"); // it would say what is true no more
}
