// The phone's camera: on and off, which one, its lamp, and some eight looks a second.
import { drawn, NotLoaded, reader } from "./reader.js";

const BETWEEN = 120, WIDEST = 960;

export function camera(part, { seen, looking, phrases }) {
  const find = (name) => part.querySelector(`[data-${name}]`);
  const video = find("video"), frame = find("window"), note = find("camera-note"), button = find("camera-switch"), turn = find("turn"), torch = find("torch"), lens = find("lens");
  const canvas = document.createElement("canvas");
  const place = "door-camera", chosen = "door-lens";
  let over = false, stream = null, facing = "environment", device = kept(chosen), timer = null, starting = 0;

  part.hidden = false;
  if (!navigator.mediaDevices?.getUserMedia) {
    button.hidden = true;
    note.textContent = phrases.noCamera;
    find("photo-label").classList.remove("is-second");
    return;
  }
  button.addEventListener("click", () => (stream ? close(true) : open()));
  turn.addEventListener("click", () => { facing = facing === "environment" ? "user" : "environment"; device = null; open(); });
  lens.addEventListener("change", () => { device = lens.value; keep(chosen, device); open(); });
  torch.addEventListener("click", async () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    try {
      await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
      torch.setAttribute("aria-pressed", String(on));
    } catch { torch.hidden = true; }
  });
  // A phone takes the camera away when it sleeps or another app comes to the front.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && stream?.getVideoTracks()[0].readyState === "ended") open(); });
  wanted().then((yes) => { if (yes && !over) open(); });
  return () => { over = true; close(false); };

  async function wanted() {
    if (kept(place) === "off") return false;
    try { return (await navigator.permissions.query({ name: "camera" })).state === "granted"; } catch { return false; }
  }

  async function open() {
    close(false);
    if (over) return;
    const mine = ++starting;
    try {
      const found = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...(device ? { deviceId: { ideal: device } } : { facingMode: { ideal: facing } }), width: { ideal: 1280 }, height: { ideal: 720 } } });
      if (mine !== starting) return found.getTracks().forEach((track) => track.stop());
      stream = found;
      video.srcObject = stream;
      frame.hidden = false;
      await video.play();
    } catch {
      note.textContent = phrases.cameraOff;
      close(false);
      return;
    }
    keep(place, "on");
    note.textContent = phrases.cameraOn;
    say(phrases.closeCamera, true);
    torch.hidden = !stream.getVideoTracks()[0].getCapabilities?.().torch;
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
    turn.hidden = cameras.length < 2;
    choice(cameras);
    look();
  }

  function close(byHand) {
    clearTimeout(timer);
    starting += 1;
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    frame.hidden = turn.hidden = torch.hidden = lens.hidden = true;
    torch.setAttribute("aria-pressed", "false");
    say(phrases.openCamera, false);
    if (byHand) {
      note.textContent = "";
      keep(place, "off");
    }
  }

  // A phone with several lenses at its back: one of them reads badges best, and only the steward can say which.
  function choice(cameras) {
    const now = stream.getVideoTracks()[0].getSettings().deviceId;
    lens.hidden = cameras.length < 3;
    lens.replaceChildren(...cameras.map((camera_, i) => new Option(camera_.label || phrases.lens.replace("{n}", i + 1), camera_.deviceId, false, camera_.deviceId === now)));
  }

  function say(text, running) {
    button.querySelector("span").textContent = text;
    button.classList.toggle("is-second", running);
  }

  async function look() {
    const mine = stream;
    if (!mine) return;
    try {
      if (looking() && !document.hidden && video.readyState >= 2) {
        const read = await reader();
        const text = await read(drawn(video, video.videoWidth, video.videoHeight, canvas, WIDEST));
        if (text && stream === mine) seen(text);
      }
    } catch (problem) {
      console.warn("reader:", problem);
      if (problem instanceof NotLoaded) note.textContent = phrases.notLoaded;
    }
    if (stream === mine) timer = setTimeout(look, BETWEEN);
  }
}

// A browser that keeps nothing asks again.
function kept(name) { try { return localStorage.getItem(name); } catch { return null; } }
function keep(name, value) { try { localStorage.setItem(name, value); } catch { /* as above */ } }
