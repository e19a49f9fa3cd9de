// The door: what a scan comes to, by the lines of conference/rules/checkin.py; tests/rules/checkin_cases.json is run against both.
// Times are milliseconds since 1970; `null` is none.
const TOLERANCE = 60_000;

// The time that a scan is judged by, and whether a clock was so wrong that somebody should look.
export function timeOfScan(scannedAt, sentAt, now) {
  if (scannedAt === null) return { at: now, flagged: false };
  let moved = false;
  if (sentAt !== null && Math.abs(now - sentAt) > TOLERANCE) {
    moved = true;
    scannedAt += now - sentAt;
  }
  if (scannedAt > now) return { at: now, flagged: moved || scannedAt - now > TOLERANCE };
  return { at: scannedAt, flagged: moved };
}

// person: { status, mode, revoked, listed } or null; point: { opensAt, closesAt, reentry }.
export function verdict(person, point, { at, direction = "in", stayHasAdmission = false, admittedOffline = false, refusedOffline = null }) {
  if (!person) return said("refused", "unknown");
  const insists = admittedOffline && direction === "in";
  let reason = person.revoked ? "revoked" : null;
  if (reason && !insists) return said("refused", reason);
  if (refusedOffline) return said("refused", refusedOffline);
  if (direction === "out") return said("left", null);
  reason ??= reasonToRefuse(person, point, at);
  if (reason && !insists) return said("refused", reason);
  if (stayHasAdmission && !point.reentry) return said("already", reason, insists);
  return said("admitted", reason, reason !== null);
}

const said = (outcome, reason, flagged = false) => ({ outcome, reason, flagged });

// Lines 6 to 10 of the contract's table; null when the person may come in.
export function reasonToRefuse(person, point, at) {
  if (person.status === "declined" || person.status === "cancelled") return "cancelled";
  if (person.status !== "confirmed") return "unconfirmed";
  if (person.mode !== "in_person") return "wrong_mode";
  if (!person.listed) return "not_listed";
  if ((point.opensAt !== null && at < point.opensAt) || (point.closesAt !== null && at > point.closesAt)) return "closed";
  return null;
}

// events: { id, at, direction, admitted, gate }, those that count. The `admitted` of the stay that an `in` at `at`, arriving now, falls into.
export function admissionOfStay(events, at) {
  const exits = events.filter((event) => event.direction === "out");
  const begins = exits.filter((event) => event.at <= at).sort(byTime).pop(), ends = exits.filter((event) => event.at > at).sort(byTime)[0];
  return firstJudged(events.filter((event) => event.admitted && (!begins || byTime(event, begins) > 0) && (!ends || byTime(event, ends) < 0)));
}

// Where somebody stands after all of `events`, in whatever order they arrived.
export function standing(events) {
  const sorted = [...events].sort(byTime), lastOut = sorted.filter((event) => event.direction === "out").pop();
  return {
    inside: sorted[sorted.length - 1]?.direction === "in",
    lastOutAt: lastOut?.at ?? null,
    admission: firstJudged(sorted.filter((event) => event.admitted && (!lastOut || byTime(event, lastOut) > 0))),
  };
}

const byTime = (one, other) => one.at - other.at || one.id - other.id;
const firstJudged = (events) => events.reduce((first, event) => (!first || event.id < first.id ? event : first), null);
