// The door on a phone. Codes come from the camera, a hand scanner, a photo, a field or a search; each goes to the API once,
// with a nonce of its own, and what it answers fills the screen. Without this file the same page posts its forms.
import { camera } from "../scanner/camera.js";
import { courier, Dismissed, Rejected, SignedOut } from "../scanner/delivery.js";
import { handScanner } from "../scanner/keys.js";
import { memory } from "../scanner/memory.js";
import { readPhoto } from "../scanner/reader.js";
import { recent, UNDOABLE } from "../scanner/recent.js";
import { sounds } from "../scanner/sound.js";
import { stage } from "../scanner/stage.js";
import { turnout } from "../scanner/turnout.js";

const ONE_SCAN = 3000, LONGEST = 2048;
const KINDS = { admitted: "go", already: "again", left: "left", refused: "stop" };

export function scanner(root) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  const { api, token, state, gate, language, timezone, checkpoint } = root.dataset;
  const phrases = JSON.parse(root.dataset.phrases), spoken = JSON.parse(root.dataset.spoken);
  const form = root.querySelector("#scan"), search = root.querySelector("#search"), found = find("found");
  const deliver = courier({ api, tokenAddress: token, csrf: form.elements.csrf_token.value, gate, language });
  const unsent = memory(() => localStorage, `door-unsent ${api} ${checkpoint}`, 500);
  const play = sounds(find("mute"));
  const show = stage(root, { phrases, play });
  const count = turnout(state, phrases, () => unsent.all().length);
  const last = recent(root, { phrases, deliver, language, timezone, key: `door-recent ${api} ${checkpoint}`, said: show.say, undone: () => { show.clear(); count.ask(); } });
  const seenAt = new Map(), shownAt = new Map();
  let current = null, typing = false;

  // One code within three seconds is one scan; a badge that stays before the camera is one for as long as it stays.
  function repeated(text, staying) {
    const now = Date.now(), known = Math.max(seenAt.get(text) ?? 0, staying ? shownAt.get(text) ?? 0 : 0);
    for (const map of [seenAt, shownAt]) for (const [one, at] of map) if (now - at > 60000) map.delete(one);
    const yes = now - known < ONE_SCAN;
    if (!yes || staying) seenAt.set(text, now);
    return yes;
  }

  function take(raw, { staying = false } = {}) {
    const text = raw.trim().slice(0, LONGEST);
    if (!text || repeated(text.toUpperCase(), staying)) return;
    if (current) {
      seenAt.delete(text.toUpperCase());
      play("wait");
      return show.say(phrases.busy);
    }
    const scan = { code: text, nonce: nonce(), direction: new FormData(form).get("direction") ?? "in", scanned_at: new Date().toISOString() };
    unsent.put(scan);
    carry(scan, true);
  }

  async function carry(scan, before) {
    if (before) current = scan;
    const slow = setTimeout(() => { if (current === scan) show.wait(phrases.checking, "", "", later); }, 700);
    function later() {
      if (current !== scan) return;
      current = null;
      last.add({ nonce: scan.nonce, name: `…${scan.code.slice(-4)}`, word: phrases.pending, kind: "wait", at: scan.scanned_at });
      show.clear();
      show.say(phrases.kept);
      count.tell();
    }
    try {
      // The time of the scan goes along only when it is no longer now: a phone's clock may be wrong.
      const answer = await deliver("", (n) => ({ ...scan, checkpoint_id: Number(checkpoint), ...(n > 1 || !before ? { sent_at: new Date().toISOString() } : { scanned_at: undefined }) }), (n) => {
        count.lost();
        if (current === scan) show.wait(phrases.lostWord, phrases.lostDetail.replace("{n}", n), phrases.lostAdvice, later);
      });
      unsent.drop(scan.nonce);
      settle(scan, answer);
    } catch (problem) {
      // The page asks for a sign-in; the scan stays in memory and goes on afterwards.
      if (problem instanceof SignedOut) return location.reload();
      if (problem instanceof Dismissed) { if (current === scan) show.verdict({ kind: "stop", word: phrases.refusedWord, name: "", unit: "", detail: phrases.dismissed, advice: phrases.dismissedAdvice }, null); return; }
      if (!(problem instanceof Rejected)) throw problem;
      unsent.drop(scan.nonce);
      last.add({ nonce: scan.nonce, name: `…${scan.code.slice(-4)}`, word: phrases.refusedWord, kind: "stop", at: scan.scanned_at });
      if (current === scan) show.verdict({ kind: "stop", word: phrases.refusedWord, name: "", unit: "", detail: problem.message, advice: phrases.tryAgain }, null);
    } finally {
      clearTimeout(slow);
      if (current === scan) current = null;
      count.ask();
    }
  }

  function settle(scan, answer) {
    const kind = KINDS[answer.outcome], person = answer.delegate;
    const verdict = {
      kind, word: spoken.outcomes[answer.outcome], name: person?.name ?? "", unit: person?.unit?.name ?? "", advice: kind === "stop" ? spoken.advice[answer.reason] ?? "" : "",
      detail: { go: person?.seat ?? "", again: answer.first_scanned_at ? `${time(answer.first_scanned_at)} · ${answer.first_gate}` : "", stop: spoken.reasons[answer.reason] ?? "", left: "" }[kind],
    };
    const item = { nonce: scan.nonce, id: answer.id, name: verdict.name || phrases.unnamed, word: verdict.word, kind, at: scan.scanned_at };
    last.add(item);
    count.found();
    if (current !== scan) return;
    found.replaceChildren();
    // The camera does not look while the screen waits for a hand: the badge may still be there afterwards.
    const shown = () => shownAt.set(scan.code.toUpperCase(), Date.now());
    shown();
    show.verdict(verdict, UNDOABLE.has(kind) ? () => last.undo(item) : null, () => { shown(); if (typing) form.elements.code.focus(); });
  }

  function time(text) {
    const moment = new Date(text), day = { timeZone: timezone, year: "numeric", month: "numeric", day: "numeric" }, clock = { timeZone: timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const same = moment.toLocaleDateString("en", day) === new Date().toLocaleDateString("en", day);
    return new Intl.DateTimeFormat(language, same ? clock : { month: "short", day: "numeric", ...clock }).format(moment);
  }

  // Forms: what is typed, what is found.
  root.addEventListener("submit", (event) => {
    const sent = event.target;
    if (sent === form || sent.matches("[data-scan]")) {
      event.preventDefault();
      event.stopPropagation();
      typing = sent === form;
      take(sent.elements.code.value);
      if (typing) sent.elements.code.value = "";
    } else if (sent === search) {
      event.preventDefault();
      look();
    }
  }, true);

  async function look() {
    const text = search.elements.q.value.trim();
    if (!text) return;
    // A hand scanner may have typed into this field.
    if (/(^|\/c\/)[0-9A-Z]{18}\/?$/i.test(text.replace(/[\s-]/g, ""))) { search.elements.q.value = ""; typing = false; return take(text); }
    found.textContent = phrases.looking;
    try {
      const address = new URL(search.action);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { headers: { Accept: "text/html", "X-Requested-With": "scanner" }, credentials: "same-origin", redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") return location.reload();
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      found.innerHTML = await answer.text();
    } catch {
      found.textContent = phrases.searchLost;
    }
  }

  handScanner((text) => { typing = false; take(text); });
  camera(find("camera"), { phrases, looking: () => !current && !show.holds(), seen: (text) => { typing = false; take(text, { staying: true }); } });
  find("photo").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const text = await readPhoto(file).catch(() => null);
    if (text) return take(text);
    play("stop");
    find("camera-note").textContent = phrases.noCode;
  });
  form.elements.code.value = "";

  // What an earlier page left without an answer: the newest before the eyes, the others behind.
  const left = unsent.all();
  left.forEach((scan, index) => carry(scan, index === 0 && Date.now() - Date.parse(scan.scanned_at) < 30000));
  count.tell();
  awake();
}

// Random even where crypto.randomUUID is missing (plain http, old WeChat).
const nonce = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function awake() {
  const ask = () => { if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", ask);
  ask();
}
