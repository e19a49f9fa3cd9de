// The scanner on a tablet that stands alone: the camera, the verdict, words for who helps themselves, nothing else. It is begun with a PIN and
// left with it alone, also after a reload, and from every other page of the door (static/js/door/lock.js); a wrong PIN makes the next try wait. The
// PIN stands here as a salted hash, for this tablet only.
import { camera } from "../scanner/camera.js";
import { handScanner } from "../scanner/keys.js";
import { sounds } from "../scanner/sound.js";
import { stage } from "../scanner/stage.js";
import { parse } from "./codes.js";
import { OVER } from "./contact.js";
import { keepShell } from "./shell.js";
import { openStation, pageOf } from "./station.js";

const KEPT = "door-kiosk", ROUNDS = 150_000, ONE_SCAN = 4000, STOP_STAYS = 9000, LONGEST_WAIT = 300_000;
const KINDS = { admitted: "go", already: "again", left: "left", refused: "stop" };

export function kiosk(root) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  const { checkpoint, compound } = root.dataset;
  const phrases = JSON.parse(root.dataset.phrases), spoken = JSON.parse(root.dataset.spoken);
  const play = sounds(find("mute")), show = stage(root, { phrases, play });
  const setup = find("setup"), leave = find("leave"), ask = find("pin-ask"), help = find("help");
  const families = new Set(compound.match(/../gu));
  const seen = new Map();
  let held = remembered(), here = null, busy = false, clearing = null;

  if (!globalThis.crypto?.subtle) return tell("start-note", phrases.noCrypto);
  const opened = openStation(pageOf(root), { changed: () => here && drawn() }).then((station) => { here = station; drawn(); return station; });
  keepShell(root.dataset.shell, root.dataset.build);
  camera(find("camera"), { phrases, looking: () => running() && !busy && !show.holds(), seen: take });
  handScanner((text) => { if (running()) take(text); });
  if (running()) begin();
  else setup.hidden = false;

  function remembered() {
    try { return JSON.parse(localStorage.getItem(KEPT)); } catch { return null; }
  }

  function remember(facts) {
    held = facts;
    if (facts) localStorage.setItem(KEPT, JSON.stringify(facts));
    else localStorage.removeItem(KEPT);
  }

  function running() { return held?.checkpoint === Number(checkpoint); }
  function tell(name, words) { find(name).textContent = words; }

  function drawn() {
    const over = OVER.has(here.contact.mode), out = over || here.contact.mode === "signed-out";
    // A tablet that was put out opens nothing any more, and may be paired for another door.
    if (over && held) remember(null);
    tell("kiosk-state", out ? phrases.out : here.contact.mode === "on" ? "" : phrases.alone);
  }

  // --- beginning and leaving ------------------------------------------------------------------------------------------------

  setup.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const { pin, again, direction } = setup.elements;
    if (!/^[0-9]{4,8}$/.test(pin.value)) return tell("start-note", phrases.pinShape);
    if (pin.value !== again.value) return tell("start-note", phrases.pinDiffers);
    const salt = Array.from(crypto.getRandomValues(new Uint8Array(16)));
    remember({ checkpoint: Number(checkpoint), salt, hash: await hashed(pin.value, salt), direction: direction.value, tries: 0, until: 0 });
    setup.reset();
    document.documentElement.requestFullscreen?.().catch(() => {});
    begin();
  }, true);

  function begin() {
    remember({ ...held, address: location.pathname });
    // Back stays here; where a browser skips this entry, the page before leads here again.
    history.pushState(null, "", location.href);
    addEventListener("popstate", () => { if (held) history.pushState(null, "", location.href); });
    document.body.classList.add("is-kiosk");
    setup.hidden = true;
    help.hidden = leave.hidden = false;
    tell("camera-note", "");
    if (find("window").hidden && !find("camera-switch").hidden) find("camera-switch").click();
    navigator.wakeLock?.request("screen").catch(() => {});
  }

  leave.addEventListener("click", () => { ask.querySelector("form").reset(); tell("pin-note", ""); ask.showModal(); });
  ask.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = event.target.elements.pin, pin = field.value;
    field.value = "";
    if (event.submitter?.value === "no") return ask.close();
    if (!held) return location.assign(root.dataset.back);  // put out meanwhile
    const wait = held.until - Date.now();
    if (wait > 0) return tell("pin-note", phrases.pinWait.replace("{n}", Math.ceil(wait / 1000)));
    // Written before the answer is known: a reload does not give the try back.
    const tries = held.tries + 1;
    remember({ ...held, tries, until: Date.now() + Math.min(LONGEST_WAIT, tries < 3 ? 1000 : 5000 * 2 ** (tries - 3)) });
    if ((await hashed(pin, held.salt)) !== held.hash) return tell("pin-note", phrases.pinWrong);
    remember(null);
    document.exitFullscreen?.().catch(() => {});
    location.assign(root.dataset.back);
  });

  async function hashed(pin, salt) {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: Uint8Array.from(salt), iterations: ROUNDS }, key, 256);
    return Array.from(new Uint8Array(bits), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // --- scanning -------------------------------------------------------------------------------------------------------------

  async function take(raw) {
    const text = raw.trim().slice(0, 2048), name = parse(text) ?? text, now = Date.now();
    const repeated = now - (seen.get(name) ?? 0) < ONE_SCAN;
    seen.set(name, now);
    if (!text || busy || repeated) return;
    busy = true;
    try {
      const station = await opened;
      const { item, answer, unsure } = await station.scan(text, { direction: held?.direction ?? "in" });
      // A machine cannot judge for itself whom it does not know.
      if (unsure) await station.decide(item, false);
      verdict(unsure ? { outcome: "refused", reason: "unknown", delegate: null } : answer, name);
    } catch (problem) {
      console.warn("door:", problem);
      put({ kind: "stop", word: phrases.toTheDesk, advice: phrases.help }, name);
    } finally {
      busy = false;
    }
  }

  // The surname alone: others stand behind.
  function called(person) {
    if (!person?.name) return "";
    const family = families.has(person.name.slice(0, 2)) && [...person.name].length > 2 ? person.name.slice(0, 2) : [...person.name][0];
    return `${family}＊`;
  }

  function verdict(answer, name) {
    const kind = KINDS[answer.outcome], person = answer.delegate;
    if (kind === "stop") return put({ kind, word: phrases.toTheDesk, detail: spoken.reasons[answer.reason] ?? "", advice: phrases.help }, name);
    return put({ kind, word: spoken.outcomes[answer.outcome], name: called(person), unit: person?.unit?.name ?? "", detail: kind === "go" ? person?.seat ?? "" : "" }, name);
  }

  function put(look, name) {
    clearTimeout(clearing);
    show.verdict(look, null, () => seen.set(name, Date.now()));
    if (look.kind === "stop") clearing = setTimeout(() => show.clear(), STOP_STAYS);
  }
}
