// A recording, and beside it the talks in it: each is a link to its moment (`#t=754`), so that the address of one can be passed on.
import { open } from "../live/hls.js";

const SLOW = 3; // seconds until a picture that stands still is told

export function replayPlayer(root) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  const video = find("video"), start = find("start"), said = find("said"), again = find("again");
  const marks = [...root.querySelectorAll("a[data-seconds]")];
  let picture = null, at = named(), still = 0, last = -1;

  function say(text) {
    said.textContent = text;
  }

  function begin() {
    video.play().catch(() => {}); // within the touch itself, for those browsers that let nobody else start the sound
    video.controls = true;
    video.tabIndex = 0;
    if (document.activeElement === start) video.focus({ preventScroll: true });
    start.hidden = again.hidden = true;
    say(root.dataset.sayConnecting);
    picture?.close();
    picture = open(video, root.dataset.url, { failed }, { film: true });
    go();
  }

  function go() {
    video.play().catch((problem) => {
      if (problem.name !== "NotAllowedError") return;
      start.hidden = false; // it wants another touch
      say(root.dataset.sayPress);
    });
  }

  function failed() {
    at = video.currentTime || at; // to go on from there
    picture?.close();
    picture = null;
    video.controls = false;
    say(root.dataset.sayLost);
    again.hidden = false;
  }

  function jump(seconds) {
    at = seconds;
    if (!picture) return begin();
    if (video.readyState > 0) {
      video.currentTime = seconds;
      go();
    }
  }

  function show() {
    const time = picture ? video.currentTime : at;
    const now = marks.filter((one) => Number(one.dataset.seconds) <= time + 0.5).pop();
    for (const one of marks) {
      if (one !== now) one.removeAttribute("aria-current");
      else if (!one.hasAttribute("aria-current")) one.setAttribute("aria-current", "true");
    }
  }

  function look() {
    if (!picture || video.paused || video.currentTime !== last) {
      if (last !== video.currentTime && picture && !video.paused && last >= 0) say("");
      last = video.currentTime;
      return void (still = 0);
    }
    still += 1;
    if (still === SLOW) say(root.dataset.sayStalled);
  }

  for (const one of marks) one.addEventListener("click", () => jump(Number(one.dataset.seconds)));
  window.addEventListener("hashchange", () => { if (named() !== at && location.hash) jump(named()); });
  start.addEventListener("click", begin);
  again.querySelector("button").addEventListener("click", begin);
  video.addEventListener("loadedmetadata", () => {
    if (at > 0) video.currentTime = at;
    if (video.paused) go(); // a source that was put in since has undone the wish to play
  });
  video.addEventListener("playing", () => say(""));
  for (const event of ["timeupdate", "seeking"]) video.addEventListener(event, show);
  setInterval(look, 1000);
  start.hidden = false;
  show();
}

const named = () => Number(/^#t=(\d{1,6})$/.exec(location.hash)?.[1] ?? 0);
