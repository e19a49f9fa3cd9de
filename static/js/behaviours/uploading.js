// A large file takes minutes: the form says so while it goes, and is not sent a second time meanwhile. One that is larger than
// is taken (`data-most`, in bytes) is told at once, and not sent at all.
export function uploading(said) {
  const form = said.closest("form");
  const inputs = () => [...form.querySelectorAll('[type="file"]')];
  const rest = () => { delete form.dataset.uploading; said.textContent = ""; };
  const tooLarge = () => inputs().find((one) => [...one.files].some((file) => file.size > Number(said.dataset.most)));

  function look() {
    const wrong = tooLarge();
    for (const one of inputs()) one.toggleAttribute("aria-invalid", one === wrong);
    said.className = wrong ? "field-error" : "field-hint";
    if (wrong) said.textContent = said.dataset.sayTooLarge;
    return wrong;
  }

  // Before any other script takes note that the form was sent.
  form.addEventListener("submit", (event) => {
    const wrong = look();
    if (wrong || form.dataset.uploading) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return wrong?.focus();
    }
    if (event.defaultPrevented || !inputs().some((one) => one.files.length)) return;
    form.dataset.uploading = "yes";
    said.textContent = said.dataset.say;
  }, { capture: true });
  form.addEventListener("change", () => { rest(); look(); }); // another file was chosen after the browser's own stop
  window.addEventListener("pageshow", () => { rest(); look(); });
}
