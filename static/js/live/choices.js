// What whoever watches can choose: how much the picture may cost, and whether there are words beneath it. Both are remembered.
import { keep, kept } from "./post.js";

export function quality(group, chosen) {
  const buttons = [...(group?.children ?? [])];
  let saving = (kept("live-saving") ?? (navigator.connection?.saveData ? "yes" : "no")) === "yes";
  const show = () => buttons.forEach((one) => one.setAttribute("aria-pressed", String((one.value === "saving") === saving)));
  for (const one of buttons) {
    one.addEventListener("click", () => {
      saving = one.value === "saving";
      keep("live-saving", saving ? "yes" : "no");
      show();
      chosen(saving);
    });
  }
  show();
  // There is nothing to choose where the picture comes in one quality, or the browser chooses by itself.
  return { saving: () => saving, known: (levels) => { if (group) group.hidden = levels < 2; } };
}

export function captions(root, video, button) {
  if (!button) return;
  const track = document.createElement("track");
  track.kind = "captions";
  track.label = button.textContent.trim();
  track.srclang = document.documentElement.lang;
  track.src = root.dataset.captions;
  video.append(track);
  let on = kept("live-captions") !== "no";
  function show() {
    track.track.mode = on ? "showing" : "hidden";
    button.setAttribute("aria-pressed", String(on));
  }
  button.addEventListener("click", () => {
    on = !on;
    keep("live-captions", on ? "yes" : "no");
    show();
  });
  video.addEventListener("loadeddata", show); // a new line sets it back
  // The browser's own menu switches them too, over a picture that fills the screen: the button and the next line hold to it.
  video.textTracks.addEventListener("change", () => {
    const is = track.track.mode === "showing";
    if (is === on || video.readyState < 2 || !track.isConnected) return;
    on = is;
    keep("live-captions", on ? "yes" : "no");
    button.setAttribute("aria-pressed", String(on));
  });
  show();
}
