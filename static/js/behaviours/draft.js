// A form that is lost to nothing: what was typed is kept in this browser for a day, until the server took it. After a lost
// connection, an error or an expired sign-in the form is filled again, and says so. Only what the person changed is put back,
// over what the server says now. Passwords, codes, files and hidden fields are never kept. main.js clears what was taken.
export const PREFIX = "draft:";
export const SENT = "draft-sent";
const LASTS = 24 * 3600 * 1000;

export function draft(form) {
  const key = `${PREFIX}${location.pathname}:${form.dataset.draft}`;
  // Not what the fields hold now: on a slow phone somebody has typed before this ran.
  const said = valuesOf(form, { served: true });
  forgetOld();
  if (form.closest("main")?.querySelector(".error-summary")) keep(key, said, said, form); // the server filled it with what was sent
  else putBack(form, key, said);
  const note = () => keep(key, valuesOf(form), said, form);
  if (!same(valuesOf(form), said)) note();
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", () => {
    note();
    write(sessionStorage_(), SENT, key);
  });
  // Back from where no answer came.
  window.addEventListener("pageshow", (event) => event.persisted && sessionStorage_()?.removeItem(SENT));
}

function putBack(form, key, said) {
  const kept = read(key);
  if (!kept) return;
  const now = valuesOf(form);
  const changed = Object.entries(kept.values).filter(([name, value]) => name in said && !same(value, said[name]) && same(now[name], said[name]));
  if (!changed.length) return remove(key);
  for (const [name, value] of changed) setField(form, name, value);
  const box = notice(form);
  box.querySelector("button").addEventListener("click", () => {
    for (const [name] of changed) setField(form, name, said[name]);
    remove(key);
    box.remove();
  });
  form.prepend(box);
}

function notice(form) {
  const box = document.createElement("div");
  box.className = "notice is-info draft-note";
  box.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = form.dataset.sayRestored;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button is-quiet is-small";
  button.textContent = form.dataset.sayClear;
  const body = document.createElement("div");
  body.className = "notice-body";
  body.append(text, button);
  box.append(body);
  return box;
}

// Fields by name: a text, or for boxes and lists of choices the values that are ticked.
function valuesOf(form, { served = false } = {}) {
  const found = {}, ticked = served ? "defaultChecked" : "checked", chosen = served ? "defaultSelected" : "selected";
  for (const one of form.elements) {
    if (!keptField(one)) continue;
    if (one.type === "checkbox" || one.type === "radio") {
      found[one.name] ??= [];
      if (one[ticked]) found[one.name].push(one.value);
    } else if (one.type === "select-multiple") found[one.name] = [...one.options].filter((option) => option[chosen]).map((option) => option.value);
    else if (one.type === "select-one") found[one.name] = ([...one.options].find((option) => option[chosen]) ?? one.options[0])?.value ?? "";
    else found[one.name] = served ? one.defaultValue : one.value;
  }
  return found;
}

function keptField(one) {
  if (!one.name || one.name === "csrf_token" || one.dataset.private !== undefined) return false;
  if (one.type === "hidden") return one.dataset.finderValue !== undefined;
  if (["password", "file", "submit", "button", "reset", "image"].includes(one.type) || one.tagName === "FIELDSET") return false;
  return !/one-time-code|password/.test(one.autocomplete || "");
}

function setField(form, name, value) {
  for (const one of form.elements) {
    if (one.name !== name || !keptField(one)) continue;
    if (one.type === "checkbox" || one.type === "radio") {
      one.checked = value.includes(one.value);
      one.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (one.type === "select-multiple") for (const option of one.options) option.selected = value.includes(option.value);
    else one.value = value;
  }
}

function keep(key, values, said, form) {
  const refilled = form.closest("main")?.querySelector(".error-summary");
  const changed = refilled ? values : Object.fromEntries(Object.entries(values).filter(([name, value]) => !same(value, said[name])));
  if (!Object.keys(changed).length) return remove(key);
  write(localStorage_(), key, JSON.stringify({ at: Date.now(), values: changed }));
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage_()?.getItem(key) ?? "null");
    return kept && Date.now() - kept.at < LASTS ? kept : null;
  } catch {
    return null;
  }
}

function forgetOld() {
  try {
    const store = localStorage_();
    for (const key of Object.keys(store ?? {}).filter((name) => name.startsWith(PREFIX))) if (!read(key)) store.removeItem(key);
  } catch { /* nothing is kept where nothing may be */ }
}

function remove(key) {
  try { localStorage_()?.removeItem(key); } catch { /* the same */ }
}

function write(store, key, text) {
  try { store?.setItem(key, text); } catch { /* full, or refused: the form works all the same */ }
}

// Reading the property itself is refused in some browsers.
function localStorage_() {
  try { return window.localStorage; } catch { return null; }
}

function sessionStorage_() {
  try { return window.sessionStorage; } catch { return null; }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
