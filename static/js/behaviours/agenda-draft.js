// The draft of an agenda: forms open beside the list, rows are dragged to another place. Every address answers the inner part of its
// page to this script; without it, or on a phone, the same links and buttons lead through whole pages.
export function agendaDraft(root) {
  const main = root.querySelector("[data-agenda-main]"), panel = root.querySelector("[data-agenda-panel]");
  const wide = matchMedia("(min-width: 64rem)");
  let busy = false, drag = null, opener = null;

  async function ask(address, options = {}) {
    if (busy) return;
    busy = true;
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "X-Requested-With": "agenda", Accept: "text/html" }, credentials: "same-origin", cache: "no-store", ...options });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return { answer, page };
    } catch {
      say(root.dataset.sayLost);
    } finally {
      busy = false;
      root.removeAttribute("aria-busy");
    }
  }

  function say(text) {
    document.querySelectorAll(".flashes").forEach((one) => one.remove());
    const box = document.createElement("div");
    box.className = "flashes";
    box.innerHTML = '<div class="notice is-danger" role="alert"><div class="notice-body"><p></p></div></div>';
    box.querySelector("p").textContent = text;
    main.prepend(box);
  }

  function put(place, page) {
    place.replaceChildren(...page.body.childNodes);
    place.dispatchEvent(new CustomEvent("content-changed", { bubbles: true }));
    if (place === main) ready();
  }

  function close() {
    panel.hidden = true;
    panel.replaceChildren();
    root.classList.remove("has-panel");
    delete panel.dataset.dirty;
  }

  const leaves = () => panel.hidden || !panel.dataset.dirty || window.confirm(root.dataset.sayUnsaved);
  const lines = (selector = ".draft-line") => [...main.querySelectorAll(selector)];
  // Where the focus was, said so that it is found again in the fresh list.
  const spot = (element) => ({ talk: element?.closest("[data-talk]")?.dataset.talk, session: element?.closest("[data-session]")?.dataset.session, way: element?.dataset.way });

  function refocus({ talk, session, way }) {
    const line = main.querySelector(talk ? `[data-talk="${talk}"]` : `[data-session="${session}"]`);
    if (!line) return;
    const acts = line.querySelector(":scope > .draft-acts");
    const wanted = (way && acts?.querySelector(`[data-way="${way}"]:not(:disabled)`)) || line.querySelector("a");
    wanted?.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  }

  async function refresh(flashes) {
    const told = await ask(root.dataset.list);
    if (!told?.page.querySelector("[data-agenda-list]")) return;
    if (flashes) told.page.body.prepend(flashes);
    put(main, told.page);
  }

  async function settle(told, from = {}) {
    if (!told) return;
    const { answer, page } = told;
    document.querySelectorAll(".flashes").forEach((one) => one.remove());
    if (page.querySelector("[data-agenda-form]")) {
      const dirty = panel.dataset.dirty && !answer.redirected;
      put(panel, page);
      panel.hidden = false;
      root.classList.add("has-panel");
      if (dirty) panel.dataset.dirty = "yes"; else delete panel.dataset.dirty;
      const rows = panel.querySelectorAll(".agenda-role");
      const first = panel.querySelector(".error-summary") ?? (from.added ? rows[rows.length - 1]?.querySelector(".finder input") : panel.querySelector(".input:not([type=hidden])")) ?? panel.querySelector("h2");
      first.focus({ preventScroll: true });
      if (from.added) first.scrollIntoView({ block: "nearest" });
      if (!from.added) panel.scrollTop = 0;
      if (answer.redirected) await refresh();
    } else if (page.querySelector("[data-agenda-list]")) {
      const flashes = page.querySelector(".flashes");
      if (from.panel) close();
      if (new URL(answer.url).pathname === new URL(root.dataset.list, location.href).pathname && !root.dataset.list.includes("day=")) { root.dataset.list = answer.url; put(main, page); }
      else await refresh(flashes);
      refocus(from);
    } else if (answer.ok) location.assign(answer.url);
    else { await refresh(); say(root.dataset.sayGone); }
  }

  root.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-agenda-open]"), back = panel.contains(event.target) && event.target.closest(".confirm a, .stack > p > a");
    if (event.target.closest("[data-agenda-close]") || back) {
      event.preventDefault();
      if (leaves()) { close(); refocus(opener ?? {}); }
      return;
    }
    if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (!leaves()) return;
    delete panel.dataset.dirty;
    opener = spot(link);
    settle(await ask(link.href));
  });
  // The button above the list stands outside of it.
  for (const link of document.querySelectorAll("a[data-agenda-open]")) if (!root.contains(link)) link.addEventListener("click", async (event) => {
    if (!wide.matches || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (leaves()) { delete panel.dataset.dirty; settle(await ask(link.href)); }
  });

  root.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post") return;
    event.preventDefault();
    event.stopPropagation();
    const inPanel = panel.contains(form);
    const from = inPanel ? { ...opener, panel: true, added: button?.name === "add_row" } : spot(button);
    const address = button?.getAttribute("formaction") || form.getAttribute("action");
    if (!inPanel && address.endsWith("/copy") && !leaves()) return; // its copy opens in the panel
    settle(await ask(address, { method: "POST", body: new FormData(form, button) }), from);
  }, true);

  panel.addEventListener("input", () => { panel.dataset.dirty = "yes"; });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && leaves()) { close(); refocus(opener ?? {}); }
  });
  // What another script on the list wants to have done: {address, fields, element}.
  root.addEventListener("agenda-send", (event) => send(event.detail.address, event.detail.fields, event.detail.element));

  async function send(address, fields, element) {
    const body = new URLSearchParams({ csrf_token: root.dataset.token, version: main.querySelector("[data-version]").dataset.version, ...fields });
    settle(await ask(address, { method: "POST", body }), spot(element));
  }

  function ready() {
    for (const handle of main.querySelectorAll("[data-agenda-handle]")) handle.hidden = false;
  }

  // Dragging: a mouse takes the row wherever nothing else is to be pressed, a finger only the handle.
  main.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-agenda-handle]");
    const item = event.target.closest(".draft-talk, .draft-line");
    if (!item || event.button !== 0 || !item.querySelector("[data-agenda-handle]")) return;
    if (!handle && (event.pointerType === "touch" || event.target.closest("a, button, input, form"))) return;
    if (handle) event.preventDefault();
    const all = item.matches(".draft-talk") ? [...item.parentElement.children] : lines();
    drag = { item, all, x: event.clientX, y: event.clientY, mark: null };
  });

  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.mark) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 6) return;
      drag.mark = document.createElement("li");
      drag.mark.className = "draft-drop";
      drag.mark.setAttribute("aria-hidden", "true");
      drag.item.classList.add("is-dragged");
      root.classList.add("is-dragging");
    }
    event.preventDefault();
    if (event.clientY < 70) window.scrollBy(0, -14); else if (event.clientY > innerHeight - 70) window.scrollBy(0, 14);
    let near = null, distance = Infinity, after = false;
    for (const one of drag.all) {
      const box = one.getBoundingClientRect(), middle = box.top + box.height / 2, off = event.clientY < box.top ? box.top - event.clientY : event.clientY > box.bottom ? event.clientY - box.bottom : 0;
      if (off < distance) [near, distance, after] = [one, off, event.clientY > middle];
    }
    drag.near = near;
    drag.after = after;
    if (after) near.after(drag.mark); else near.before(drag.mark);
  });

  function letGo() {
    const done = drag;
    drag = null;
    done?.mark?.remove();
    done?.item.classList.remove("is-dragged");
    root.classList.remove("is-dragging");
    return done;
  }

  window.addEventListener("pointerup", () => {
    const done = letGo();
    if (!done?.mark || done.near === done.item || done.near === done.item[done.after ? "previousElementSibling" : "nextElementSibling"]) return;
    const id = done.near.dataset.talk ?? done.near.dataset.session;
    const address = done.item.querySelector(":scope > .draft-acts").action.replace(/up$/, "drop");
    send(address, { [done.after ? "after" : "before"]: id, seen: done.item.dataset.seen ?? "" }, done.item);
  });
  window.addEventListener("pointercancel", letGo);
  window.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) letGo(); });
  ready();
}
