"""Walk-ins (现场登记): somebody whom the list does not know stands at the door, and is registered there.

They were asked and answered in person, so that the entry is confirmed and acknowledged at once. A walk-in is one by its
nonce however often it is handed in, since it waits on the phone while there is no network. Registering and checking
in are two transactions: the second is found again by a nonce that follows from the first, and done on a repeat where
it was missed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import CheckIn, Checkpoint, Code, Delegate, Meeting, RepeatEntry, WalkIn
from conference.rules import checkin as rules
from conference.rules import codes, places, walk_ins
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.rules.walk_ins import AtFullHall
from conference.services import checkin, checkpoints, contacts, delegates, lines, registration, scans, units
from conference.services.codes import live_codes
from conference.services.delegates import Doing
from conference.services.places import Places, refuse
from conference.services.registration import ConsentGiven, Entry
from conference.services.scans import Answer, Gate, Scan
from conference.vocabulary import (
    DelegateStatus,
    Fault,
    Malformed,
    Missing,
    Mode,
    Origin,
    Outcome,
    Refusal,
    Refused,
    ScanReason,
)

REASON = "现场登记"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the door says of somebody. The unit is one of the meeting's by `unit_id`, or named by `unit` and `province`
    (which a unit's name may tell by itself).

    `inside` says that they were let in already, while there was no network; `same_person` that whoever has this phone
    is them; `beyond` that they come past the capacity by an organiser's word, `wait` that they wait for one. A `code`
    was made on the phone, so that a badge could be printed. `admit` lets them in at the checkpoint.
    """

    nonce: str
    checkpoint_id: int
    name: str
    phone: str
    mode: Mode = Mode.IN_PERSON
    unit_id: int | None = None
    unit: str = ""
    province: str = ""
    code: str | None = None
    admit: bool = True
    inside: bool = False
    same_person: bool = False
    beyond: bool = False
    wait: bool = False
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    limited_since: bool = False
    language: str = "zh"


@dataclass(frozen=True)
class Done:
    """A walk-in as it stands. `check_in` is the answer to the scan, None where nobody was to be let in yet; `todo` is
    what is still to be settled for them.
    """

    id: int
    delegate: Delegate
    check_in: Answer | None
    past_capacity: bool

    @property
    def todo(self) -> Refusal | ScanReason | None:
        if self.delegate.queue_mode is Mode.IN_PERSON:
            return Refusal.HALL_FULL
        if self.check_in and self.check_in["outcome"] == Outcome.REFUSED.value:
            return ScanReason(self.check_in["reason"])
        return None


@dataclass(frozen=True)
class Holder:
    """Who has a place with this phone already, as far as the door is told before it says that they are the one."""

    masked: str
    number: str
    unit: str
    mode: Mode
    status: DelegateStatus


