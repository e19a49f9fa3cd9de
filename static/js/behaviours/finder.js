// A text box that suggests while one types (WAI-ARIA combobox with a list). The server writes the options: <li role="option" data-value data-text>.
// Without this file the form posts what was typed, and the server finds or asks.
export function finder(frame) {
  const box = frame.querySelector("input:not([type=hidden])");
  const value = frame.querySelector("[data-finder-value]");
  const list = frame.querySelector("[role=listbox]");
  const state = document.getElementById(`${box.id}-state`);
  const beside = frame.dataset.beside && document.getElementById(frame.dataset.beside);
  const minimum = Number(frame.dataset.minimum || 1);
  let timer, request, active = -1;

  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" }).forEach(([name, text]) => box.setAttribute(name, text));
  if (value?.value) frame.dataset.chosen = "yes";

  const options = () => [...list.querySelectorAll("[role=option]")];
  const say = (text) => { if (state) state.textContent = text; };

  function close() {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    const all = options();
    if (!all.length) return;
    active = (index + all.length) % all.length;
    all.forEach((one, at) => one.setAttribute("aria-selected", String(at === active)));
    box.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    box.value = option.dataset.text;
    if (value) value.value = option.dataset.value;
    frame.dataset.chosen = "yes";
    close();
    say(frame.dataset.sayChosen.replace("{name}", option.dataset.text));
    frame.dispatchEvent(new CustomEvent("finder-chosen", { bubbles: true, detail: { ...option.dataset } }));
  }

  function forget() {
    if (value) value.value = "";
    delete frame.dataset.chosen;
  }

  async function look() {
    const typed = box.value.trim();
    request?.abort();
    if (typed.length < minimum) { close(); return say(""); }
    request = new AbortController();
    const address = new URL(frame.dataset.source, location.href);
    address.searchParams.set("q", typed);
    if (beside?.value) address.searchParams.set(beside.name, beside.value);
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html", "X-Requested-With": "finder" }, credentials: "same-origin", signal: request.signal });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      list.innerHTML = await answer.text();
      const all = options();
      all.forEach((one, at) => (one.id = `${list.id}-${at}`));
      active = -1;
      list.hidden = !all.length;
      box.setAttribute("aria-expanded", String(all.length > 0));
      box.removeAttribute("aria-activedescendant");
      say(all.length ? frame.dataset.saySome.replace("{n}", all.length) : frame.dataset.sayNone);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      close();
      say(frame.dataset.sayLost);
    }
  }

  box.addEventListener("input", (event) => {
    forget();
    clearTimeout(timer);
    // While Chinese is being composed nothing is asked: the letters of pinyin are not the name.
    if (!event.isComposing) timer = setTimeout(look, 200);
  });
  box.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(look, 50); });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return look();
      mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      take(options()[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });
  box.addEventListener("blur", () => { clearTimeout(timer); request?.abort(); setTimeout(close, 150); });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) take(option); });
  beside?.addEventListener("change", () => { if (frame.dataset.chosen) { forget(); box.value = ""; say(""); } });
}
