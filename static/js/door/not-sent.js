// Says above the page that a form was not sent; the frame is a template of templates/door/_state.html.
export function sayNotSent(words) {
  const piece = document.getElementById("not-sent-template").content.cloneNode(true), main = document.getElementById("main");
  document.querySelector(".flashes")?.remove();
  main.prepend(piece);
  // Put in afterwards: what stands in a new live region is not spoken.
  main.querySelector("[data-not-sent]").textContent = words;
  scrollTo(0, 0);
}
