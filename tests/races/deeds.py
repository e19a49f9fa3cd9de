"""What the people of a crowd do, each in a process of its own. Results are plain, since they travel."""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from uuid import uuid4

from conference import db
from conference.models import Delegate
from conference.notices.channels import Channels
from conference.services import (
    by_hand,
    change_requests,
    checkin,
    consents,
    delegates,
    delivery,
    devices,
    emptying,
    entries,
    liaisons,
    lines,
    merging,
    one_time_codes,
    paired_phones,
    places_requests,
    questions,
    registration,
    replies,
    reviews,
    seats,
    sign_ups,
    substitution,
    unit_merging,
    units,
    walk_ins,
)
from conference.services.activity import SYSTEM, Actor
from conference.services.delegates import Doing
from conference.services.devices import GateFacts
from conference.services.entries import Place
from conference.services.registration import ConsentGiven
from conference.services.scans import Gate, Scan
from conference.services.substitution import NewPerson
from conference.vocabulary import ActorKind, CodePurpose, ConsentPurpose, Direction, Mode, Origin, Refused, ReviewWord


def register(
    meeting_id: int, unit_id: int, name: str, phone: str | None, email: str | None = None, mode: str = "in_person"
) -> str:
    """The status of the place, or the refusal."""
    try:
        made = registration.register(
            meeting_id,
            registration.Entry(name=name, unit_id=unit_id, mode=Mode(mode), phone=phone, email=email),
            actor=SYSTEM,
            origin=Origin.PROGRAM,
            public_url="http://localhost",
            now=datetime.now(UTC),
        )
    except Refused as refused:
        return refused.refusal.value
    return made.delegate.status.value


def cancel(meeting_id: int, delegate_id: int) -> str:
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    return delegates.cancel(meeting_id, delegate_id, doing).status.value


def switch(meeting_id: int, delegate_id: int, mode: str) -> str:
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    return delegates.edit(meeting_id, delegate_id, {"mode": Mode(mode)}, doing).mode.value


def scan(meeting_id: int, code: str, checkpoint_id: int, nonce: str, gate: str, direction: str = "in") -> Any:
    """The answer, word for word."""
    return checkin.check_in(
        meeting_id,
        Scan(code, checkpoint_id, nonce, Direction(direction)),
        Gate(gate),
        now=datetime.now(UTC),
    )


def batch(meeting_id: int, codes: list[str], checkpoint_id: int, gate: str) -> list[str]:
    """The outcomes, in the order given."""
    scans = [Scan(code, checkpoint_id, f"{gate}-{n}") for n, code in enumerate(codes)]
    answers = checkin.check_in_batch(meeting_id, scans, Gate(gate), now=datetime.now(UTC))
    return [answer["outcome"] if isinstance(answer, dict) else str(answer) for answer in answers]


def move_unit(meeting_id: int, delegate_id: int, unit_id: int) -> int:
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    return delegates.edit(meeting_id, delegate_id, {"unit_id": unit_id}, doing).unit_id


def decide(meeting_id: int, request_id: int, accept: bool) -> str:
    """`decided`, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        change_requests.decide(meeting_id, request_id, accept, "", doing)
    except Refused as refused:
        return refused.refusal.value
    return "decided"


def substitute(meeting_id: int, delegate_id: int, name: str, phone: str) -> str:
    """The status of who came instead, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        made = substitution.substitute(meeting_id, delegate_id, NewPerson(name, phone=phone), doing)
    except Refused as refused:
        return refused.refusal.value
    return made.new.status.value


def move_in_line(meeting_id: int, delegate_id: int, place: int) -> int | str:
    """The place that somebody has now, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        return lines.move(meeting_id, delegate_id, place, doing, reason="调整")
    except Refused as refused:
        return refused.refusal.value


def give(meeting_id: int, delegate_id: int) -> str:
    """The status of who was given a free place, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        return lines.give(meeting_id, delegate_id, doing).status.value
    except Refused as refused:
        return refused.refusal.value


def answer(delegate_id: int, question_id: int, text: str) -> str:
    """Answer a question of the meeting's own."""
    with db.transaction() as session:
        delegate = session.get_one(Delegate, delegate_id)
        questions.keep_answers(session, delegate, {question_id: [text]}, by=SYSTEM, now=datetime.now(UTC))
    return "kept"


def merge(meeting_id: int, keep_id: int, drop_id: int) -> str:
    """What became of the dropped one, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        merging.merge(meeting_id, keep_id, drop_id, (), doing)
    except Refused as refused:
        return refused.refusal.value
    return "merged"


def sit(meeting_id: int, delegate_id: int, spot: tuple[int, int]) -> str:
    """The seat that they have now, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        return seats.sit(meeting_id, delegate_id, spot, doing).seat
    except Refused as refused:
        return refused.refusal.value


