// What a screen in a hall needs besides its picture: it stays awake, has no pointer, can fill the screen, and does not
// burn in: every minute the picture stands a few points elsewhere.
const PLACES = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];

export function screen(root) {
  awake();
  const full = root.querySelector("[data-wall-full]"), page = document.documentElement;
  let idle = null, place = 0;

  function moved() {
    root.classList.add("has-pointer");
    full.hidden = Boolean(document.fullscreenElement) || !document.fullscreenEnabled;
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (document.activeElement === full) return;
      root.classList.remove("has-pointer");
      full.hidden = true;
    }, 3000);
  }

  full.addEventListener("click", () => page.requestFullscreen().catch(() => {}));
  for (const event of ["pointermove", "pointerdown", "keydown"]) window.addEventListener(event, moved);
  document.addEventListener("fullscreenchange", moved);
  setInterval(() => {
    place = (place + 1) % PLACES.length;
    root.style.setProperty("--drift-x", String(PLACES[place][0]));
    root.style.setProperty("--drift-y", String(PLACES[place][1]));
  }, 60000);
}

// The browser takes the lock back whenever the page is not seen; it is asked for again when that is over.
function awake() {
  if (!("wakeLock" in navigator)) return;
  let lock = null;
  async function ask() {
    if (document.hidden || (lock && !lock.released)) return;
    lock = await navigator.wakeLock.request("screen").catch(() => null);
  }
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, 60000);
  ask();
}
