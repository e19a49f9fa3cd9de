// The forms in here are sent only where the server answers: else the browser's own error page would stand where this one was.
// What could not be sent is said in the place that `data-said` names, and the page stays as it is, to be pressed again.
export function reachFirst(region) {
  const said = document.getElementById(region.dataset.said);
  let asking = false, reached = null;

  region.addEventListener("submit", async (event) => {
    const form = event.target;
    if (reached === form) { reached = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking) return;
    asking = true;
    event.submitter?.setAttribute("aria-busy", "true");
    const answers = await reachable(region.dataset.reach);
    asking = false;
    event.submitter?.removeAttribute("aria-busy");
    if (said) said.hidden = answers;
    if (!answers) return;
    // The page may have been written anew meanwhile: then this button is gone, and with it what it was pressed for.
    if (!form.isConnected) document.body.append(Object.assign(form, { hidden: true }));
    reached = form;
    form.requestSubmit(event.submitter);
  }, { capture: true });
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
