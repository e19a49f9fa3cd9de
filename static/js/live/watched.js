// How long one has watched today, as it grows: what the page came with, and what every beat adds that was taken since. It counts as the
// server does, so that the next page says the same; whichever tab of this browser made the beat. Nothing is asked for it.
import { keep, kept } from "./post.js";

const HOLDS = 90000; // milliseconds that a beat counts for

export function watched(line, key) {
  // Counted are `seconds`, up to the moment `from`; the last beat holds `until` then.
  let told = kept(key), seconds = Number(line.dataset.watched), from = Date.now(), until = Number(told ?? -Infinity) + HOLDS, day = new Date().getDate();

  function taken() {
    keep(key, String(Date.now()));
    look();
  }

  const since = (moment) => Math.max(0, Math.min(moment, until) - from) / 1000;

  function beaten(at) {
    if (at < from && from - at < HOLDS) return; // another tab's clock; one that was set back goes on from there
    if (day !== (day = new Date().getDate())) seconds = 0; else seconds += since(at);
    from = at;
    until = at + HOLDS;
  }

  function look() {
    const said = kept(key);
    if (said !== told) beaten(Number(told = said));
    const minutes = Math.floor((seconds + since(Date.now())) / 60), text = line.dataset.say.replace("{n}", minutes.toLocaleString("en-US").replace(/,/g, "\u202f"));
    line.hidden = minutes < 1;
    if (line.textContent !== text) line.textContent = text;
  }

  return { taken, look };
}
