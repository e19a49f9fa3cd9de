// What is one's own, laid over what everybody shares: votes, choices, what was asked. For a few seconds after a deed the
// number that it made is believed rather than what a cache still says.
const SETTLES = 8000;

export function ownings(region, board) {
  const may = region.dataset.may === "yes";
  let own = JSON.parse(region.dataset.own || '{"voted":[],"chosen":{}}');
  const counts = new Map(), touched = new Set(), unfolded = new Set(); // of polls: where somebody ticked and did not send yet, wants to choose again
  board.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-choose]");
    if (!form) return;
    touched.add(form.closest("[data-poll]").dataset.poll);
    limit(form);
  });
  board.addEventListener("click", (event) => {
    const form = event.target.closest("[data-poll-again]")?.closest("form");
    if (!form) return;
    unfolded.add(form.closest("[data-poll]").dataset.poll);
    lay();
    (form.querySelector('[name="option"]:checked') ?? form.querySelector('[name="option"]'))?.focus();
  });

  function lay() {
    // Who only looks has nothing to tick.
    if (!may) return board.querySelectorAll("form[data-choose] fieldset").forEach((one) => { one.disabled = true; });
    const voted = new Set(own.voted);
    for (const form of board.querySelectorAll("form[data-vote]")) {
      const id = Number(form.closest("[data-question]").dataset.question), button = form.querySelector("button"), on = voted.has(id);
      button.disabled = false;
      button.setAttribute("aria-pressed", String(on));
      form.action = on ? form.dataset.unvote : form.dataset.vote;
      const shown = form.querySelector("[data-votes]"), kept = counts.get(id);
      if (kept && performance.now() > kept.until) counts.delete(id);
      write(shown, counts.get(id)?.n ?? Number(shown.dataset.votes));
    }
    for (const poll of board.querySelectorAll("[data-poll]")) {
      const chosen = own.chosen[poll.dataset.poll] ?? [], form = poll.querySelector("form[data-choose]");
      for (const row of poll.querySelectorAll("[data-option]")) mark(row, chosen.includes(Number(row.dataset.option)));
      if (!form) continue;
      const button = form.querySelector('[type="submit"]');
      button.disabled = false;
      button.textContent = chosen.length ? button.dataset.sayAgain : button.dataset.sayFirst;
      form.querySelector("[data-poll-mine]").hidden = !chosen.length;
      if (!touched.has(poll.dataset.poll)) for (const one of form.querySelectorAll('[name="option"]')) one.checked = chosen.includes(Number(one.value));
      limit(form);
      fold(poll, form, chosen.length > 0 && !touched.has(poll.dataset.poll) && !unfolded.has(poll.dataset.poll));
    }
  }

  // What was chosen and sent takes one line, until somebody wants to choose again.
  function fold(poll, form, is) {
    poll.classList.toggle("is-voted", is);
    form.querySelector("[data-poll-again]").hidden = !is;
    const line = form.querySelector("[data-poll-chosen]"), labels = [...form.querySelectorAll('[name="option"]:checked')].map((one) => one.closest("label").querySelector(".choice-title, .poll-step-number").textContent);
    line.hidden = !is;
    write(line, labels.join(region.dataset.sayAnd));
  }

  // Where several may be chosen: how many are, and no more of them than may be.
  function limit(form) {
    const line = form.querySelector("[data-poll-left]");
    if (!line) return;
    const all = [...form.querySelectorAll('[name="option"]')], n = all.filter((one) => one.checked).length, full = n >= Number(form.dataset.most);
    for (const one of all) one.disabled = full && !one.checked;
    write(line, n ? line.dataset[full ? "sayFull" : "say"].replace("{n}", n) : "");
  }

  // On a bar of the result, as the page itself marks it (components/poll_result.html).
  function mark(row, is) {
    const there = row.querySelector(".poll-bar-mine");
    if (Boolean(there) === is) return;
    if (there) return there.remove();
    const said = document.createElement("span");
    said.className = "poll-bar-mine";
    said.textContent = region.dataset.sayMine;
    row.querySelector(".poll-bar-label").append(" ", said);
  }

  // As if it were done; gives what takes it back.
  function vote(id, on) {
    const before = own.voted, shown = board.querySelector(`[data-question="${id}"] [data-votes]`);
    const n = counts.get(id)?.n ?? Number(shown?.dataset.votes ?? 0), kept = counts.get(id);
    own = { ...own, voted: on ? [...before, id] : before.filter((one) => one !== id) };
    counts.set(id, { n: Math.max(0, n + (on ? 1 : -1)), until: performance.now() + SETTLES });
    lay();
    return () => {
      own = { ...own, voted: before };
      if (kept) counts.set(id, kept); else counts.delete(id);
      lay();
    };
  }

  function choose(poll, options) {
    const before = own.chosen;
    own = { ...own, chosen: { ...before, [poll]: options } };
    touched.delete(poll);
    unfolded.delete(poll);
    lay();
    return () => { own = { ...own, chosen: before }; touched.add(poll); lay(); };
  }

  function know(found) {
    own = { voted: found.voted, chosen: found.chosen };
    lay();
  }

  return { lay, vote, choose, know, has: (id) => own.voted.includes(id) };
}

function write(element, n) {
  const text = typeof n === "number" ? n.toLocaleString("en-US").replace(/,/g, "\u202f") : n;
  if (element.textContent !== text) element.textContent = text;
}
