// What the live page has to ask whoever watches: whether they are still there, and whether to play here instead of elsewhere.
import { post } from "./post.js";

// A dialog lies over a picture that fills the screen, but not over the player of an iPhone, which has to be left; nor where the
// browser knows no dialogs, which then stands in the page.
function show(dialog, video) {
  try { if (video.webkitDisplayingFullscreen) video.webkitExitFullscreen(); } catch { /* it was left already */ }
  if (dialog.showModal) return dialog.open || dialog.showModal();
  if (document.fullscreenElement) document.exitFullscreen?.();
  dialog.setAttribute("open", "");
  dialog.scrollIntoView({ block: "center" });
}

const hide = (dialog) => (dialog.close ? dialog.open && dialog.close() : dialog.removeAttribute("open"));

export function stillHere(root, video, say) {
  const dialog = root.querySelector("[data-ask]");
  if (!dialog) return () => {};
  const left = dialog.querySelector("[data-left]"), problem = dialog.querySelector("[data-problem]"), here = dialog.querySelector('[name="here"]');
  let asked = null, until = 0, timer = null;
  const settled = new Set();

  function close() {
    clearInterval(timer);
    hide(dialog);
    asked = null;
  }

  function count() {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) return;
    settled.add(asked);
    close();
    say(root.dataset.sayLate);
  }

  here.addEventListener("click", async () => {
    const number = asked;
    here.setAttribute("aria-busy", "true");
    problem.textContent = "";
    try {
      const answer = await post(root, root.dataset.stillHere, { number });
      if (![409, 410].includes(answer.status) && !answer.ok) throw new Error(String(answer.status));
      settled.add(number);
      if (asked === number) close();
      say(answer.ok ? root.dataset.sayAnswered : root.dataset.sayLate, answer.ok);
    } catch {
      problem.textContent = root.dataset.sayLost;
    } finally {
      here.removeAttribute("aria-busy");
    }
  });
  // Esc would be taken for an answer that it is not.
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  return (number, seconds) => {
    if (number === null) return asked !== null && close();
    if (number === asked || settled.has(number)) return;
    asked = number;
    until = Date.now() + seconds * 1000;
    problem.textContent = "";
    clearInterval(timer);
    timer = setInterval(count, 1000);
    count();
    show(dialog, video);
    try { navigator.vibrate?.([300, 200, 300]); } catch { /* not without a touch before */ }
  };
}

export function elsewhere(root, video, again) {
  const dialog = root.querySelector("[data-elsewhere]");
  if (!dialog) return () => {};
  const problem = dialog.querySelector("[data-problem]"), take = dialog.querySelector('[name="take"]');

  take.addEventListener("click", async () => {
    take.setAttribute("aria-busy", "true");
    problem.textContent = "";
    try {
      const answer = await post(root, root.dataset.takeOver, {});
      if (!answer.ok) throw new Error(String(answer.status));
      hide(dialog);
      again();
    } catch {
      problem.textContent = root.dataset.sayLost;
    } finally {
      take.removeAttribute("aria-busy");
    }
  });
  dialog.querySelector('[name="leave"]').addEventListener("click", () => hide(dialog));

  return () => {
    problem.textContent = "";
    show(dialog, video);
  };
}
