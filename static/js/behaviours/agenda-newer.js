// A page that stays open says that something else was released: rows that are new or gone it cannot show by itself.
export function agendaNewer(note) {
  const link = note.querySelector("a");
  document.addEventListener("content-changed", () => {
    const marks = document.querySelector("[data-marks]");
    if (marks) link.hidden = marks.dataset.release === note.dataset.release;
  });
}
