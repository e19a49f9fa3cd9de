// F9 anywhere on the page presses the button of this form. A function key: it is no letter that somebody types or dictates.
export function blankKey(form) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F9" || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
