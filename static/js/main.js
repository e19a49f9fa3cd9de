// Finds `data-behaviour="name other"` and runs the function of that name from behaviours/name.js, once for each element.
// Addresses with a hash stand on our own script tag (`data-copy="…"`); a behaviour without one is looked for beside this file.
const script = document.querySelector('script[type="module"][data-once]');
const started = new WeakMap();

const load = (name) => import(script?.getAttribute(`data-${name}`) ?? new URL(`./behaviours/${name}.js`, import.meta.url).href);

function attach(root) {
  const found = [...root.querySelectorAll("[data-behaviour]")];
  if (root.matches?.("[data-behaviour]")) found.unshift(root);
  for (const element of found) {
    const known = started.get(element) ?? new Set();
    started.set(element, known);
    for (const name of element.dataset.behaviour.split(/\s+/).filter(Boolean)) {
      if (known.has(name)) continue;
      known.add(name);
      // "local-time" is exported as localTime.
      const exported = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
      load(name).then((module) => module[exported](element)).catch((problem) => console.error(`behaviour ${name}:`, problem));
    }
  }
}

// A key of a page (`data-key="F9"` on its form) works from the first moment, without another file. A function key: it is no
// letter that somebody types or dictates.
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !/^F\d+$/.test(event.key)) return;
  const form = document.querySelector(`form[data-key="${event.key}"]`);
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

// A form that was sent and taken needs its draft (behaviours/draft.js) no more: the page that answers is neither an error, nor
// the sign-in, nor the same form with something to mend.
function forgetDraft() {
  try {
    const key = sessionStorage.getItem("draft-sent");
    if (!key) return;
    if (document.querySelector('meta[name="keep-drafts"]')) return sessionStorage.removeItem("draft-sent");
    const again = [...document.querySelectorAll("form[data-draft]")].some((form) => key === `draft:${location.pathname}:${form.dataset.draft}`);
    if (again && !document.querySelector(".flashes .is-success")) return;
    localStorage.removeItem(key);
    sessionStorage.removeItem("draft-sent");
  } catch { /* storage is refused: there is no draft */ }
}
forgetDraft();

// What a behaviour puts on the page may carry behaviours itself: it says so by this event.
document.addEventListener("content-changed", (event) => attach(event.target));
attach(document);
