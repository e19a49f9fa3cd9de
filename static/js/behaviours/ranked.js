// The order of those in front: dragged, or moved up and down by buttons; written into the text that is saved.
export function ranked(root) {
  const list = root.querySelector("[data-ranked-list]"), text = root.querySelector("[name=text]");
  if (!list) return;
  let dragged = null;

  function write() {
    const lines = [...list.children];
    lines.forEach((line, at) => (line.querySelector(".ranked-place").textContent = at + 1));
    text.value = lines.map((line) => line.dataset.line).join("\n");
  }

  list.addEventListener("click", (event) => {
    const line = event.target.closest(".ranked-line"), up = event.target.closest("[data-up]"), down = event.target.closest("[data-down]");
    if (up && line.previousElementSibling) line.previousElementSibling.before(line);
    else if (down && line.nextElementSibling) line.nextElementSibling.after(line);
    else return;
    (up ?? down).focus();
    write();
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".ranked-line");
    dragged?.classList.add("is-dragged");
  });
  list.addEventListener("dragover", (event) => {
    const line = event.target.closest(".ranked-line");
    if (!dragged) return;
    event.preventDefault();
    if (!line || line === dragged) return;
    const box = line.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) line.before(dragged); else line.after(dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; write(); });
  for (const line of list.children) { line.draggable = true; line.querySelector(".ranked-moves").hidden = false; }
}
