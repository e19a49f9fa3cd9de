// One box that ticks all boxes named data-boxes of its form, wherever on the page they stand. Without this file it is not there.
export function tickAll(label) {
  const all = label.querySelector("input");
  const boxes = [...all.form.elements].filter((one) => one.type === "checkbox" && one.name === label.dataset.boxes);

  function update() {
    const ticked = boxes.filter((one) => one.checked).length;
    all.checked = boxes.length > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    update();
  });
  for (const box of boxes) box.addEventListener("change", update);
  label.hidden = false;
  update();
}
