// The door on a phone. Codes come from the camera, a hand scanner, a photo, a field or a search; each is kept, judged by the server or by
// this phone alone (static/js/door/station.js), and what is said of it fills the screen. Without this file the same page posts its forms.
import { parse } from "../door/codes.js";
import { modeOf, OVER } from "../door/contact.js";
import { Dismissed, Revoked } from "../door/courier.js";
import { person } from "../door/roster.js";
import { reasonToRefuse } from "../door/rules.js";
import { keepShell } from "../door/shell.js";
import { openStation, pageOf } from "../door/station.js";
import { camera } from "../scanner/camera.js";
import { finding } from "../scanner/found.js";
import { handScanner } from "../scanner/keys.js";
import { NotLoaded, readPhoto } from "../scanner/reader.js";
import { recent, UNDOABLE } from "../scanner/recent.js";
import { sounds } from "../scanner/sound.js";
import { stage } from "../scanner/stage.js";
import { status } from "../scanner/status.js";

const ONE_SCAN = 3000, LONGEST = 2048, SLOW = 500;
const ALWAYS = { opensAt: null, closesAt: null, reentry: false };
const KINDS = { admitted: "go", already: "again", left: "left", refused: "stop" };

export function scanner(root) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  const { language, timezone, checkpoint } = root.dataset;
  const phrases = JSON.parse(root.dataset.phrases), spoken = JSON.parse(root.dataset.spoken);
  const form = root.querySelector("#scan"), search = root.querySelector("#search"), found = find("found");
  const play = sounds(find("mute"));
  const show = stage(root, { phrases, play });
  const scanButton = form.querySelector("[type=submit]"), leaving = document.querySelector("[data-leaving]"), deeds = { in: scanButton.textContent, out: leaving.textContent };
  const seenAt = new Map(), shownAt = new Map();
  let here = null, last = null, current = null, shown = null, typing = false, out = false, stopCamera = null;
  const bar = status(root, { phrases, here: () => here }), draw = finding(found, { phrases, time });

  // Codes are taken from the first moment, and wait for what has to be read from the disk.
  const opened = open();

  async function open() {
    here = await openStation(pageOf(root), { changed, late, told: (facts) => here && bar.told(facts) });
    last = await recent(root, { here, phrases, language, timezone, checkpoint: Number(checkpoint), said: show.say, undone: () => show.clear() });
    for (const { nonce, answer } of await last.heard()) late({ nonce }, answer);
    bar.show();
    keepShell(root.dataset.shell, root.dataset.build);
  }

  function changed() {
    if (!here || !last) return;
    if (OVER.has(here.contact.mode)) {
      last.forget();
      if (!out) putOut();
      out = true;
    }
    bar.show();
  }

  // A badge that stays before the camera is one scan for as long as it stays; whoever types, presses or turns the direction asks anew.
  function lingers(text) {
    const now = Date.now(), known = Math.max(seenAt.get(text) ?? 0, shownAt.get(text) ?? 0);
    for (const map of [seenAt, shownAt]) for (const [one, at] of map) if (now - at > 60000) map.delete(one);
    seenAt.set(text, now);
    return now - known < ONE_SCAN;
  }

  async function take(raw, { staying = false } = {}) {
    const text = raw.trim().slice(0, LONGEST), direction = towards(), name = `${direction} ${parse(text) ?? text.toUpperCase()}`;
    if (!text) return true;
    if (OVER.has(here?.contact.mode)) { putOut(text); return false; }
    if (staying && lingers(name)) return true;
    if (current?.name === name) return true;  // its answer is on the way
    if (current) {
      seenAt.delete(name);
      play("wait");
      show.say(phrases.busy);
      return false;
    }
    const mine = (current = { name });
    const slow = setTimeout(() => { if (current === mine) show.wait(phrases.checking); }, SLOW);
    try {
      await opened;
      const before = here.standing(text);
      const done = await here.scan(text, { direction });
      clearTimeout(slow);
      if (done.unsure) ask(done, name);
      else settle(done, name, before);
      document.querySelector(".flashes")?.remove();  // what the last page said is over
    } catch (problem) {
      clearTimeout(slow);
      if (!(problem instanceof Revoked || problem instanceof Dismissed)) return failed(problem, name);
      if (typing) form.elements.code.value = text;
      here.contact.be(modeOf(problem));
      putOut(text);
      return false;
    } finally {
      clearTimeout(slow);
      current = null;
      bar.show();
    }
    return true;
  }

  const towards = () => new FormData(form).get("direction") ?? "in";

  // Who lets people out sees so all the time, and on each button that would do it.
  function directed() {
    const way = towards();
    leaving.hidden = way === "in";
    for (const place of [scanButton, ...found.querySelectorAll("[data-deed]")]) place.textContent = deeds[way];
  }

  // This phone was put out, or whoever holds it has no duty here any more: that is all it says from now on, to each scan again; what was typed is not lost.
  function putOut(text = "") {
    document.querySelector(".flashes")?.remove();
    stopCamera?.();
    found.replaceChildren();
    if (here.contact.mode === "dismissed") return show.end({ word: phrases.refusedWord, unit: text, detail: phrases.dismissed, advice: phrases.dismissedAdvice });
    const n = here.queue.waiting;
    show.end({ word: phrases.revokedWord, unit: text, advice: n ? phrases.revoked.replace("{n}", n) : phrases.revokedNone });
  }

  // What the screen says of an answer of the contract.
  function look(answer) {
    const kind = KINDS[answer.outcome], person = answer.delegate;
    return {
      kind, word: spoken.outcomes[answer.outcome], name: person?.name ?? "", unit: person?.unit?.name ?? "", advice: kind === "stop" ? spoken.advice[answer.reason] ?? "" : "",
      detail: { go: person?.seat ?? "", again: answer.first_scanned_at ? [time(answer.first_scanned_at), answer.first_gate].filter(Boolean).join(" · ") : "", stop: spoken.reasons[answer.reason] ?? "", left: "" }[kind],
    };
  }

  function settle({ item, answer, alone }, name, before) {
    const verdict = look(answer);
    if (verdict.kind === "left") verdict.detail = outOfPlace(item, before);
    last.add({ nonce: item.nonce, id: answer.id, code: item.code, name: verdict.name || phrases.unnamed, word: verdict.word, kind: verdict.kind, at: item.scanned_at, waits: alone, before });
    put(item, verdict, name, UNDOABLE.has(verdict.kind) ? () => last.undo(item.nonce) : null);
  }

  // Leaving is never refused; but the steward is told of who could not have been in.
  function outOfPlace(item, before) {
    const row = here.roster.find(item.code), reason = row && reasonToRefuse(person(row), ALWAYS, 0);
    return [before && !before.in && !before.first_scanned_at && phrases.notInside, reason && spoken.reasons[reason]].filter(Boolean).join(" · ");
  }

  function put(item, verdict, name, undo = null) {
    found.replaceChildren();
    shown = item?.nonce ?? null;
    show.verdict(verdict, undo, cleared(name));
  }

  // The camera does not look while the screen waits for a hand: the badge may still be there afterwards.
  function cleared(name) {
    shownAt.set(name, Date.now());
    return () => { shown = null; shownAt.set(name, Date.now()); if (out) putOut(); else if (typing) form.elements.code.focus(); };
  }

  function ask({ item, unsure }, name) {
    found.replaceChildren();
    const unlisted = unsure === "unlisted", tail = item.code.slice(-4);
    last.add({ nonce: item.nonce, code: item.code, name: `…${tail}`, word: unlisted ? phrases.unlistedWord : phrases.noRosterWord, kind: "ask", at: item.scanned_at, waits: true });
    shown = item.nonce;
    show.question({ word: unlisted ? phrases.unlistedWord : phrases.noRosterWord, detail: phrases.unlistedDetail.replace("{tail}", tail), advice: unlisted ? phrases.unlistedAdvice : phrases.noRosterAdvice }, { no: phrases.turnAway, yes: phrases.letIn }, (yes) => {
      last.change(item.nonce, { word: yes ? phrases.letInWord : phrases.turnedAwayWord, kind: yes ? "go" : "stop" });
      here.decide(item, yes);
    }, cleared(name));
  }

  function failed(problem, name) {
    console.warn("door:", problem);
    put(null, { kind: "stop", word: phrases.refusedWord, detail: problem.message, advice: phrases.tryAgain }, name);
  }

  // The server answered what this phone had decided alone. With `show`, true when it is said to who still stands there.
  function late(item, answer, { show: wanted = false } = {}) {
    const known = last?.find(item.nonce.replace(/~$/, "")), verdict = look(answer);
    const standing = wanted && shown !== null && shown === item.nonce;
    if (standing) {
      last.change(item.nonce, { id: answer.id, waits: false, word: verdict.word, kind: verdict.kind, name: verdict.name || phrases.unnamed });
      put(item, verdict, `${item.direction} ${item.code}`, UNDOABLE.has(verdict.kind) ? () => last.undo(item.nonce) : null);
      return true;
    }
    if (known) {
      const other = known.kind !== verdict.kind && !(known.kind === "go" && verdict.kind === "again");
      last.change(known.nonce, { id: answer.id, waits: false, ...(verdict.name && { name: verdict.name }), note: other ? phrases.served.replace("{word}", [verdict.word, verdict.kind === "stop" ? verdict.detail : ""].filter(Boolean).join(phrases.comma)) : "" });
    }
    return false;
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
      submitted(sent.elements.code);
    } else if (sent === search) {
      event.preventDefault();
      seek();
    }
  }, true);

  // The field is emptied at once for the next one; what was not taken stands there again.
  async function submitted(field) {
    const text = field.value;
    if (typing) field.value = "";
    if (!(await take(text)) && typing && !field.value) field.value = text;
  }

  async function seek() {
    const text = search.elements.q.value.trim();
    if (!text) return;
    // A hand scanner may have typed into this field.
    if (parse(text)) { search.elements.q.value = ""; typing = false; return take(text); }
    await opened;
    if (here.roster.whole) {
      draw(here.search(text), text);
      return directed();
    }
    found.textContent = phrases.looking;
    try {
      const address = new URL(search.action);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { headers: { Accept: "text/html", "X-Requested-With": "scanner" }, credentials: "same-origin", redirect: "manual", cache: "no-store" });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      found.innerHTML = await answer.text();
      directed();
    } catch {
      found.textContent = phrases.searchLost;
    }
  }

  handScanner((text) => { typing = false; take(text); });
  stopCamera = camera(find("camera"), { phrases, looking: () => !current && !show.holds(), seen: (text) => { typing = false; take(text, { staying: true }); } });
  find("photo").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    let lost = false;
    const text = await readPhoto(file).catch((problem) => { lost = problem instanceof NotLoaded; return null; });
    if (text) return take(text);
    play("stop");
    find("camera-note").textContent = lost ? phrases.notLoaded : phrases.noCode;
  });
  form.addEventListener("change", directed);
  directed();
  awake();
}

function awake() {
  const ask = () => { if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", ask);
  ask();
}