class AlreadyHere(Refused):
    """The phone has a place already; `holder` is whose."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(Refusal.ALREADY_REGISTERED)
        self.holder = holder


def enter(
    meeting_id: int, said: Said, gate: Gate, doing: Doing, *, may_exceed: bool, consent: ConsentGiven | None
) -> Done:
    """Register somebody at the door and let them in; the same nonce again gives the same one again.

    `may_exceed` is an organiser's right to let people in past the capacity. Who cancelled before comes back as a new
    entry. Raises Malformed, AlreadyHere and Refused (hall_full, unit_full, unit_mode_full, meeting_over).
    """
    point = _checked(meeting_id, said)
    walk_in_id = db.repeated(lambda: _enter(meeting_id, said, point, gate, doing, may_exceed, consent))
    return _admit(meeting_id, walk_in_id, said, gate, now=doing.now)


def one(meeting_id: int, checkpoint_id: int, walk_in_id: int, *, gate: str | None = None) -> Done:
    """A walk-in that came in at this checkpoint, or not at all; with `gate`, one entered there. Raises Missing."""
    checkpoints.one(meeting_id, checkpoint_id)
    session = db.session()
    found = session.scalars(sa.select(WalkIn).where(WalkIn.id == walk_in_id, WalkIn.meeting_id == meeting_id)).first()
    if found is None:
        raise Missing
    scan = session.get(CheckIn, found.check_in_id) if found.check_in_id is not None else None
    if (scan is not None and scan.checkpoint_id != checkpoint_id) or found.gate != (gate or found.gate):
        raise Missing
    return _done(session, found)


def _checked(meeting_id: int, said: Said) -> Checkpoint:
    try:
        point = checkpoints.one(meeting_id, said.checkpoint_id)
    except Missing:
        raise Malformed({"checkpoint_id": Fault.UNKNOWN_ID}) from None
    if said.code is not None and codes.parse(said.code) != said.code:
        raise Malformed({"code": Fault.NOT_A_CODE})
    return point


def _enter(
    meeting_id: int,
    said: Said,
    point: Checkpoint,
    gate: Gate,
    doing: Doing,
    may_exceed: bool,
    consent: ConsentGiven | None,
) -> int:
    """The id of the walk-in."""
    reach = contacts.read(said.phone, None)
    if kept := _kept(db.session(), meeting_id, said.nonce):
        return kept.id
    with db.transaction() as session:
        known = contacts.holder_of(session, meeting_id, reach) is not None
        # Before the lines, as where strangers name their unit: units are held first.
        unit_id = None if known else _unit(meeting_id, said, doing)
        places = Places(session, meeting_id, doing.now)
        if kept := _kept(session, meeting_id, said.nonce):
            return kept.id
        refuse(walk_ins.refusal_to_walk_in(session.get_one(Meeting, meeting_id).status))
        was_full = places.lines[Mode.IN_PERSON].places_left == 0
        holder = contacts.holder_of(session, meeting_id, reach)
        if (holder is not None) is not known:
            raise db.Stale
        if holder is not None:
            delegate = _known(session, places, holder, said, doing)
        else:
            delegate = _fresh(session, meeting_id, unit_id or 0, said, doing, consent)
        given = _through_line(meeting_id, delegate, said, doing, may_exceed=may_exceed)
        row = WalkIn(
            meeting_id=meeting_id,
            nonce=said.nonce,
            delegate_id=delegate.id,
            gate=gate.name,
            past_capacity=given and was_full,
            registered_at=rules.time_of_scan(said.scanned_at, said.sent_at, now=doing.now)[0],
            received_at=doing.now,
        )
        session.add(row)
        session.flush()
        facts = {"gate": gate.name, "checkpoint": point.name} | ({"past_capacity": True} if row.past_capacity else {})
        delegates.record(session, doing, "delegate.walked_in", delegate, after=facts)
        return row.id


def _known(session: Session, places: Places, holder: Delegate, said: Said, doing: Doing) -> Delegate:
    """Somebody who has a place already: confirmed and moved into the hall by the ordinary rules."""
    if not said.same_person:
        raise AlreadyHere(
            Holder(walk_ins.masked(holder.name), holder.number, holder.unit.name, holder.mode, holder.status)
        )
    delegate = places.delegate(holder.id) or holder
    if delegate.status is DelegateStatus.PENDING:
        delegate = delegates.confirm(delegate.meeting_id, delegate.id, doing)
    if said.mode is Mode.IN_PERSON and delegate.mode is not Mode.IN_PERSON:
        delegate = delegates.edit(delegate.meeting_id, delegate.id, {"mode": Mode.IN_PERSON}, doing)
    session.flush()
    return delegate


def _fresh(
    session: Session, meeting_id: int, unit_id: int, said: Said, doing: Doing, consent: ConsentGiven | None
) -> Delegate:
    entry = Entry(name=said.name, unit_id=unit_id, mode=said.mode, phone=said.phone, language=said.language)
    made = registration.register(
        meeting_id,
        entry,
        actor=doing.actor,
        origin=Origin.WALK_IN,
        public_url=doing.public_url,
        now=doing.now,
        late=True,
        consent=consent,
        code=said.code if said.code and _unused(session, said.code) else None,
    )
    return session.get_one(Delegate, made.delegate_id)


def _through_line(meeting_id: int, delegate: Delegate, said: Said, doing: Doing, *, may_exceed: bool) -> bool:
    """Whether a place was given by an organiser's right. Raises Refused (hall_full)."""
    if delegate.queue_mode is not Mode.IN_PERSON:
        return False
    found = walk_ins.at_full_hall(may_exceed=may_exceed, insists=said.beyond, waits=said.wait, inside=said.inside)
    if found is AtFullHall.ASK:
        raise Refused(Refusal.HALL_FULL)
    if found is AtFullHall.GIVE:
        lines.give(meeting_id, delegate.id, doing, reason=REASON, beyond=True)
    return found is AtFullHall.GIVE


