// Where this phone stands: roster, queue, verdicts and the way to the server, for a page of the door.
//
//   const here = await openStation({ ...facts of the page }, { changed, late, told });
//   const { item, answer, alone, unsure } = await here.scan(text, { direction });
//
// `answer` is the contract's, from the server or made here by the same lines (then `id` is null and `alone` true). `unsure` says that this
// phone alone cannot know: the steward decides, by `here.decide(item, true or false)`. See docs/decisions/0013-the-door-alone.md.
import { AGAIN, amends } from "./amends.js";
import { nonce, parse } from "./codes.js";
import { openContact, modeOf, OVER } from "./contact.js";
import { courier, Dismissed, PATIENCE, Rejected, Revoked } from "./courier.js";
import { alone, askedBody, handIn, scanBody } from "./hand-in.js";
import { dropOld, forget, forgetOld, isOver } from "./leaving.js";
import { openQueue } from "./queue.js";
import { openRoster, person } from "./roster.js";
import { timeOfScan, verdict } from "./rules.js";
import { search } from "./search.js";
import { openStore } from "./store.js";

const HOLD = 12_000, ROSTER_LONGEST = 30_000, UNDECIDED = 180_000, SAME_SCAN = 3000, SYNC_EVERY = 9000;
const ANSWERED = "answered";

