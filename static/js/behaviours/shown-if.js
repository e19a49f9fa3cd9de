// A question that is put only where another one is answered so (data-question, data-value). Without this file it stands there with
// its condition above it; the server drops what was answered to a question that is not put.
export function shownIf(block) {
  const form = block.closest("form");
  const { question, value } = block.dataset;

  const chosen = () =>
    [...form.elements].some((one) => one.name === question && one.value === value && one.checked && !one.closest(".question")?.hidden);

  function update() {
    block.hidden = !chosen();
  }

  block.querySelector(".question-condition").hidden = true;
  // Blocks attach in the order of the page, so what depends on a hidden question is looked at after it.
  form.addEventListener("change", update);
  update();
}
