// Seats of the plan chosen for a block: a rectangle with the mouse, single seats with a finger or the keyboard. The form beside it carries them.
export function hallBlocks(root) {
  const hall = root.querySelector(".hall-rows"), field = root.querySelector("[name=chosen]");
  const state = root.querySelector("[data-blocks-state]"), said = root.querySelector("[data-blocks-said]"), clear = root.querySelector("[data-blocks-clear]");
  const seats = [...hall.querySelectorAll(".hall-seat")];
  let from = null, before = new Set(), dragged = false;

  const seatOf = (element) => element?.closest?.(".hall-seat") ?? null;

  function write() {
    const rows = new Map();
    let count = 0;
    for (const seat of seats) {
      const chosen = seat.classList.contains("is-chosen");
      seat.setAttribute("aria-pressed", String(chosen));
      if (!chosen) continue;
      const row = seat.closest(".hall-row").dataset.row;
      rows.set(row, [...(rows.get(row) ?? []), seat.dataset.n]);
      count += 1;
    }
    field.value = [...rows].map(([row, numbers]) => `${row}:${numbers.join(",")}`).join(";");
    said.textContent = count ? root.dataset.sayChosen.replace("{n}", count) : root.dataset.sayNone;
    clear.hidden = !count;
  }

  function within(one, other) {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    const box = { left: Math.min(a.left, b.left), right: Math.max(a.right, b.right), top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom) };
    return seats.filter((seat) => {
      const r = seat.getBoundingClientRect(), x = (r.left + r.right) / 2, y = (r.top + r.bottom) / 2;
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
  }

  hall.addEventListener("pointerdown", (event) => {
    const seat = seatOf(event.target);
    if (!seat || event.button !== 0 || event.pointerType === "touch") return;
    from = seat;
    dragged = false;
    before = new Set(seats.filter((one) => one.classList.contains("is-chosen")));
    event.preventDefault();
  });
  window.addEventListener("pointermove", (event) => {
    const seat = from && seatOf(document.elementFromPoint(event.clientX, event.clientY));
    if (!seat || (seat === from && !dragged)) return;
    dragged = true;
    const chosen = new Set(within(from, seat));
    for (const one of seats) one.classList.toggle("is-chosen", before.has(one) || chosen.has(one));
  });
  window.addEventListener("pointerup", () => {
    if (!from) return;
    if (!dragged) from.classList.toggle("is-chosen");
    from = null;
    write();
  });
  hall.addEventListener("click", (event) => {
    if (event.pointerType !== "touch") return;
    seatOf(event.target)?.classList.toggle("is-chosen");
    write();
  });
  hall.addEventListener("keydown", (event) => {
    const seat = seatOf(event.target);
    if (!seat) return;
    const mine = [...seat.closest(".hall-row").querySelectorAll(".hall-seat")], at = mine.indexOf(seat);
    const rows = [...hall.querySelectorAll(".hall-row")], row = rows.indexOf(seat.closest(".hall-row"));
    const next = { ArrowLeft: mine[at - 1], ArrowRight: mine[at + 1], ArrowUp: rows[row - 1]?.querySelectorAll(".hall-seat")[at], ArrowDown: rows[row + 1]?.querySelectorAll(".hall-seat")[at] };
    if (event.key in next) {
      event.preventDefault();
      if (next[event.key]) { seat.tabIndex = -1; next[event.key].tabIndex = 0; next[event.key].focus(); }
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      seat.classList.toggle("is-chosen");
      write();
    }
  });
  clear.addEventListener("click", () => { for (const seat of seats) seat.classList.remove("is-chosen"); write(); });

  for (const seat of seats) { seat.setAttribute("role", "button"); seat.tabIndex = -1; }
  if (seats[0]) seats[0].tabIndex = 0;
  const kept = new Set(field.value.split(";").flatMap((part) => { const [row, numbers] = part.split(":"); return (numbers ?? "").split(",").map((n) => `${row}:${n}`); }));
  for (const seat of seats) if (kept.has(`${seat.closest(".hall-row").dataset.row}:${seat.dataset.n}`)) seat.classList.add("is-chosen");
  state.hidden = false;
  write();
}
