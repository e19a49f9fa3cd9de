// A large file takes minutes: the form says so while it goes, and is not sent a second time meanwhile.
export function uploading(said) {
  const form = said.closest("form");
  const rest = () => { delete form.dataset.uploading; said.textContent = ""; };
  form.addEventListener("submit", (event) => {
    if (form.dataset.uploading) return event.preventDefault();
    if (event.defaultPrevented || ![...form.querySelectorAll('[type="file"]')].some((one) => one.files.length)) return;
    form.dataset.uploading = "yes";
    said.textContent = said.dataset.say;
  });
  form.addEventListener("change", rest); // another file was chosen after the browser's own stop
  window.addEventListener("pageshow", rest);
}
