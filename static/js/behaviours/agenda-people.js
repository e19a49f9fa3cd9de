// The people of a session: who is taken from the agenda shows unit and position as known, for a new name they can be written.
export function agendaPeople(root) {
  root.classList.add("is-live");
  const rowOf = (element) => element.closest(".agenda-role");
  const named = (row) => row.classList.toggle("is-named", row.querySelector(".finder input").value.trim() !== "");

  root.addEventListener("finder-chosen", (event) => {
    const row = rowOf(event.target);
    row.classList.add("is-known");
    row.querySelector("[data-agenda-known]").textContent = event.detail.note ?? "";
    named(row);
  });
  root.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (!row || !event.target.closest(".finder")) return;
    row.classList.remove("is-known");
    named(row);
  });
  for (const row of root.querySelectorAll(".agenda-role")) named(row);
}
