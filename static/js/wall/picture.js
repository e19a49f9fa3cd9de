// Hangs one picture in the place of another: nothing is added to what was there, so that a day of pictures is one.
// What has a key that was not there before is new; what has a larger count went up. The style sheet shows both calmly.
export function hangs(region) {
  let last = null;

  function hang(text) {
    if (text === last) return;
    const first = last === null && !region.querySelector("[data-key]");
    last = text;
    const before = new Map([...region.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, Number(one.dataset.count)]));
    const fresh = document.createElement("template");
    fresh.innerHTML = text;
    for (const one of fresh.content.querySelectorAll("[data-key]")) {
      if (first) break;
      const count = before.get(one.dataset.key);
      if (!before.has(one.dataset.key)) one.classList.add("is-new");
      else if (Number(one.dataset.count) > count) one.classList.add("is-up");
    }
    region.replaceChildren(fresh.content);
    region.dispatchEvent(new CustomEvent("picture-hung"));
  }

  function say(words) {
    last = null;
    const sheet = document.createElement("div"), line = document.createElement("p");
    sheet.className = "wall-sheet is-dark";
    line.className = "wall-wait";
    line.textContent = words;
    sheet.append(line);
    region.replaceChildren(sheet);
  }

  return { hang, say };
}
