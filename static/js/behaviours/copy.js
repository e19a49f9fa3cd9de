// Copies the text of a box. WeChat and plain http have no clipboard for scripts: there the old command is tried,
// and if that fails too the text is left selected.
export function copy(button) {
  const box = document.getElementById(button.dataset.target);
  const state = document.getElementById(button.dataset.state);
  let fade;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await toClipboard(box);
    clearTimeout(fade);
    state.textContent = done ? button.dataset.sayDone : button.dataset.sayByHand;
    if (done) fade = setTimeout(() => (state.textContent = ""), 4000);
  });
}

async function toClipboard(box) {
  try {
    await navigator.clipboard.writeText(box.value);
    return true;
  } catch {
    box.focus();
    box.setSelectionRange(0, box.value.length);
    try { return document.execCommand("copy"); } catch { return false; }
  }
}
