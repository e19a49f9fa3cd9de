// A hand scanner is a keyboard that types quicker than anybody and ends with Enter. It is heard wherever the focus is, but in a field, whose own form hears it.
const BETWEEN = 80, SHORTEST = 6;

export function handScanner(heard) {
  let text = "", last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest?.("input:not([type=radio], [type=checkbox], [type=file]), textarea, select")) { text = ""; return; }
    if (event.timeStamp - last > BETWEEN) text = "";
    last = event.timeStamp;
    if (event.key === "Enter" || event.key === "Tab") {
      if (text.length >= SHORTEST) {
        event.preventDefault();
        event.stopPropagation();
        heard(text);
      }
      text = "";
    } else if (event.key.length === 1) {
      text += event.key;
      // A space in the middle would press the button that has the focus.
      if (text.length > 1) event.preventDefault();
    }
  }, true);
}
