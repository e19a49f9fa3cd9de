// A form is sent once: the button that sent it waits until the answer is here. Coming back by the browser's history wakes it again.
export function once(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    const button = event.submitter ?? form.querySelector('[type="submit"]');
    button?.setAttribute("aria-busy", "true");
    // After this turn, so that the button's own name and value are still sent; a download leaves the page, so it wakes by itself.
    setTimeout(() => buttonsOf(form).forEach((one) => (one.disabled = true)), 0);
    setTimeout(() => wake(form), 15000);
  });
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(wake));

function buttonsOf(form) {
  return [...form.elements].filter((one) => one.type === "submit" && (!one.disabled || one.dataset.waits) && (one.dataset.waits = "yes"));
}

function wake(form) {
  delete form.dataset.sent;
  for (const one of form.elements) {
    if (one.dataset.waits) { one.disabled = false; delete one.dataset.waits; }
    if (one.type === "submit") one.removeAttribute("aria-busy");
  }
}