def send(smtp_url: str) -> int:
    """How many messages this worker sent."""
    return delivery.deliver(Channels("http://localhost", smtp_url=smtp_url), now=datetime.now(UTC))


def guess(meeting_id: int, address: str, typed: str) -> str:
    """`right`, or the refusal."""
    try:
        one_time_codes.check(CodePurpose.RETURN, address, typed, meeting_id=meeting_id, now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return "right"


def ask(meeting_id: int, address: str) -> str:
    """`asked`, or the refusal."""
    try:
        one_time_codes.ask(CodePurpose.RETURN, address, meeting_id=meeting_id, now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return "asked"


def import_replies(meeting_id: int, path: str) -> dict[str, int]:
    """How many rows of a reply form were new, changed, as before."""
    said = replies.read(Path(path).read_bytes(), "")
    done = replies.bring_in(meeting_id, said, Doing(SYSTEM, datetime.now(UTC), "http://localhost"))
    return {news.value: n for news, n in done.counts.items()}


def import_replies_read_together(meeting_id: int, path: str, point: Barrier) -> dict[str, int]:
    """The same, and nobody is written before all have looked who is there."""
    write = entries.write

    def met(*arguments: Any) -> list[Place]:
        point.wait(60)
        return write(*arguments)

    entries.write = met
    return import_replies(meeting_id, path)


def send_form(meeting_id: int, unit_id: int, key: str | None) -> int:
    """The id of the place that a form makes."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    entry = registration.Entry("孙明", unit_id, Mode.IN_PERSON, phone=None, email=f"{uuid4().hex}@example.org")
    return by_hand.enter(meeting_id, entry, doing, key=key)


def merge_units(kept_id: int, merged_id: int) -> int:
    """The id of the unit that was kept."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    return unit_merging.merge(kept_id, merged_id, doing).id


def let_in_unit(meeting_id: int, name: str, province: str) -> int:
    """The id of the unit that takes part."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    return units.add(meeting_id, units.UnitFacts(name, province), doing)[0].unit_id


def hand_over(meeting_id: int, unit_id: int, name: str) -> str:
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    return liaisons.hand_over(meeting_id, unit_id, liaisons.LiaisonFacts(name), doing).name


def grant_places(meeting_id: int, request_id: int, in_person: int) -> str:
    """How it ended: granted, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        places_requests.grant(meeting_id, request_id, doing, in_person=in_person, online=0)
    except Refused as refused:
        return refused.refusal.value
    return "granted"


def agree(delegate_id: int, purpose: str) -> str:
    """`agreed`, or what the database said."""
    given = ConsentGiven("2026-1", "0" * 64)
    consents.give(delegate_id, ConsentPurpose(purpose), given, actor=SYSTEM, now=datetime.now(UTC))
    return "agreed"


def walk_in(meeting_id: int, unit_id: int, checkpoint_id: int, nonce: str, phone: str) -> str:
    """The outcome of the scan, or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    said = walk_ins.Said(nonce=nonce, checkpoint_id=checkpoint_id, name="孙明", phone=phone, unit_id=unit_id)
    try:
        done = walk_ins.enter(meeting_id, said, Gate("东门"), doing, may_exceed=False, consent=None)
    except Refused as refused:
        return refused.refusal.value
    return "kept aside" if done.check_in is None else str(done.check_in["outcome"])


def everybody_out(meeting_id: int, checkpoint_id: int, at: str) -> int:
    """How many left by this worker's hand."""
    moment = datetime.fromisoformat(at)
    return emptying.everybody_out(meeting_id, checkpoint_id, at=moment, actor=SYSTEM, now=datetime.now(UTC))


def pair(secret: str, browser: str) -> str:
    """The number of the pairing, or the refusal."""
    try:
        phone = paired_phones.pair(secret, browser=browser, now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return f"paired {phone.pairing}"


def prepare_gate(meeting_id: int, account_id: int, name: str) -> str:
    doing = Doing(Actor(ActorKind.ACCOUNT, account_id, "周宁"), datetime.now(UTC), "http://localhost")
    try:
        devices.prepare(meeting_id, GateFacts(name), doing)
    except Refused as refused:
        return refused.refusal.value
    return "prepared"


def settle(meeting_id: int, check_in_id: int, account_id: int, word: str) -> str:
    """The word that stands, or the refusal."""
    doing = Doing(Actor(ActorKind.ACCOUNT, account_id, ""), datetime.now(UTC), "http://localhost")
    try:
        reviews.settle(meeting_id, check_in_id, ReviewWord(word), "", doing)
    except Refused as refused:
        return refused.refusal.value
    return word


def sign_up(line_id: int, delegate_id: int) -> str:
    """How the sign-up stands."""
    with db.transaction() as session:
        delegate = session.get_one(Delegate, delegate_id, with_for_update=True)
        return sign_ups.sign_up(session, delegate, sign_ups.held(session, line_id), now=datetime.now(UTC)).status.value
