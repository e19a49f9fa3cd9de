// People on the hall plan: dragged with a mouse; with a finger or the keyboard picked up and put down (Enter; arrows walk, Esc lets go,
// Delete lets them get up). The server decides each time; where somebody else was first, it says so and the plan is read again.
export function hallPlan(root) {
  const content = root.querySelector("[data-hall-content]"), bar = root.querySelector("[data-hall-bar]");
  const said = bar.querySelector("[data-hall-said]"), pin = bar.querySelector("[data-hall-pin]"), out = bar.querySelector("[data-hall-out]");
  let picked = null, drag = null, busy = Promise.resolve(), version = 0;

  const seatOf = (element) => element?.closest?.(".hall-seat") ?? null;
  const personIn = (element) => element?.querySelector("[data-p]") ?? null;
  const personAt = (element) => element?.closest?.(".hall-person") ?? personIn(seatOf(element));
  const rowOf = (seat) => seat.closest(".hall-row");
  const called = (seat) => (seat ? fill(root.dataset.called, { row: rowOf(seat).getAttribute("aria-label"), number: seat.dataset.n }) : "");
  const nameOf = (person) => person.dataset.name ?? (person.dataset.name = (person.firstChild?.nodeValue ?? "").trim());
  const unitOf = (person) => person.title.split(" · ").slice(1).join(" · ") || person.querySelector("small")?.textContent || "";
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

  function ready() {
    version = Number(content.querySelector("[data-version]").dataset.version);
    for (const seat of content.querySelectorAll(".hall-seat")) { seat.setAttribute("role", "button"); seat.tabIndex = -1; }
    for (const person of content.querySelectorAll(".hall-person")) { person.setAttribute("role", "button"); person.tabIndex = 0; }
    const first = content.querySelector(".hall-seat");
    if (first) first.tabIndex = 0;
  }

  function say(text) {
    said.textContent = text;
    bar.hidden = false;
  }

  function pick(person) {
    drop();
    picked = person;
    const seat = seatOf(person);
    (seat ?? person).classList.add("is-picked");
    root.classList.add("has-picked");
    if (person.dataset.u) for (const kin of content.querySelectorAll(`[data-u="${person.dataset.u}"]`)) seatOf(kin)?.classList.add("is-kin");
    pin.hidden = out.hidden = !seat;
    pin.textContent = seat?.classList.contains("is-pinned") ? root.dataset.sayUnpin : root.dataset.sayPin;
    say([fill(root.dataset.sayPicked, { name: nameOf(person) }), unitOf(person), called(seat)].filter(Boolean).join(" · "));
  }

  function drop() {
    picked = null;
    root.classList.remove("has-picked");
    for (const one of root.querySelectorAll(".is-picked, .is-kin, .is-over")) one.classList.remove("is-picked", "is-kin", "is-over");
    pin.hidden = out.hidden = true;
  }

  // A person's element where they now are: in a seat, or in the list of those without one.
  function place(person, seat) {
    const from = seatOf(person);
    const fresh = document.createElement(seat ? "i" : "span");
    fresh.dataset.p = person.dataset.p;
    if (person.dataset.u) fresh.dataset.u = person.dataset.u;
    fresh.title = person.title || `${nameOf(person)} · ${unitOf(person)}`;
    fresh.textContent = nameOf(person);
    (from ? person : person.closest("li")).remove();
    from?.classList.toggle("is-taken", Boolean(personIn(from)));
    if (!personIn(from ?? root)) from?.classList.remove("is-pinned");
    if (seat) {
      seat.append(fresh);
      seat.classList.add("is-taken");
      return fresh;
    }
    const line = document.createElement("li"), small = document.createElement("small");
    small.textContent = fresh.title.split(" · ").slice(1).join(" · ");
    fresh.className = "hall-person";
    fresh.setAttribute("role", "button");
    fresh.tabIndex = 0;
    fresh.append(small);
    line.append(fresh);
    content.querySelector(".hall-people").prepend(line);
    return fresh;
  }

  const move = (person, seat, wish = {}) => (busy = busy.then(() => send(person, seat, wish)));

  async function send(person, seat, wish) {
    if (!person.isConnected) return;
    const from = seatOf(person), sitter = seat ? personIn(seat) : null;
    if (from === seat && !wish.pinned) return drop();
    const body = new URLSearchParams({ csrf_token: root.dataset.token, delegate_id: person.dataset.p, seen_seat: from ? called(from) : (person.dataset.said ?? ""), seen_sitter: sitter?.dataset.p ?? "", pinned: wish.pinned ?? "" });
    if (seat) { body.set("row", rowOf(seat).dataset.row); body.set("number", seat.dataset.n); }
    let answer, told;
    try {
      answer = await fetch(root.dataset.postsTo, { method: "POST", body, headers: { Accept: "application/json", "X-Requested-With": "hall-plan" }, credentials: "same-origin", redirect: "error" });
      told = await answer.json();
    } catch {
      drop();
      return say(root.dataset.sayLost);
    }
    const name = nameOf(person);
    drop();
    if (!answer.ok) { await again(); return say(told.said ?? root.dataset.sayLost); }
    const others = told.version !== version + 1;
    version = told.version;
    if (wish.pinned) {
      from.classList.toggle("is-pinned", wish.pinned === "yes");
      say(fill(root.dataset[wish.pinned === "yes" ? "sayPinned" : "sayUnpinned"], { name }));
    } else {
      const wasPinned = [from?.classList.contains("is-pinned"), seat?.classList.contains("is-pinned")];
      const other = sitter ? place(sitter, null) : null;
      const moved = place(person, seat);
      if (other && from) place(other, from);
      seat?.classList.toggle("is-pinned", Boolean(wasPinned[0]));
      from?.classList.toggle("is-pinned", Boolean(wasPinned[1] && sitter));
      const words = !told.seat ? "sayOut" : told.other_seat ? "saySwapped" : told.other ? "sayPushed" : "saySat";
      say(fill(root.dataset[words], { name, ...told }));
      if (seat) walk(seat, false); else moved.focus({ preventScroll: true });
    }
    if (others) { await again(); said.textContent += ` ${root.dataset.sayTheirs}`; }
  }

  async function again() {
    try {
      const answer = await fetch(root.dataset.plan, { headers: { "X-Requested-With": "hall-plan" }, cache: "no-store", credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      const scrolled = content.querySelector(".hall-scroll").scrollLeft;
      content.innerHTML = await answer.text();
      content.querySelector(".hall-scroll").scrollLeft = scrolled;
      ready();
    } catch { /* what was said stands; the next move tries again */ }
  }

  function choose(target) {
    const seat = seatOf(target), person = personAt(target);
    if (picked && seat) return picked === person ? drop() : move(picked, seat);
    if (person) return picked === person ? drop() : pick(person);
  }

  function walk(seat, visibly = true) {
    for (const one of content.querySelectorAll('.hall-seat[tabindex="0"]')) one.tabIndex = -1;
    seat.tabIndex = 0;
    seat.focus({ preventScroll: !visibly });
  }

  function neighbour(seat, key) {
    const row = rowOf(seat), mine = [...row.querySelectorAll(".hall-seat")], at = mine.indexOf(seat);
    if (key === "ArrowLeft" || key === "ArrowRight") return mine[at + (key === "ArrowLeft" ? -1 : 1)];
    const rows = [...content.querySelectorAll(".hall-row")];
    const next = rows[rows.indexOf(row) + (key === "ArrowUp" ? -1 : 1)]?.querySelectorAll(".hall-seat");
    const from = seat.getBoundingClientRect().left;
    return next && [...next].reduce((best, one) => Math.abs(one.getBoundingClientRect().left - from) < Math.abs(best.getBoundingClientRect().left - from) ? one : best);
  }

  root.addEventListener("keydown", (event) => {
    const seat = seatOf(event.target);
    if (event.key === "Escape" && picked) { drop(); bar.hidden = true; }
    else if ((event.key === "Enter" || event.key === " ") && event.target.matches(".hall-seat, .hall-person")) { event.preventDefault(); choose(event.target); }
    else if (event.key === "Delete" && personIn(seat)) move(personIn(seat), null);
    else if (seat && event.key.startsWith("Arrow")) { event.preventDefault(); const next = neighbour(seat, event.key); if (next) walk(next); }
  });

  content.addEventListener("pointerdown", (event) => {
    const person = personAt(event.target);
    if (!person || event.button !== 0 || event.pointerType === "touch") return;
    drag = { person, x: event.clientX, y: event.clientY, ghost: null, over: null };
  });
  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 6) {
      pick(drag.person);
      drag.ghost = document.createElement("div");
      drag.ghost.className = "hall-ghost";
      drag.ghost.textContent = nameOf(drag.person);
      document.body.append(drag.ghost);
    }
    if (!drag.ghost) return;
    event.preventDefault();
    drag.ghost.style.left = `${event.clientX}px`;
    drag.ghost.style.top = `${event.clientY}px`;
    const over = seatOf(document.elementFromPoint(event.clientX, event.clientY));
    if (over !== drag.over) { drag.over?.classList.remove("is-over"); over?.classList.add("is-over"); drag.over = over; }
  });
  window.addEventListener("pointerup", (event) => {
    const done = drag;
    drag = null;
    if (!done) return;
    if (!done.ghost) return choose(done.person);
    done.ghost.remove();
    const target = document.elementFromPoint(event.clientX, event.clientY);
    const seat = seatOf(target);
    if (seat && content.contains(seat)) move(done.person, seat);
    else if (target?.closest(".hall-waiting") && seatOf(done.person)) move(done.person, null);
    else drop();
  });
  window.addEventListener("pointercancel", () => { drag?.ghost?.remove(); drag = null; });
  // What pointerdown did not begin: a finger anywhere, a mouse on an empty seat.
  content.addEventListener("click", (event) => {
    if (event.pointerType === "touch" || !personAt(event.target)) choose(event.target);
  });
  pin.addEventListener("click", () => picked && move(picked, seatOf(picked), { pinned: seatOf(picked).classList.contains("is-pinned") ? "no" : "yes" }));
  out.addEventListener("click", () => picked && move(picked, null));
  bar.querySelector("[data-hall-drop]").addEventListener("click", () => { drop(); bar.hidden = true; });
  ready();
}
