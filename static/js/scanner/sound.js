// Each verdict has a sound that is told apart without looking: up, level twice, down; a question goes up twice. Phones let a page sound only after a first touch.
const TUNES = {
  go: { wave: "sine", notes: [[880, 0, .1], [1320, .1, .16]], shake: [60] },
  again: { wave: "triangle", notes: [[620, 0, .12], [620, .2, .12]], shake: [60, 80, 60] },
  stop: { wave: "square", notes: [[240, 0, .22], [170, .24, .34]], shake: [250, 90, 250] },
  left: { wave: "sine", notes: [[880, 0, .1], [587, .1, .16]], shake: [40] },
  ask: { wave: "triangle", notes: [[440, 0, .12], [660, .14, .12], [440, .34, .12], [660, .48, .16]], shake: [120, 60, 120] },
  wait: { wave: "triangle", notes: [[400, 0, .08]], shake: [30] },
};

export function sounds(button) {
  const place = "door-muted";
  let muted = false, context = null;
  try { muted = localStorage.getItem(place) === "yes"; } catch { /* a browser that keeps nothing */ }
  button.setAttribute("aria-pressed", String(muted));
  button.addEventListener("click", () => {
    muted = !muted;
    button.setAttribute("aria-pressed", String(muted));
    try { localStorage.setItem(place, muted ? "yes" : "no"); } catch { /* as above */ }
  });
  const unlock = () => {
    const Context = window.AudioContext ?? window.webkitAudioContext;
    context ??= Context ? new Context() : null;
    if (context?.state === "suspended") context.resume().catch(() => {});
  };
  for (const event of ["pointerdown", "touchend", "keydown"]) document.addEventListener(event, unlock, { capture: true, passive: true });

  return (kind) => {
    const tune = TUNES[kind];
    try { navigator.vibrate?.(tune.shake); } catch { /* not allowed here */ }
    if (muted || context?.state !== "running") return;
    for (const [pitch, from, length] of tune.notes) {
      const tone = context.createOscillator(), loud = context.createGain(), begin = context.currentTime + from;
      tone.type = tune.wave;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(.0001, begin);
      loud.gain.exponentialRampToValueAtTime(tune.wave === "square" ? .25 : .5, begin + .01);
      loud.gain.exponentialRampToValueAtTime(.0001, begin + length);
      tone.connect(loud).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + length + .02);
    }
  };
}
