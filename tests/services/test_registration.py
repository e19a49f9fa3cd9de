"""Registration: what an entry writes, who is refused, and what a stranger is never told."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AccessLink, Activity, Code, Consent, Delegate, OutboxMessage, RepeatEntry
from conference.sealing import digest
from conference.services import (
    activity,
    capacities,
    delegates,
    letters,
    links,
    meetings,
    own_repeats,
    registration,
    units,
)
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.registration import ConsentGiven, Entry
from conference.vocabulary import (
    DelegateStatus,
    Fault,
    Malformed,
    MeetingStatus,
    MessageKind,
    Mode,
    OpenTo,
    Origin,
    Refusal,
    Refused,
)
from tests.cast import Cast
from tests.recount import assert_whole

HERE, THERE = Mode.IN_PERSON, Mode.ONLINE


def _register(
    cast: Cast, entry: Entry, now: datetime, *, origin: Origin = Origin.PUBLIC, late: bool = False
) -> registration.Registered:
    return registration.register(
        cast.meeting_id,
        entry,
        actor=activity.STRANGER,
        origin=origin,
        public_url=cast.public_url,
        now=now,
        late=late,
        consent=ConsentGiven("2026-1", "0" * 64),
    )


def _entry(cast: Cast, name: str = "赵一", phone: str | None = "13900000001", **other: object) -> Entry:
    values: dict[str, object] = {"name": name, "unit_id": cast.kenli_id, "mode": HERE, "phone": phone}
    return Entry(**{**values, **other})  # type: ignore[arg-type]


def _rows(*where: sa.ColumnElement[bool], of: type) -> int:
    db.release()
    return db.session().scalar(sa.select(sa.func.count()).select_from(of).where(*where)) or 0


def _edit(cast: Cast, now: datetime, **changes: object) -> None:
    meetings.edit(cast.meeting_id, changes, Doing(activity.SYSTEM, now, cast.public_url))


def test_an_entry_gets_a_place_a_code_a_link_a_message_and_a_trace(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    made = _register(cast, _entry(cast, email="Zhao@Example.ORG"), now)
    person = made.delegate
    assert (person.number, person.status, person.pinyin) == ("0004", DelegateStatus.CONFIRMED, "zhao yi")
    assert (delegates.phone_of(person), delegates.email_of(person)) == ("+8613900000001", "Zhao@example.org")
    assert person.acknowledged_at == now
    assert b"13900000001" not in (person.phone_sealed or b"")
    codes = db.session().scalars(sa.select(Code).where(Code.delegate_id == person.id)).all()
    assert len(codes) == 1
    assert len(codes[0].code) == 18
    link = links.by_token(made.token)
    assert link is not None
    assert link.delegate_id == person.id
    assert len(made.token) * 6 >= 128
    assert _rows(AccessLink.digest == digest(made.token), of=AccessLink) == 1
    assert _rows(Consent.delegate_id == person.id, Consent.version == "2026-1", of=Consent) == 1
    letter = letters.page(cast.meeting_id, public_url=cast.public_url).items[0]
    assert (letter.kind, letter.to.email) == (MessageKind.REGISTERED, "Zhao@example.org")
    assert letter.carries_link
    assert made.token not in letter.text
    trace = activity.page(cast.meeting_id, subject="delegate", subject_id=person.id).items[0]
    assert (trace.verb, trace.before) == ("delegate.registered", {})
    assert trace.after["status"] == "confirmed"
    assert_whole(cast.meeting_id)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"phone": None}, {"phone": Fault.CONTACT_NEEDED}),
        ({"phone": "12345"}, {"phone": Fault.NOT_A_PHONE}),
        ({"phone": "12345", "email": "x"}, {"phone": Fault.NOT_A_PHONE, "email": Fault.NOT_AN_EMAIL}),
        ({"unit_id": 999_999}, {"unit_id": Fault.UNKNOWN_ID}),
    ],
)
def test_what_cannot_be_understood_is_named(
    context: APIFlask, cast: Cast, now: datetime, change: dict[str, object], faults: dict[str, Fault]
) -> None:
    with pytest.raises(Malformed) as said:
        _register(cast, _entry(cast, **change), now)
    assert said.value.faults == faults
    assert _rows(of=Delegate) == 3


def test_after_closing_only_the_late_are_entered(context: APIFlask, cast: Cast, now: datetime) -> None:
    _edit(cast, now, status=MeetingStatus.CLOSED)
    with pytest.raises(Refused) as said:
        _register(cast, _entry(cast), now, origin=Origin.PROGRAM)
    assert said.value.refusal is Refusal.REGISTRATION_CLOSED
    made = _register(cast, _entry(cast), now, origin=Origin.PROGRAM, late=True)
    assert made.delegate.status is DelegateStatus.CONFIRMED


def test_the_same_contact_twice_is_refused_where_that_may_be_known(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    for entry, origin in (
        (_entry(cast, phone="+86 138 0000 0001"), Origin.PROGRAM),
        (_entry(cast, phone="138-0000-0001"), Origin.ORGANISER),
        (_entry(cast, phone="13800000003"), Origin.UNIT_LINK),  # 陈卓 is of the same unit
    ):
        with pytest.raises(Refused) as said:
            _register(cast, entry, now, origin=origin)
        assert said.value.refusal is Refusal.ALREADY_REGISTERED
    assert _rows(of=Delegate) == 3


def test_a_contact_is_free_again_when_the_place_is_over(context: APIFlask, cast: Cast, now: datetime) -> None:
    delegates.cancel(cast.meeting_id, cast.liran_id, Doing(activity.SYSTEM, now, cast.public_url))
    made = _register(cast, _entry(cast, name="李然", phone="13800000001"), now, origin=Origin.PROGRAM)
    assert made.delegate.id != cast.liran_id
    assert_whole(cast.meeting_id)


@pytest.mark.parametrize("origin", [Origin.PUBLIC, Origin.UNIT_LINK])
def test_a_stranger_with_a_registered_number_is_answered_like_anyone(
    context: APIFlask, cast: Cast, now: datetime, origin: Origin
) -> None:
    fresh = _register(cast, _entry(cast, phone="13900000009"), now, origin=origin)
    repeat = _register(cast, _entry(cast, name="某人", phone="13800000001"), now, origin=origin)
    assert fresh.repeat is None
    assert repeat.repeat is not None
    assert repeat.repeat.status is fresh.delegate.status
    assert int(repeat.repeat.number) == int(fresh.delegate.number) + 1
    assert len(repeat.repeat.code) == 18
    assert _rows(of=Delegate) == 4
    # Another name's code opens no door; the holder is told, at their own address.
    assert _rows(Code.code == repeat.repeat.code, of=Code) == 0
    letter = letters.page(cast.meeting_id, public_url=cast.public_url).items[0]
    assert (letter.kind, letter.delegate_id) == (MessageKind.REGISTERED_AGAIN, cast.liran_id)
    assert repeat.token not in letter.text
    assert_whole(cast.meeting_id)


def test_a_repeat_with_a_new_address_is_told_by_mail_what_a_fresh_entry_is_told(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    _register(cast, _entry(cast, phone="13900000009", email="one@example.cn"), now)
    told = letters.page(cast.meeting_id, public_url=cast.public_url).items[0]
    _register(cast, _entry(cast, phone="13800000001", email="two@example.cn"), now)
    own, like_fresh = letters.page(cast.meeting_id, public_url=cast.public_url).items[:2]
    assert (own.kind, like_fresh.kind) == (MessageKind.REGISTERED_AGAIN, MessageKind.REGISTERED)
    assert (like_fresh.to.email, like_fresh.subject) == ("two@example.cn", told.subject)
    assert like_fresh.text == told.text
    assert (like_fresh.carries_link, told.carries_link) == (True, True)
    assert own.to.email != "two@example.cn"


def test_a_repeat_with_the_holders_own_address_sends_one_message(context: APIFlask, cast: Cast, now: datetime) -> None:
    first = _register(cast, _entry(cast, phone=None, email="one@example.cn"), now)
    before = _rows(of=OutboxMessage)
    again = _register(cast, _entry(cast, phone=None, email="One@Example.cn"), now)
    assert (again.delegate.id, again.repeat is not None) == (first.delegate.id, True)
    assert _rows(of=OutboxMessage) == before + 1
    assert letters.page(cast.meeting_id, public_url=cast.public_url).items[0].kind is MessageKind.REGISTERED_AGAIN


def test_a_repeat_of_the_same_person_opens_the_same_door(context: APIFlask, cast: Cast, now: datetime) -> None:
    made = _register(cast, _entry(cast, name="李 然", phone="13800000001"), now)
    assert made.repeat is not None
    found = db.session().get_one(Code, made.repeat.code)
    assert (found.delegate_id, found.repeat_id) == (cast.liran_id, made.repeat.id)


def test_repeats_wait_where_a_fresh_entry_would(context: APIFlask, cast: Cast, now: datetime) -> None:
    _edit(cast, now, capacity={HERE: 3})  # one place is left
    first = _register(cast, _entry(cast, phone="13800000001"), now)
    second = _register(cast, _entry(cast, phone="13800000003"), now)
    assert first.repeat is not None
    assert second.repeat is not None
    assert (first.repeat.status, second.repeat.status) == (DelegateStatus.CONFIRMED, DelegateStatus.WAITLISTED)
    assert capacities.lines(cast.meeting_id)[HERE].shown_left == 0
    assert capacities.lines(cast.meeting_id)[HERE].left == 1
    assert _rows(of=RepeatEntry) == 2
    assert_whole(cast.meeting_id)


def test_a_full_unit_is_full_for_those_registered_too(context: APIFlask, cast: Cast, now: datetime) -> None:
    units.edit(cast.meeting_id, cast.kenli_id, {"delegate_limit": 1}, Doing(activity.SYSTEM, now, cast.public_url))
    for phone in ("13900000009", "13800000001"):
        with pytest.raises(Refused) as said:
            _register(cast, _entry(cast, phone=phone), now)
        assert said.value.refusal is Refusal.UNIT_FULL


def test_a_stranger_at_a_meeting_by_link_waits_for_review(context: APIFlask, cast: Cast, now: datetime) -> None:
    _edit(cast, now, open_to=OpenTo.LINK)
    made = _register(cast, _entry(cast), now)
    again = _register(cast, _entry(cast, name="某人", phone="13800000001"), now)
    assert made.delegate.status is DelegateStatus.PENDING
    assert again.repeat is not None
    assert again.repeat.status is DelegateStatus.PENDING
    linked = _register(cast, _entry(cast, phone="13900000002"), now, origin=Origin.UNIT_LINK)
    assert linked.delegate.status is DelegateStatus.CONFIRMED
    assert_whole(cast.meeting_id)


def test_an_entry_by_others_is_not_yet_acknowledged(context: APIFlask, cast: Cast, now: datetime) -> None:
    made = _register(cast, _entry(cast), now, origin=Origin.ORGANISER)
    assert made.delegate.acknowledged_at is None
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    for _ in range(2):
        assert delegates.acknowledge(cast.meeting_id, made.delegate.id, doing).acknowledged_at == now
    assert _rows(Activity.verb == "delegate.acknowledged", of=Activity) == 1


def test_a_refused_entry_leaves_nothing_behind(context: APIFlask, cast: Cast, now: datetime) -> None:
    before = [_rows(of=table) for table in (Delegate, Code, AccessLink, Activity, OutboxMessage)]
    with pytest.raises(Refused):
        _register(cast, _entry(cast, phone="13800000001"), now, origin=Origin.PROGRAM)
    assert [_rows(of=table) for table in (Delegate, Code, AccessLink, Activity, OutboxMessage)] == before
    assert_whole(cast.meeting_id)


def test_repeat_entries_fill_a_units_limit_for_strangers_alone(context: APIFlask, cast: Cast, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    units.edit(cast.meeting_id, cast.kenli_id, {"delegate_limit": 2}, doing)

    def enter(phone: str, origin: Origin) -> registration.Registered:
        entry = Entry("张三", cast.kenli_id, Mode.IN_PERSON, phone=phone)
        return registration.register(
            cast.meeting_id, entry, actor=SYSTEM, origin=origin, public_url=cast.public_url, now=now
        )

    assert enter("13800000001", Origin.UNIT_LINK).repeat is not None  # 李然's number: the unit looks full now
    with pytest.raises(Refused) as said:
        enter("13811110001", Origin.UNIT_LINK)
    assert said.value.refusal is Refusal.UNIT_FULL
    assert enter("13811110001", Origin.ORGANISER).repeat is None


def test_a_waiting_repeat_moves_up_past_others_that_nobody_looks_at(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    first, second = (
        registration.register(
            cast.meeting_id, Entry("张三", cast.yuquan_id, Mode.IN_PERSON, phone=phone), actor=SYSTEM,
            origin=Origin.PUBLIC, public_url=cast.public_url, now=now,
        ).repeat
        for phone in ("13800000001", "13800000003")
    )  # fmt: skip
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == (DelegateStatus.WAITLISTED, DelegateStatus.WAITLISTED)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 3}}, doing)
    assert own_repeats.current(second.id, now=now).status is DelegateStatus.WAITLISTED  # the one place is the first's
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 4}}, doing)
    assert own_repeats.current(second.id, now=now).status is DelegateStatus.CONFIRMED
