// A day of the agenda by the clock: sessions stand where their time is and are dragged to another, or moved by Alt and the arrows.
// Without this file, and where there is little room, they are a list for each room.
const STEP = 5, SCALE = 1.5, LEAST = 28;

export function agendaDays(root) {
  const wide = matchMedia("(min-width: 48rem)");
  const columns = [...root.querySelectorAll(".draft-column")], blocks = [...root.querySelectorAll(".draft-block")];
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const spoken = (at) => `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  const begins = (block) => minutes(block.dataset.begins), length = (block) => Number(block.dataset.minutes);
  const from = Math.max(0, Math.floor(Math.min(...blocks.map(begins)) / 60) * 60 - 60);
  const to = Math.min(1440, Math.ceil(Math.max(...blocks.map((one) => begins(one) + length(one))) / 60) * 60 + 60);
  // What listens beyond the day itself ends with it: each refresh puts another one on the page.
  const gone = new AbortController(), { signal } = gone;
  let drag = null;

  document.addEventListener("content-changed", () => { if (!root.isConnected) gone.abort(); }, { signal });

  function lay() {
    root.classList.toggle("is-grid", wide.matches);
    if (root.dataset.run) for (const one of root.parentElement.querySelectorAll(".draft-follows, .draft-keys")) one.hidden = !wide.matches;
    root.querySelectorAll(".draft-hours").forEach((one) => one.remove());
    for (const block of blocks) block.removeAttribute("style");
    for (const column of columns) column.querySelector("ol").removeAttribute("style");
    if (!wide.matches) return;
    const hours = document.createElement("div");
    hours.className = "draft-hours";
    hours.setAttribute("aria-hidden", "true");
    hours.style.height = `${(to - from) * SCALE}px`;
    for (let at = from; at <= to; at += 60) {
      const mark = document.createElement("span");
      mark.textContent = spoken(at);
      mark.style.top = `${(at - from) * SCALE}px`;
      hours.append(mark);
    }
    root.querySelector(".draft-grid-columns").prepend(hours);
    for (const column of columns) {
      column.querySelector("ol").style.height = `${(to - from) * SCALE}px`;
      beside([...column.querySelectorAll(".draft-block")]);
    }
  }

  // Those that are on at one time stand beside each other.
  function beside(all) {
    const sorted = [...all].sort((a, b) => begins(a) - begins(b));
    let group = [], ends = -1;
    const close = () => {
      const lanes = [];
      for (const one of group) {
        let lane = lanes.findIndex((until) => until <= begins(one));
        if (lane < 0) lane = lanes.length;
        lanes[lane] = begins(one) + Math.max(length(one), LEAST / SCALE);
        one.dataset.lane = lane;
      }
      for (const one of group) place(one, Number(one.dataset.lane), lanes.length);
      group = [];
    };
    for (const one of sorted) {
      if (begins(one) >= ends) close();
      group.push(one);
      ends = Math.max(group.length === 1 ? -1 : ends, begins(one) + Math.max(length(one), LEAST / SCALE));
    }
    close();
  }

  function place(block, lane, lanes) {
    block.style.top = `${(begins(block) - from) * SCALE}px`;
    block.style.height = `${Math.max(length(block) * SCALE - 2, LEAST)}px`;
    block.style.left = `${(lane / lanes) * 100}%`;
    block.style.width = `calc(${100 / lanes}% - 2px)`;
  }

  function send(block, at, column) {
    const follows = root.parentElement.querySelector("[data-agenda-follows]");
    const fields = { starts_at: `${root.dataset.day}T${spoken(at)}`, room: column.dataset.room, seen: block.dataset.seen };
    if (follows?.checked) fields.follows = "y";
    root.dispatchEvent(new CustomEvent("agenda-send", { bubbles: true, detail: { address: block.dataset.postsTo, fields, element: block } }));
  }

  const within = (at) => Math.max(0, Math.min(1440 - STEP, at));

  root.addEventListener("keydown", (event) => {
    const block = event.target.closest(".draft-block");
    if (!block || !event.altKey || !event.key.startsWith("Arrow") || !root.dataset.run) return;
    event.preventDefault();
    const here = columns.indexOf(block.closest(".draft-column"));
    const by = { ArrowUp: -STEP, ArrowDown: STEP }[event.key] ?? 0, aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const column = columns[here + aside];
    if (column) send(block, within(begins(block) + by), column);
  });

  root.addEventListener("pointerdown", (event) => {
    const block = event.target.closest(".draft-block");
    if (!block || !root.dataset.run || !wide.matches || event.button !== 0 || event.pointerType === "touch") return;
    drag = { block, x: event.clientX, y: event.clientY, moved: false };
  });
  root.addEventListener("dragstart", (event) => event.preventDefault());
  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 6) return;
    event.preventDefault();
    drag.moved = true;
    drag.at = within(Math.round((begins(drag.block) + (event.clientY - drag.y) / SCALE) / STEP) * STEP);
    drag.column = columns.find((one) => { const box = one.getBoundingClientRect(); return event.clientX >= box.left && event.clientX < box.right; }) ?? drag.column ?? drag.block.closest(".draft-column");
    drag.block.classList.add("is-dragged");
    const aside = drag.column.getBoundingClientRect().left - drag.block.closest(".draft-column").getBoundingClientRect().left;
    drag.block.style.transform = `translate(${aside}px, ${(drag.at - begins(drag.block)) * SCALE}px)`;
    drag.block.querySelector(".draft-block-time").textContent = `${spoken(drag.at)}–${spoken((drag.at + length(drag.block)) % 1440)}`;
  }, { signal });
  function letGo() {
    const done = drag;
    drag = null;
    if (!done?.moved) return null;
    done.block.classList.remove("is-dragged");
    return done;
  }
  window.addEventListener("pointerup", () => {
    const done = letGo();
    if (!done) return;
    // The press that ends a drag is no press on the link under it.
    done.block.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, once: true });
    send(done.block, done.at, done.column);
  }, { signal });
  window.addEventListener("pointercancel", () => { const done = letGo(); if (done) done.block.style.transform = ""; }, { signal });
  wide.addEventListener("change", lay, { signal });
  if (blocks.length) lay();
}