// What a page says of itself by templates/door/_station.html.
export function pageOf({ dataset: { api, slug, checkpoint, gate, token, state, csrf, language, point, turnedAway, kept } }) {
  return { api, slug, checkpoint: Number(checkpoint), gate, token, state, csrf, language, point: JSON.parse(point), turnedAway, kept: kept !== undefined };
}
// `turnedAway` is the reason that is given for taking back the admission of somebody who was sent away.
export async function openStation(page, { changed = () => {}, told = () => {}, late = () => false } = {}) {
  const store = await openStore();
  await forgetOld(store);
  const news = "BroadcastChannel" in window ? new BroadcastChannel("door") : null;
  const roster = await openRoster(store, page.checkpoint, { told: (rows) => news?.postMessage({ checkpoint: page.checkpoint, rows }) });
  const queue = openQueue(store, { changed, wrote: () => news?.postMessage({ waiting: true }), skew: () => contact?.skew ?? null });
  // What the server said last is newer than what a kept page was made with.
  let point = (page.kept && roster.facts.point) || page.point, syncedAt = 0, contact = null;

  const post = courier({ api: page.api, tokenAddress: page.token, stateAddress: page.state, csrf: page.csrf, gate: page.gate, language: page.language, store, heard: (skew, took) => contact.heard(skew, took) });
  const { mend, settle, takeBack } = amends({ queue, post, turnedAway: page.turnedAway });
  const hand = handIn({ queue, courier: post, slug: page.slug, skew: () => contact.skew, answered });
  contact = openContact(page.state, { unheard: page.kept, waiting: () => queue.waiting, changed: modeChanged, work: [handOver, keepFresh], async told(state) {
    post.csrf(state.csrf);
    if (state.checkpoint) await know(state.checkpoint, { arrived: state.arrived, expected: state.expected });
    told(state);
  } });
  news?.addEventListener("message", ({ data }) => {
    if (data.left) return leave(data.left);
    if (data.heard) return void late({ nonce: data.heard.nonce }, data.heard.answer);
    if (data.checkpoint === page.checkpoint) roster.hear(data.rows);
    if (data.waiting) queue.seen();
  });
  await know(point);

  // The checkpoint as it is now, and how many have come: both are kept with the roster, for a page without a network.
  async function know(facts, figures = roster.facts.figures) {
    if (JSON.stringify([facts, figures]) === JSON.stringify([roster.facts.point, roster.facts.figures])) return;
    point = facts;
    if (isOver(facts, Date.now() + (contact.skew ?? 0))) return;
    await roster.describe({ point: facts, figures, slug: page.slug, gate: page.gate });
  }

  // Somebody signed out on another page of this phone: nothing is written here any more.
  function leave(address) {
    roster.forget();
    contact.be("revoked");
    location.assign(address);
  }

  async function modeChanged() {
    if (OVER.has(contact.mode)) {
      await forget(store, { queue: false });
      roster.forget();
      post.forgetAll();
    }
    changed();
  }

  function handOver() { return alone("door-hand-in", async () => { 
    const count = await hand();
    await dropOld(queue, Date.now() + (contact.skew ?? 0));  // the server had its say
    if (!count) return;
    syncedAt = 0;
    contact.now();  // how many have come is another number now
  }); }
  function keepFresh() { return alone("door-roster", async () => {
    // Two days after the meeting nothing is kept, also on a page that was left open.
    if (!isOver(point, Date.now() + (contact.skew ?? 0))) return void (Date.now() - syncedAt > SYNC_EVERY && (await sync()));
    if (roster.size) await forget(store);
    roster.forget();
  }); }

  async function sync() {
    const page_ = (cursor) => post.carry(`/roster?checkpoint_id=${page.checkpoint}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, undefined, { longest: ROSTER_LONGEST });
    try {
      await roster.sync(page_);
    } catch (problem) {
      if (problem instanceof Rejected && problem.status === 422) await roster.restart();
      throw problem;
    }
    syncedAt = Date.now();
    // The server does not know yet who is in by what waits here.
    const waiting = (await queue.all()).filter((item) => item.kind === "scan" && item.checkpoint_id === page.checkpoint && item.moved);
    const changes = waiting.flatMap((item) => (standsAs(item.code, item.moved) ? [] : roster.move(item.code, item.moved)));
    if (changes.length) await store.write(changes).catch(() => {});
    changed();
  }

  function standsAs(code, state) {
    const row = roster.find(code);
    return !row || (row.in === state.in && row.first_scanned_at === state.first_scanned_at);
  }

  // --- one scan -------------------------------------------------------------------------------------------------------------

  async function scan(text, { direction = "in" } = {}) {
    if (OVER.has(contact.mode)) throw contact.mode === "revoked" ? new Revoked() : new Dismissed();
    const code = parse(text);
    const item = { kind: "scan", nonce: nonce(), scanned_at: new Date().toISOString(), skew: contact.skew, slug: page.slug, checkpoint_id: page.checkpoint, gate: page.gate, code: code ?? text, direction, hold: Date.now() + HOLD };
    const known = roster.find(code)?.first_scanned_at;
    // Where nobody answers there is no use in waiting, but for who is not on our list: they may be new. Then all is written at once.
    if (!["on", "signed-out"].includes(contact.mode) && !(code && !roster.find(code))) return decided(item, code, (facts, also) => queue.put({ ...item, ...facts }, also), known);
    await queue.put(item);
    const asking = asked(item);
    // What has come is taken, though it is being written down as the patience ends.
    const found = (await within(asking, PATIENCE)) ?? (decision(item) === ANSWERED ? await asking : null);
    if (found?.problem) throw found.problem;
    if (found) {
      contact.now();  // how many have come is another number now
      return { item, answer: found.answer, alone: false };
    }
    asking.then((answer) => answer?.answer && overtaken(item, answer.answer)).catch((problem) => console.warn("door:", problem));
    if (contact.mode === "on") contact.be("alone", true);
    return decided(item, code, (facts, also) => queue.change(item.nonce, { ...facts, asked: true }, also), known);
  }

  // The server's answer, as { answer }, or { problem } where it said no; null when there is none.
  async function asked(item) {
    const began = performance.now(), inTime = () => performance.now() - began < PATIENCE;
    try {
      const answer = await post.carry("/check-ins", askedBody(item, item.skew ?? contact.skew), { longest: HOLD });
      if (inTime()) contact.be("on");
      if (!decision(item)) {
        decisions.set(item.nonce, ANSWERED);
        await queue.drop([item.nonce], learn(item, answer));
      }
      return { answer };
    } catch (problem) {
      if (inTime() && !(problem instanceof Rejected)) contact.be(modeOf(problem));
      if (!(problem instanceof Rejected || problem instanceof Dismissed || problem instanceof Revoked) || decision(item)) return null;
      decisions.set(item.nonce, ANSWERED);
      await queue.drop([item.nonce]);
      return { problem };
    }
  }

  const decisions = new Map();  // by nonce, what this page said alone, or that it need not
  const decision = (item) => decisions.get(item.nonce) ?? null;

  // `write` puts down what was decided, and what belongs to it. `known` is the admission that the roster told of before the server was asked; what
  // it tells since may be what the server made of this very scan: that is no earlier one.
  async function decided(item, code, write, known) {
    const row = code ? roster.find(code) : null;
    const at = timeOfScan(Date.parse(item.scanned_at) + (contact.skew ?? 0), null, Infinity).at;
    const facts = { opensAt: ms(point.opens_at), closesAt: ms(point.closes_at), reentry: point.reentry };
    const sent = Date.parse(item.scanned_at) + (item.skew ?? contact.skew ?? 0);  // by the clock as it was then
    const own = row && ms(row.first_scanned_at) > ms(known) && row.first_gate === page.gate && ms(row.first_scanned_at) >= sent - SAME_SCAN;
    const found = verdict(row ? person(row) : null, facts, { at, direction: item.direction, stayHasAdmission: Boolean(row?.first_scanned_at) && !own });
    if (code && !row) {
      // Well-formed and not on our list: this phone cannot know.
      decisions.set(item.nonce, "unsure");
      await write({ hold: Date.now() + UNDECIDED }, []);
      return { item, answer: made(found, null), alone: true, unsure: roster.whole ? "unlisted" : "no-roster" };
    }
    decisions.set(item.nonce, found.outcome);
    const moved = row ? after(found.outcome, row, at) : null;
    await write({ ...said(found.outcome, found.reason), moved, hold: 0 }, moved ? roster.move(code, moved) : []);
    contact.now();
    return { item, answer: made(found, row), alone: true };
  }

  // What the steward said of somebody whom this phone does not know.
  async function decide(item, letIn) {
    if (decision(item) !== "unsure") return;
    decisions.set(item.nonce, letIn ? "admitted" : "refused");
    await queue.change(item.nonce, { ...(item.direction === "in" ? said(letIn ? "admitted" : "refused", "unknown") : {}), hold: 0 });
    contact.now();
  }

  const said = (outcome, reason) => (outcome === "admitted" ? { admitted_offline: true } : outcome === "refused" ? { refused_offline: reason } : {});
  const ms = (text) => (text ? Date.parse(text) : null);

  // Where somebody stands afterwards, as the roster says it; null when nothing moved.
  function after(outcome, row, at) {
    const first = { first_scanned_at: row.first_scanned_at, first_gate: row.first_gate };
    if (outcome === "left") return { in: false, first_scanned_at: null, first_gate: null };
    if (outcome === "already") return { in: true, ...first };
    if (outcome !== "admitted") return null;
    return { in: true, ...(row.first_scanned_at ? first : { first_scanned_at: new Date(at).toISOString(), first_gate: page.gate }) };
  }

  function made({ outcome, reason, flagged }, row) {
    const already = outcome === "already";
    return {
      id: null, outcome, reason, flagged, first_scanned_at: already ? row.first_scanned_at : null, first_gate: already ? row.first_gate : null,
      delegate: row && { number: row.number, name: row.name, unit: { name: row.unit }, position: row.position, category: row.category, mode: row.mode, status: row.status, seat: row.seat, departure: row.departure },
    };
  }

  // --- what the server answers ----------------------------------------------------------------------------------------------

  // Our copy says what the server said; returns what has to be written.
  function learn(item, answer) {
    if (item.checkpoint_id !== page.checkpoint || !answer.delegate || item.kind !== "scan") return [];
    const changes = [];
    if (!roster.find(item.code)) {
      if (answer.reason === "revoked") return [];
      const { unit, ...facts } = answer.delegate;
      changes.push(...roster.add({ ...facts, unit: unit.name, code: item.code, pinyin: "", listed: true, in: false, removed: false }));
    }
    const row = roster.find(item.code), at = Date.parse(item.scanned_at) + (contact.skew ?? 0);
    const here = answer.outcome === "already" ? { ...row, first_scanned_at: answer.first_scanned_at, first_gate: answer.first_gate } : row;
    const moved = after(answer.outcome, here, at);
    if (moved) changes.push(...roster.move(item.code, moved));
    return changes;
  }

  // An answer to something handed in. Where the door did otherwise while it was alone, what was done is said in another scan.
  async function answered(item, answer) {
    if (item.kind !== "scan") return [];
    await settle(item, answer);
    late(item, answer);
    const also = await beside(item, answer);
    if (item.undo || (item.admitted_offline && answer.outcome === "refused" && answer.reason !== "unknown")) return also;
    return [...also, ...learn(item, answer)];
  }

  // What the server said of one of the last scans that this phone shows, whichever of its pages handed it in: beside their list, which another page
  // may be writing.
  async function beside({ nonce: name, checkpoint_id: at }, answer) {
    const shown = (await store.read("verdicts", at).catch(() => null)) ?? [];
    if (!shown.some((one) => heardAs(one.nonce) === heardAs(name))) return [];
    news?.postMessage({ heard: { nonce: name, answer } });
    return [{ place: "verdicts", key: heardAs(name), value: { nonce: name, answer } }];
  }

  // The answer that was not waited for.
  async function overtaken(item, answer) {
    const unsure = decision(item) === "unsure";
    if (unsure) decisions.delete(item.nonce);
    const waiting = (await queue.all()).find((one) => one.nonce === item.nonce);
    if (!waiting) return;
    // While the question is on the screen, or the person still stands there, the answer is shown and holds.
    if (unsure || (waiting.refused_offline && answer.outcome !== "refused")) {
      const shown = late(item, answer, { show: true });
      if (shown || unsure) return void (await queue.drop([item.nonce], learn(item, answer)));
    }
    if (waiting.undo) await takeBack(answer.id, waiting.undo);
    else await mend(waiting, answer);
    late(item, answer);
    await queue.drop([item.nonce], waiting.admitted_offline && answer.outcome === "refused" ? [] : learn(item, answer));
  }

  // Takes back what was scanned here: by the server where it has it, else as soon as it does. `before` is how the person stood.
  async function undo({ item, id, before, reason }) {
    if (!id && !(await queue.change(item.nonce, { undo: reason, moved: null }))) {
      // Another page handed it in: asked about again, the server gives its first answer, and so says which scan it is.
      const body = scanBody({ ...item, checkpoint_id: page.checkpoint, skew: null }, null);
      id = (await post.carry("/check-ins", body, { longest: 4000 })).id;
    }
    if (id) await post.carry(`/check-ins/${id}/void`, { reason }, { longest: 4000 });
    await queue.change(item.nonce + AGAIN, { undo: reason });  // where the server had refused, and is still to hear that they are in
    if (before && roster.find(item.code)) await store.write(roster.move(item.code, before)).catch(() => {});
    contact.now();
  }

  await queue.seen();
  contact.now();
  return {
    scan, decide, undo, queue, roster, store, contact, post,
    standing(text) { const row = roster.find(parse(text)); return row ? { in: row.in, first_scanned_at: row.first_scanned_at, first_gate: row.first_gate } : null; },
    search: (text) => search(roster.all(), text),
    nonce,
  };
}

// Where the server's answer to a scan is kept until it stands in the list of the last ones; the second scan of a mended one (`~`) answers for the first.
export const heardAs = (name) => `heard ${name.replace(/~$/, "")}`;

// What `asking` comes to, or null when that takes longer.
function within(asking, patience) {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => done(null), patience);
    asking.then(done, failed).finally(() => clearTimeout(timer));
  });
}
