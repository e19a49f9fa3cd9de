// The forms in here are sent without leaving the page: where the network ends meanwhile, the browser's own error page would
// stand where this one was. It is asked first whether the server answers: what surely was not sent is said in the place that
// `data-said` names. Where it was sent and no answer came, the place of `data-unheard` says that; pressed again it goes as it
// went before (what the page had seen then), so that the server knows a second sending and nothing is done twice.
const OF_THE_PAGE = new Set(["csrf_token", "seen"]);

export function reachFirst(region) {
  const said = document.getElementById(region.dataset.said), unheard = document.getElementById(region.dataset.unheard);
  let asking = false, lost = null;

  region.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking) return;
    asking = true;
    // Read now: the page may be written anew meanwhile, and this form be gone.
    const { target: form, submitter } = event, body = new FormData(form, submitter);
    const address = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
    const wish = JSON.stringify([address, ...[...body].filter(([name]) => !OF_THE_PAGE.has(name))]);
    if (lost?.wish === wish && lost.seen !== null) body.set("seen", lost.seen);
    submitter?.setAttribute("aria-busy", "true");
    const reached = await reachable(region.dataset.reach);
    const answer = reached && await sent(address, body);
    asking = false;
    submitter?.removeAttribute("aria-busy");
    said.hidden = reached;
    unheard.hidden = !reached || Boolean(answer);
    if (!reached) return;
    lost = answer ? null : { wish, seen: body.get("seen") };
    if (answer) show(answer);
  }, { capture: true });
}

// What it answers where a redirect led: {text, address}; null where no answer came.
async function sent(address, body) {
  const limit = new AbortController();
  const patience = setTimeout(() => limit.abort(), 15000);
  try {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(body), credentials: "same-origin", headers: { Accept: "text/html" }, signal: limit.signal });
    return answer.status < 500 ? { text: await answer.text(), address: answer.redirected ? answer.url : null } : null;
  } catch {
    return null;
  } finally {
    clearTimeout(patience);
  }
}

// As the browser would show it: the page that answered instead of this one, and its address.
function show({ text, address }) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const elsewhere = address !== null && new URL(address).pathname !== location.pathname;
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  if (address !== null) history.replaceState(null, "", address);
  if (elsewhere) scrollTo(0, 0);
  document.body.dispatchEvent(new CustomEvent("content-changed", { bubbles: true }));
  (document.querySelector("[autofocus]") ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

async function reachable(address) {
  const limit = new AbortController();
  const patience = setTimeout(() => limit.abort(), 5000);
  try {
    const answer = await fetch(address, { cache: "no-store", credentials: "same-origin", redirect: "manual", signal: limit.signal });
    return answer.status < 500;
  } catch {
    return false;
  } finally {
    clearTimeout(patience);
  }
}
