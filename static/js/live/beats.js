// Says every 30 seconds that somebody is watching: only while the picture plays and the page is seen. All tabs of a browser share
// the clock of it, so that a reload or a second tab says nothing twice. One that is lost is made good by the next.
import { keep, kept, post } from "./post.js";
import { watched } from "./watched.js";

const EVERY = 30000, MISSED = 3;

// told: ask(number or null, seconds left), elsewhere(did we play until now), over(why in words), uncounted(status of an answer
// that was none, 0 without any; null once it is counted again)
export function beats(root, playing, told) {
  const address = root.dataset.beat, key = `live-beat:${address}`;
  let sending = false, counted = false, missed = 0;
  if (!address) return { look() {} };
  const clock = watched(root.querySelector("[data-watched]"), `${key}:taken`);

  function look() {
    clock.look();
    const since = Date.now() - Number(kept(key) ?? -Infinity);
    // A clock that was set back must not silence us.
    if (!sending && playing() && !document.hidden && !(since >= 0 && since < EVERY)) beat();
  }

  async function beat() {
    sending = true;
    keep(key, String(Date.now()));
    try {
      const answer = await post(root, address, { playing: true });
      const refused = [403, 409].includes(answer.status) ? await answer.json() : null;
      if (refused?.code === "plays_elsewhere") {
        keep(key, "0");
        told.elsewhere(counted);
        counted = false;
      } else if (refused) {
        told.over(refused.error); // the place was cancelled, or is nobody's any more
      } else if (answer.ok) {
        counted = true;
        clock.taken();
        missed = 0;
        told.uncounted(null);
        const { ask = null, left = 300 } = await answer.json().catch(() => ({}));
        told.ask(ask, left);
      } else miss(answer.status);
    } catch {
      miss(0);
    } finally {
      sending = false;
    }
  }

  // The picture goes on, and so does the next beat; one that is lost is made good by it.
  function miss(status) {
    missed += 1;
    if (missed >= MISSED || status === 400) told.uncounted(status);
  }

  document.addEventListener("visibilitychange", look);
  return { look };
}
