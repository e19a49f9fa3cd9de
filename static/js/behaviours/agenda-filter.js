// The agenda is whole in the page: what is looked for is found while it is typed, and a day is one touch away. The address
// says the same as the form would, so that the page can be passed on and come back to.
export function agendaFilter(form) {
  const list = document.getElementById("agenda-list");
  const days = [...list.querySelectorAll("[data-day]")], tabs = [...list.querySelectorAll(".agenda-days a")];
  const found = form.querySelector(".agenda-found"), none = list.querySelector(".agenda-none");
  const rows = [...list.querySelectorAll(".session")].map((row) => ({ row, text: plain(`${row.querySelector(".session-body").textContent} ${row.dataset.unseen ?? ""}`) }));
  const day = form.elements.day;

  function look() {
    const value = (name) => form.elements[name]?.value ?? "", online = form.elements.online.checked;
    const words = plain(value("q")).split(/\s+/).filter(Boolean);
    const some = Boolean(words.length || value("kind") || value("room") || online);
    let count = 0;
    for (const { row, text } of rows) {
      const fits = (!value("kind") || row.dataset.kind === value("kind")) && (!value("room") || row.dataset.room === value("room"))
        && (!online || row.dataset.online) && words.every((word) => text.includes(word));
      row.hidden = !fits;
      count += fits;
    }
    for (const one of days) one.hidden = wanted() && one.dataset.day !== day.value;
    found.textContent = some ? form.dataset.sayFound.replace("#", count) : "";
    none.hidden = count > 0;
    for (const tab of tabs) {
      const its = new URL(tab.href).searchParams.get("day");
      if (its === (day.value || "all")) tab.setAttribute("aria-current", "page"); else tab.removeAttribute("aria-current");
    }
    const query = new URLSearchParams([...new FormData(form)].filter(([, text]) => text));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  }

  const wanted = () => day.value && day.value !== "all";

  form.addEventListener("input", (event) => {
    if (day.value) day.value = "all"; // what is looked for may be on any day
    look(event);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
  list.querySelector(".agenda-days")?.addEventListener("click", (event) => {
    const tab = event.target.closest("a");
    if (!tab || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    day.value = new URL(tab.href).searchParams.get("day");
    look();
  });
}

const plain = (text) => text.normalize("NFKC").toLowerCase();
