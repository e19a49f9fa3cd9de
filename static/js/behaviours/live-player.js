// The live picture: plays one line, goes on with the next when one fails, catches up after a sleep, and says what happens. Whoever is
// a delegate is counted while they watch (live/beats.js).
import { elsewhere, stillHere } from "../live/asking.js";
import { beats } from "../live/beats.js";
import { captions, quality } from "../live/choices.js";
import { open } from "../live/hls.js";

const PAUSES = [5, 10, 20, 40, 60]; // seconds until all lines are tried again
const SAID = 10000, SLOW = 3, DEAD = 20, BEHIND = 20; // milliseconds; then seconds

export function livePlayer(root) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  const video = find("video"), start = find("start"), said = find("said"), noLine = find("no-line"), toLive = find("to-live"), uncounted = find("uncounted");
  const streams = JSON.parse(root.dataset.streams), lines = [...(find("lines")?.children ?? [])];
  let picture = null, current = 0, from = null, failed = 0, pauses = 0, still = 0, last = -1;
  let wanted = false, resting = false, opening = false, waiting = null, fading = null;

  const shownAs = (index) => streams[index].name || String(index + 1);
  const plays = () => wanted && !video.paused && !video.ended && video.readyState > 2;

  const asks = stillHere(root, video, say);
  const showElsewhere = elsewhere(root, video, begin);
  const counted = beats(root, plays, {
    ask: asks,
    elsewhere(played) {
      stop();
      asks(null);
      // Whoever was watching here has moved on: it is said. Who wants to begin here is asked.
      if (played) say(root.dataset.sayElsewhere); else showElsewhere();
    },
    uncounted(why) {
      uncounted.hidden = why === null;
      if (why !== null) uncounted.textContent = why === 400 ? root.dataset.sayReload : root.dataset.sayUncounted;
    },
    over(why) {
      stop();
      asks(null);
      say(why);
    },
  });
  const choice = quality(find("quality"), (saving) => picture?.save(saving));
  captions(root, video, find("captions-switch"));

  function say(text, passing = false) {
    clearTimeout(fading);
    if (said.textContent !== text) said.textContent = text;
    if (text && passing) fading = setTimeout(say, SAID, "");
  }

  function begin() {
    // Within the touch itself: some browsers let nobody else start the sound.
    if (!wanted) video.play().catch(() => {});
    video.controls = true;
    video.tabIndex = 0;
    if (document.activeElement === start) video.focus({ preventScroll: true });
    wanted = true;
    resting = false;
    failed = pauses = 0;
    from = null;
    connect(current);
  }

  function stop() {
    wanted = false;
    clearTimeout(waiting);
    picture?.close();
    picture = null;
    video.controls = false;
    start.hidden = false;
    noLine.hidden = true;
    say("");
  }

  function connect(index) {
    clearTimeout(waiting);
    opening = true;
    picture?.close();
    current = index;
    still = 0;
    last = -1;
    start.hidden = true;
    noLine.hidden = true;
    find("bar").hidden = false;
    lines.forEach((one, n) => one.setAttribute("aria-pressed", String(n === index)));
    if (from === null) say(root.dataset.sayConnecting.replace("{line}", shownAs(index)));
    picture = open(video, streams[index].url, { failed: next, levels: choice.known }, { saving: choice.saving() });
    choice.known(0);
    if (!resting) go();
  }

  function go() {
    opening = true;
    video.play().catch((problem) => {
      if (problem.name !== "NotAllowedError" || !wanted) return;
      start.hidden = false; // it wants another touch
      say(root.dataset.sayPress);
    }).finally(() => { opening = false; });
  }

  function next() {
    failed += 1;
    if (failed >= streams.length) return none();
    const to = (current + 1) % streams.length;
    from ??= current;
    say(root.dataset.sayNext.replace("{line}", shownAs(current)).replace("{next}", shownAs(to)));
    connect(to);
  }

  function none() {
    const pause = PAUSES[Math.min(pauses, PAUSES.length - 1)];
    pauses += 1;
    picture?.close();
    picture = null;
    from = null;
    noLine.hidden = false;
    say(root.dataset.sayNone.replace("{n}", pause));
    waiting = setTimeout(again, pause * 1000);
  }

  function again() {
    if (picture || !wanted) return;
    failed = 0;
    connect((current + 1) % streams.length);
    say(root.dataset.sayRetrying);
  }

  // Once a second: a picture that stands still is told, and after a while given up. Seconds are counted and not measured, since a
  // phone that slept has measured an hour.
  function look() {
    counted.look();
    if (!wanted || !picture || video.paused || document.hidden) return void (still = 0);
    if (video.ended) return;
    if (video.currentTime !== last) {
      if (last >= 0) moved();
      last = video.currentTime;
      still = 0;
      return;
    }
    still += 1;
    if (still === SLOW && from === null) say(root.dataset.sayStalled);
    if (still === SLOW * 2) catchUp();
    if (still === DEAD) next();
  }

  function moved() {
    failed = pauses = 0;
    if (from !== null && from !== current) say(root.dataset.sayChanged.replace("{line}", shownAs(from)).replace("{next}", shownAs(current)), true);
    else if ([root.dataset.sayStalled, root.dataset.sayRetrying, root.dataset.sayPress, root.dataset.sayConnecting.replace("{line}", shownAs(current))].includes(said.textContent)) say("");
    from = null;
    start.hidden = true;
    toLive.hidden = behind() < BEHIND / 2;
  }

  function behind() {
    const edge = picture?.edge() ?? null;
    return edge === null ? 0 : edge - video.currentTime;
  }

  function catchUp(most = BEHIND) {
    if (behind() > most) video.currentTime = picture.edge();
  }

  // To an organiser alone, who can name the host at the desk.
  if (find("stopped")) document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
    if (!/^https?:/.test(blockedURI)) return;
    find("stopped").textContent = root.dataset.sayStopped.replace("{host}", new URL(blockedURI).host);
    find("stopped").hidden = false;
  });
  start.addEventListener("click", begin);
  noLine.querySelector("button").addEventListener("click", () => { pauses = 0; again(); });
  toLive.addEventListener("click", () => { catchUp(0); toLive.hidden = true; go(); });
  lines.forEach((one, n) => one.addEventListener("click", () => { if (n !== current || !picture) { current = n; begin(); } }));
  video.addEventListener("pause", () => { if (!opening && !video.ended && picture && !document.hidden) resting = true; });
  video.addEventListener("play", () => { resting = false; catchUp(); });
  // A source that was put in since has undone the wish to play.
  video.addEventListener("loadeddata", () => { if (wanted && !resting && video.paused) go(); });
  video.addEventListener("playing", () => counted.look());
  video.addEventListener("ended", () => {
    say(root.dataset.sayEnded);
    picture?.close();
    picture = null;
    noLine.hidden = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !picture || resting) return;
    if (video.paused) go(); else catchUp(); // some phones stop what nobody sees
  });
  window.addEventListener("online", again);
  setInterval(look, 1000);
  start.hidden = false;
}
