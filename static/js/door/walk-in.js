// Registering somebody who stands at the door. With a network the server says what becomes of them; without one, or where it is too slow, the
// steward has decided: the person is in, the entry waits in the queue, and the badge is printed from here with a code made on this phone.
// What the server refuses later stands in the list above the form, with what to do. Without this file the form is simply posted.
import { newCode, nonce } from "./codes.js";
import { modeOf, OVER } from "./contact.js";
import { Dismissed, Rejected, Revoked } from "./courier.js";
import { drawn } from "./qr.js";
import { keepShell } from "./shell.js";
import { line as lineOf } from "../scanner/line.js";
import { openStation, pageOf } from "./station.js";

const LONGEST = 3000, TAIL = 4, PHONE_LEAST = 7;

export function walkIn(root) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  const { slug, gate, kept, checkpoint, address } = root.dataset;
  const phrases = JSON.parse(root.dataset.phrases), form = root.querySelector("form"), fields = form.elements;
  const done = find("done"), aside = find("aside"), said = find("said"), units = find("units");
  const bar = lineOf(root, () => here);
  let here = null, code = newCode(), passing = false;
  if (!fields.nonce.value || kept !== undefined) fields.nonce.value = nonce();
  const opened = open();

  async function open() {
    here = await openStation(pageOf(root), { changed: draw, told });
    draw();
    keepShell(root.dataset.shell, root.dataset.build);
  }

  function told(facts) {
    if (facts.csrf) fields.csrf_token.value = facts.csrf;
    if (here) bar.told(facts);
  }

  // Before the form's own listeners: it is sent by hand here.
  root.addEventListener("submit", (event) => {
    if (event.target !== form || passing) return;
    event.preventDefault();
    event.stopPropagation();
    send(event.submitter).catch((problem) => { console.warn("door:", problem); post(event.submitter); });
  }, true);

  const text = (name) => fields[name].value.trim();

  function entry(submitter) {
    const chosen = Number(fields.unit_id.value) || null;
    return {
      checkpoint_id: Number(checkpoint), name: text("name"), phone: text("phone"), mode: new FormData(form).get("mode") ?? "in_person",
      ...(chosen ? { unit_id: chosen } : { unit: text("unit"), province: text("province") }), consented: fields.agreed.checked, code,
      ...(submitter?.name === "same_person" && { same_person: true }), ...(submitter?.name === "beyond" && { beyond: true }), ...(submitter?.name === "wait" && { wait: true }),
    };
  }

  // What is missing, as far as this phone can tell.
  function lacking() {
    if (!text("name") || !text("unit")) return phrases.lacking;
    if (text("phone").replace(/\D/g, "").length < PHONE_LEAST) return phrases.noPhone;
    if (!fields.unit_id.value && !text("province") && !known().has(text("unit"))) return phrases.noProvince;
    return fields.agreed.checked ? "" : phrases.notAgreed;
  }

  const known = () => new Set(Array.from(here.roster.all(), (row) => row.unit));

  async function send(submitter) {
    await opened;
    if (OVER.has(here.contact.mode)) return draw();
    const problem = lacking(), online = here.contact.mode === "on";
    if (problem) return online ? post(submitter) : tell(problem);
    const body = entry(submitter);
    if (online) {
      submitter?.setAttribute("aria-busy", "true");
      try {
        const made = await here.post.carry("/walk-ins", { ...body, nonce: fields.nonce.value }, { longest: LONGEST });
        // What waited here under this name has its answer now.
        await here.queue.drop([fields.nonce.value]);
        return location.assign(`${address}/${made.id}`);
      } catch (no) {
        if (no instanceof Rejected) return post(submitter);  // nothing was written: the page says why, and what can be done
        console.warn("door: alone:", no);
        here.contact.be(modeOf(no));
        if (no instanceof Dismissed || no instanceof Revoked) return draw();  // nobody is registered by this phone any more
      } finally {
        submitter?.removeAttribute("aria-busy");
      }
    }
    if (submitter?.name === "wait") return tell(phrases.needsNetwork);
    return alone(body);
  }

  // By the page, as without a script; in the next turn, because a form that is being sent takes no second wish.
  function post(submitter) {
    setTimeout(() => {
      passing = true;
      form.requestSubmit(submitter?.form === form ? submitter : undefined);
      passing = false;
    });
  }

  function tell(words) {
    said.textContent = words;
    said.hidden = false;
    said.scrollIntoView({ block: "center" });
  }

  async function alone(body) {
    const inside = body.mode === "in_person", unit = text("unit");
    const item = await here.queue.put({ kind: "walk_in", nonce: fields.nonce.value, slug, checkpoint_id: Number(checkpoint), gate, ends_at: JSON.parse(root.dataset.point).ends_at, problem: null, unit, body: { ...body, admitted_offline: inside } });
    if (inside) {
      const row = { code, number: "", name: body.name, pinyin: "", unit, position: "", category: "delegate", phone_tail: body.phone.slice(-TAIL), mode: body.mode, status: "confirmed", listed: true, in: true, first_scanned_at: item.scanned_at, first_gate: gate, removed: false };
      await here.store.write(here.roster.add(row)).catch(() => {});
    }
    show(body, unit, inside);
    here.contact.now();
  }

  function show(body, unit, inside) {
    const put = (name, words) => { find(name).textContent = words; };
    put("done-name", body.name);
    put("done-unit", unit);
    put("done-word", inside ? phrases.comeIn : phrases.notedOnline);
    if (here.contact.mode === "signed-out") put("done-note", phrases.signedOut);
    find("print").hidden = !inside;
    put("badge-name", body.name);
    put("badge-unit", unit);
    put("badge-code", code.replace(/(.{6})(?=.)/g, "$1 "));
    find("badge-qr").replaceChildren(drawn(root.dataset.codeAddress + code));
    find("badge").toggleAttribute("data-ready", inside);
    form.hidden = true;
    said.hidden = true;
    done.hidden = false;
    document.getElementById("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  find("print").addEventListener("click", () => print());
  find("next").addEventListener("click", () => {
    form.reset();
    for (const name of ["name", "unit", "phone", "unit_id"]) fields[name].value = "";
    fields.agreed.checked = false;
    fields.nonce.value = nonce();
    code = newCode();
    find("badge").removeAttribute("data-ready");
    done.hidden = true;
    form.hidden = false;
    for (const old of form.querySelectorAll(".notice")) old.remove();
    fields.name.focus();
  });

  // --- what waits, and what the server did not take ---------------------------------------------------------------------------

  async function draw() {
    if (!here) return;
    bar.show();
    const { mode } = here.contact, over = OVER.has(mode);
    find("state").hidden = mode === "on";
    find("state-words").textContent = { on: "", alone: phrases.alone, "signed-out": phrases.signedOut, dismissed: phrases.dismissed, revoked: phrases.revoked }[mode];
    find("sign-in").hidden = mode !== "signed-out";
    if (over) form.hidden = find("next").hidden = true;
    const box = fields.unit;
    if (mode === "on") box.removeAttribute("list");
    else {
      units.replaceChildren(...[...known()].sort().map((name) => Object.assign(document.createElement("option"), { value: name })));
      box.setAttribute("list", units.id);
    }
    const waiting = (await here.queue.all()).filter((item) => item.kind === "walk_in" && item.slug === slug);
    aside.hidden = !waiting.length;
    find("aside-list").replaceChildren(...waiting.map(line));
  }

  function line(item) {
    const piece = find("line").content.cloneNode(true), part = (name) => piece.querySelector(`[data-line-${name}]`);
    part("name").textContent = item.body.name;
    part("unit").textContent = item.unit ?? item.body.unit ?? "";
    part("word").textContent = item.problem ? phrases.todo : phrases.waits;
    part("why").textContent = item.problem ?? "";
    const acts = part("acts");
    acts.hidden = !item.problem;
    part("same").hidden = item.refused !== "already_registered";
    part("same").addEventListener("click", () => again(item, { body: { ...item.body, same_person: true } }));
    part("retry").addEventListener("click", () => again(item));
    part("mend").addEventListener("click", () => mend(item));
    part("drop").addEventListener("click", async () => { if (confirm(phrases.dropAsk.replace("{name}", item.body.name))) { await here.queue.drop([item.nonce]); draw(); } });
    return piece;
  }

  async function again(item, facts = {}) {
    await here.queue.change(item.nonce, { problem: null, refused: null, hold: 0, ...facts });
    await here.contact.now();
    draw();
  }

  // The same entry, to be put right: under its own name and code, so that nobody is entered twice.
  function mend(item) {
    const { body } = item;
    for (const name of ["name", "phone"]) fields[name].value = body[name];
    fields.unit.value = item.unit ?? body.unit ?? "";
    fields.unit_id.value = body.unit_id ?? "";
    fields.province.value = body.province ?? "";
    fields.agreed.checked = body.consented;
    fields.nonce.value = item.nonce;
    code = body.code;
    done.hidden = true;
    form.hidden = OVER.has(here.contact.mode);
    fields.name.focus();
  }
}
