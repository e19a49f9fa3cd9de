// Hands in what waits: scans in batches, walk-ins one by one, in the order of their times; each is taken out of the queue only with its own answer.
import { Rejected, Trouble } from "./courier.js";

const BATCH = 200, TOLERANCE = 60_000, PATIENCE = 8000, PATIENCE_MOST = 40_000;
// Where the fault lies with what was sent, and asking again would not help.
const FAULTY = new Set([400, 409, 413, 415, 422]);
// This phone was sent to another checkpoint; what was scanned meanwhile waits until it may stand here again.
const ELSEWHERE = "not_this_checkpoint";

const moment = (ms) => new Date(ms).toISOString();

// When it was, by the clock as it is now: somebody may have set it since.
function scannedAt(item, skew) {
  const shift = item.skew !== null && skew !== null && Math.abs(item.skew - skew) > TOLERANCE ? item.skew - skew : 0;
  return moment(Date.parse(item.scanned_at) + shift);
}

export function scanBody(item, skew) {
  const { code, checkpoint_id, nonce, direction, admitted_offline, refused_offline, override } = item;
  return { code, checkpoint_id, nonce, direction, scanned_at: scannedAt(item, skew), sent_at: moment(Date.now()), ...(admitted_offline && { admitted_offline }), ...(refused_offline && { refused_offline }), ...(override && { override }) };
}

// Of a scan that is asked about at once: its time by the server's clock, because a server that hangs reads it later. While that is not known,
// the time is when it is read.
export function askedBody(item, skew) {
  const shifted = (ms) => (skew === null ? undefined : moment(ms + skew));
  return { ...scanBody(item, null), scanned_at: shifted(Date.parse(item.scanned_at)), sent_at: shifted(Date.now()) };
}

export const walkInBody = (item, skew) => ({ checkpoint_id: item.checkpoint_id, ...item.body, nonce: item.nonce, scanned_at: scannedAt(item, skew), sent_at: moment(Date.now()) });

// `answered(item, answer)` is told each answer and returns what else has to be written with taking it out; `held` takes what a page still holds, too.
export function handIn({ queue, courier, slug, skew, answered, held = false }) {
  // Where an answer did not come in time, fewer are asked about next, and longer: a slow server gets on by the half that it can do.
  let most = BATCH, patience = PATIENCE;

  async function scans(run) {
    const { results } = await courier.carry("/check-ins/batch", { items: run.map((item) => scanBody(item, skew())) }, { at: run[0].gate, longest: patience });
    if (!Array.isArray(results) || results.length !== run.length) throw new Rejected("an answer for other scans", 400);
    return results;
  }

  async function one(item) {
    return [await courier.carry("/walk-ins", walkInBody(item, skew()), { at: item.gate, longest: patience })];
  }

  async function settle(run, results) {
    const done = [], also = [];
    for (const [i, item] of run.entries()) {
      if (results[i].error?.code === ELSEWHERE) continue;
      if (results[i].error) {
        await queue.change(item.nonce, { problem: results[i].error.detail });
      } else {
        // As it is now: it may have been taken back while it was on its way.
        also.push(...(await answered((await queue.find(item.nonce)) ?? item, results[i])));
        done.push(item.nonce);
      }
    }
    await queue.drop(done, also);
    return done.length;
  }

  // How many were answered. What goes wrong on the way is thrown, and everything not answered stays.
  return async function run() {
    const ready = (await queue.all()).filter((item) => item.slug === slug && !item.problem && (held || item.hold <= Date.now()));
    let size = most, count = 0;
    for (let from = 0; from < ready.length;) {
      const first = ready[from];
      let to = from + 1;
      if (first.kind === "scan") while (to < ready.length && to - from < size && ready[to].kind === "scan" && ready[to].gate === first.gate) to += 1;
      const some = ready.slice(from, to);
      try {
        count += await settle(some, await (first.kind === "scan" ? scans(some) : one(first)));
      } catch (problem) {
        if (problem instanceof Trouble && problem.late) {
          most = Math.ceil(some.length / 2);
          patience = Math.min(PATIENCE_MOST, patience * 1.5);
        }
        const waits = problem instanceof Rejected && problem.code === ELSEWHERE;
        if (!waits && (!(problem instanceof Rejected) || !FAULTY.has(problem.status))) throw problem;
        // Too many at once, or one that spoils the others: fewer, in the end each alone.
        if (some.length > 1) { size = Math.ceil(some.length / 4); continue; }
        if (!waits) {
          await queue.change(first.nonce, { problem: problem.message, refused: problem.code });
          await queue.seen();
        }
      }
      from = to;
      size = most = Math.min(BATCH, size * 2);
      patience = PATIENCE;
    }
    return count;
  };
}

// One page of this phone at a time does the `deed` of this name; where pages cannot agree, the nonces make doing it twice harmless.
export function alone(name, deed) {
  if (!navigator.locks) return deed();
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? deed() : null));
}
