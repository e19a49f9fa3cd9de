// A star is on as soon as it is touched; where the server did not take it, it goes off again and the page says so.
export function star(form) {
  const said = document.getElementById(`${form.id}-said`);
  let fading = null;

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.matches(".star")) return;
    event.preventDefault();
    const wish = button.value, body = new URLSearchParams(new FormData(form));
    body.set(button.name, wish);
    show(button, wish === "yes");
    say("");
    // One after the other for one star, so that the last touch is what holds.
    const before = waiting.get(button) ?? Promise.resolve();
    const sent = before.then(() => send(button.formAction, body));
    waiting.set(button, sent);
    if (!(await sent) && waiting.get(button) === sent) {
      show(button, wish !== "yes");
      say(form.dataset.sayLost);
    }
  });

  function say(text) {
    clearTimeout(fading);
    said.textContent = text;
    if (text) fading = setTimeout(() => say(""), 10000);
  }
}

const waiting = new WeakMap();

async function send(address, body) {
  try {
    return (await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "star" }, credentials: "same-origin", redirect: "error", keepalive: true })).ok;
  } catch {
    return false;
  }
}

function show(button, on) {
  button.setAttribute("aria-pressed", String(on));
  button.value = on ? "no" : "yes";
}
