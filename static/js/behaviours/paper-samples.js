// Sample badges that follow the form of their settings (data-form) while it is filled in. Without this file they show what is saved.
const PAUSE = 400;

export function paperSamples(section) {
  const form = document.getElementById(section.dataset.form);
  let timer = null;

  function show() {
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrf_token" && name !== "opened") typed.append(name, value);
    }
    for (const image of section.querySelectorAll("img")) image.src = `${image.dataset.address}?${typed}`;
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
}
