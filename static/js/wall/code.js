// The rotating code with its ring. It is shown only while the server's time says that it is good; else it is hidden,
// whatever else has stopped: a code that nobody can use must not be scanned by a queue.
export function turning(region, asks) {
  function tick() {
    const place = region.querySelector("[data-changes-at]");
    if (!place) return;
    const now = asks.now(), changes = Number(place.dataset.changesAt), step = Number(place.dataset.step);
    const left = now === null ? 0 : changes - now;
    const good = now !== null && now < Number(place.dataset.hiddenAt) && left <= step + 5000;
    place.querySelector("[data-wall-symbol]").hidden = !good;
    place.querySelector("[data-wall-wait]").hidden = good;
    const seconds = Math.max(0, Math.ceil(left / 1000));
    const ring = place.querySelector("[data-wall-ring]"), words = place.querySelector("[data-wall-seconds]");
    ring.style.strokeDashoffset = String(100 - Math.min(100, Math.max(0, (left / step) * 100)));
    const text = good && seconds ? String(seconds) : "";
    if (words.textContent !== text) words.textContent = text;
    if (left <= 0) asks.soon();
  }
  setInterval(tick, 250);
  region.addEventListener("picture-hung", tick);
}
