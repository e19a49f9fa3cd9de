// A form whose one button need not be pressed: it goes off once the page is really seen, so that a robot which only opens the
// address (a chat's preview) or a tab loaded in the background spends nothing. Coming back by the history it stays as it is.
export function submitItself(form) {
  const go = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", go);
    setTimeout(() => form.requestSubmit(), 400);
  };
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.type === "back_forward") return;
  document.addEventListener("visibilitychange", go);
  go();
}
