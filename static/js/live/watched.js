// How long one has watched today, as it grows: what the page came with, and what every beat adds that was taken since. It counts as the
// server does, so that the next page says the same; whichever tab of this browser made the beat. Nothing is asked for it.
import { keep, kept } from "./post.js";

const HOLDS = 90000; // milliseconds that a beat counts for

export function watched(line, key) {
  const began = Date.now(), before = kept(key);
  let seconds = Number(line.dataset.watched), told = before, day = new Date().getDate();
  // The last beat may hold still: until now the page has counted it.
  let last = before !== null && began - Number(before) < HOLDS ? began : null;

  function taken() {
    keep(key, String(Date.now()));
    look();
  }

  function look() {
    const said = kept(key), at = Number(said);
    if (said === told) return;
    told = said;
    if (day !== (day = new Date().getDate())) { seconds = 0; last = null; }
    if (last !== null && at > last) seconds += Math.min(at - last, HOLDS) / 1000;
    if (last === null || at > last || last - at > HOLDS) last = at; // a clock that was set back
    const minutes = Math.floor(seconds / 60), text = line.dataset.say.replace("{n}", minutes.toLocaleString("en-US").replace(/,/g, "\u202f"));
    line.hidden = minutes < 1;
    if (line.textContent !== text) line.textContent = text;
  }

  return { taken, look };
}