def _unit(meeting_id: int, said: Said, doing: Doing) -> int:
    """The unit that is meant; one that is not on the list is added, to be looked at by an organiser."""
    if said.unit_id is not None:
        try:
            return units.one(meeting_id, said.unit_id).unit_id
        except Missing:
            raise Malformed({"unit_id": Fault.UNKNOWN_ID}) from None
    name = said.unit.strip()
    if fault := fault_in(name, limit=SHORT_LIMIT):
        raise Malformed({"unit": fault})
    same = [unit for unit in units.find(meeting_id, search=name, province=said.province) if unit.name == name]
    if len(same) == 1:
        return same[0].id
    province = said.province or places.of_unit(name).code
    if not province:
        raise Malformed({"province": Fault.PROVINCE_NEEDED})
    part, _ = units.add(meeting_id, units.UnitFacts(name, province), doing, proposed=True)
    return part.unit_id


def _admit(meeting_id: int, walk_in_id: int, said: Said, gate: Gate, *, now: datetime) -> Done:
    """Let them in, where they may come in or stand inside already; a repeat finds the scan by its nonce."""
    done = _done(db.session(), db.session().get_one(WalkIn, walk_in_id))
    may = done.delegate.status is DelegateStatus.CONFIRMED and done.delegate.mode is Mode.IN_PERSON
    code = live_codes([done.delegate.id]).get(done.delegate.id)
    if done.check_in is not None or not said.admit or code is None or not (may or said.inside):
        return done
    scan = Scan(
        code,
        said.checkpoint_id,
        f"walk-{hashlib.sha256(said.nonce.encode()).hexdigest()[:40]}",
        scanned_at=said.scanned_at,
        sent_at=said.sent_at,
        admitted_offline=said.inside,
        limited_since=said.limited_since,
    )
    answer = checkin.check_in(meeting_id, scan, gate, now=now)
    with db.transaction() as session:
        session.execute(sa.update(WalkIn).where(WalkIn.id == walk_in_id).values(check_in_id=answer["id"]))
    return _done(db.session(), db.session().get_one(WalkIn, walk_in_id))


def _done(session: Session, row: WalkIn) -> Done:
    delegate = session.get_one(Delegate, row.delegate_id)
    answer = scans.first_answer(row.check_in_id) if row.check_in_id is not None else None
    return Done(row.id, delegate, answer, row.past_capacity)


def _kept(session: Session, meeting_id: int, nonce: str) -> WalkIn | None:
    return session.scalars(sa.select(WalkIn).where(WalkIn.meeting_id == meeting_id, WalkIn.nonce == nonce)).first()


def _unused(session: Session, code: str) -> bool:
    taken = sa.union_all(
        sa.select(Code.code).where(Code.code == code), sa.select(RepeatEntry.code).where(RepeatEntry.code == code)
    )
    return session.execute(taken).first() is None
