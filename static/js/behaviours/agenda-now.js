// Rows of an agenda follow what the card on top learned: what is on, what comes next, and the times after a delay.
export function agendaNow(list) {
  const follow = () => {
    for (const mark of document.querySelectorAll("[data-marks] > [data-of]")) {
      const row = list.querySelector(`:scope > #s${mark.dataset.of}`);
      if (row) show(row, mark);
    }
  };

  function show(row, mark) {
    const { state, starts, ends, talks } = mark.dataset;
    row.className = row.className.replace(/\bis-(now|next|past|to-come)\b/, `is-${state || "to-come"}`);
    write(row.querySelector(".session-state"), { now: list.dataset.sayNow, next: list.dataset.sayNext }[state] ?? "");
    write(row.querySelector(".session-late"), mark.textContent);
    const [begins, over] = row.querySelectorAll(".session-time time");
    if (begins && starts) { write(begins, starts); write(over, ends); }
    const times = talks?.trim().split(/\s+/) ?? [];
    row.querySelectorAll(".session-talks time").forEach((time, n) => { if (times[n]) write(time, times[n]); });
  }

  document.addEventListener("content-changed", follow);
}

const write = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
