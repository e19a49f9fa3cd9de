"""Substitution (换人): the place goes over whole, the old code is dead, nobody is counted twice or revealed."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AccessLink, Activity, Code, Delegate, OutboxMessage
from conference.services import (
    activity,
    checkin,
    contacts,
    delegates,
    links,
    meetings,
    registration,
    substitution,
    units,
)
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.substitution import NewPerson
from conference.vocabulary import (
    ActorKind,
    Category,
    DelegateStatus,
    Fault,
    Malformed,
    MessageKind,
    Missing,
    Mode,
    Origin,
    Refusal,
    Refused,
)
from tests.cast import Cast
from tests.recount import assert_whole

ZHAO = NewPerson("赵敏", phone="13900000001", position="科长")


def by_organiser(cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


def by_liaison(cast: Cast, now: datetime) -> Doing:
    part = units.one(cast.meeting_id, cast.yuquan_id)
    return Doing(Actor(ActorKind.LIAISON, part.id, "孙立"), now, cast.public_url)


def _row(delegate_id: int) -> Delegate:
    db.release()
    return db.session().get_one(Delegate, delegate_id)


def test_the_place_goes_over_whole(context: APIFlask, cast: Cast, now: datetime) -> None:
    delegates.edit(cast.meeting_id, cast.liran_id, {"seat": "3排 12座"}, by_organiser(cast, now))
    made = substitution.substitute(cast.meeting_id, cast.liran_id, ZHAO, by_liaison(cast, now))
    old, new = _row(cast.liran_id), _row(made.new.id)
    assert (old.status, old.replaced_by_id, old.seat) == (DelegateStatus.CANCELLED, new.id, "")
    assert (new.name, new.position, new.unit_id, new.mode) == ("赵敏", "科长", cast.yuquan_id, Mode.IN_PERSON)
    assert (new.status, new.seat, new.origin) == (DelegateStatus.CONFIRMED, "3排 12座", Origin.LIAISON)
    assert (new.acknowledged_at, new.category) == (None, Category.DELEGATE)
    assert new.number != old.number
    beside = substitution.successor_of(old), substitution.predecessor_of(new)
    assert [one.id for one in beside if one] == [new.id, old.id]
    assert_whole(cast.meeting_id)


def test_code_and_links_of_the_old_one_are_dead_at_once(context: APIFlask, cast: Cast, now: datetime) -> None:
    made = substitution.substitute(cast.meeting_id, cast.liran_id, ZHAO, by_liaison(cast, now))
    assert links.by_token(cast.liran_token) is None
    assert links.was_revoked(cast.liran_token)
    assert made.token is not None
    fresh = links.by_token(made.token)
    assert isinstance(fresh, AccessLink)
    assert fresh.delegate_id == made.new.id

    def scan(code: str, nonce: str) -> tuple[str, str | None]:
        answer = checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, nonce), Gate("东门"), now=now)
        return answer["outcome"], answer["reason"]

    assert scan(cast.liran_code, "1") == ("refused", "revoked")
    assert scan(_row(made.new.id).codes[0].code, "2") == ("admitted", None)


def test_both_are_told_and_the_trail_of_each_names_only_itself(context: APIFlask, cast: Cast, now: datetime) -> None:
    made = substitution.substitute(cast.meeting_id, cast.liran_id, ZHAO, by_liaison(cast, now))
    newest = db.session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(2)).all()
    assert {(m.delegate_id, m.kind) for m in newest} == {
        (cast.liran_id, MessageKind.CANCELLED),
        (made.new.id, MessageKind.ANSWER_WANTED),
    }
    delegates.erase(cast.meeting_id, made.new.id, by_organiser(cast, now))
    db.release()
    kept = [f"{act.before}{act.after}" for act in db.session().scalars(sa.select(Activity))]
    assert [text for text in kept if "赵敏" in text] == []


def test_a_full_meeting_and_a_full_unit_do_not_matter(context: APIFlask, cast: Cast, now: datetime) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 2}, by_organiser(cast, now))
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, by_organiser(cast, now))
    waiting_id = _register(cast, "钱进", "13900000009", now)
    made = substitution.substitute(cast.meeting_id, cast.liran_id, ZHAO, by_liaison(cast, now))
    assert _row(made.new.id).status is DelegateStatus.CONFIRMED
    assert _row(waiting_id).status is DelegateStatus.WAITLISTED
    assert_whole(cast.meeting_id)


@pytest.mark.parametrize("wish", [False, True])
def test_a_place_in_the_line_goes_over_too(context: APIFlask, cast: Cast, now: datetime, wish: bool) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, by_organiser(cast, now))
    if wish:
        first = cast.wangmin_id
        delegates.edit(cast.meeting_id, first, {"mode": Mode.IN_PERSON}, by_organiser(cast, now))
    else:
        first = _register(cast, "钱进", "13900000009", now)
    second = _register(cast, "孙悦", "13900000008", now)
    ticket = _row(first).ticket
    made = substitution.substitute(cast.meeting_id, first, ZHAO, by_organiser(cast, now))
    new = _row(made.new.id)
    assert (new.ticket, new.queue_mode) == (ticket, Mode.IN_PERSON)
    assert new.waiting_for is (Mode.IN_PERSON if wish else None)
    assert_whole(cast.meeting_id)
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, by_organiser(cast, now))
    assert (_row(made.new.id).status, _row(made.new.id).mode) == (DelegateStatus.CONFIRMED, Mode.IN_PERSON)
    assert _row(second).status is DelegateStatus.WAITLISTED
    assert_whole(cast.meeting_id)


def test_the_same_phone_goes_over(context: APIFlask, cast: Cast, now: datetime) -> None:
    office = NewPerson("赵敏", phone="13800000001")
    made = substitution.substitute(cast.meeting_id, cast.liran_id, office, by_liaison(cast, now))
    assert _row(made.new.id).phone_index == contacts.read("13800000001", None).phone_index
    assert_whole(cast.meeting_id)


def test_the_same_wish_twice_gives_one_person(context: APIFlask, cast: Cast, now: datetime) -> None:
    first = substitution.substitute(cast.meeting_id, cast.liran_id, ZHAO, by_liaison(cast, now))
    again = substitution.substitute(cast.meeting_id, cast.liran_id, ZHAO, by_liaison(cast, now))
    assert (again.new.id, again.token) == (first.new.id, None)
    with pytest.raises(Refused) as refused:
        substitution.substitute(
            cast.meeting_id, cast.liran_id, NewPerson("周一", phone="13900000007"), by_liaison(cast, now)
        )
    assert refused.value.refusal is Refusal.NOT_ACTIVE
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Delegate)) == 4
    assert_whole(cast.meeting_id)


def test_a_colleague_is_refused_and_a_stranger_is_not_revealed(context: APIFlask, cast: Cast, now: datetime) -> None:
    """王敏 is of the same unit; 陈卓 of another, whose number is taken without a word and goes on being 陈卓's."""
    for doing in (by_liaison(cast, now), by_organiser(cast, now)):
        with pytest.raises(Refused) as refused:
            substitution.substitute(cast.meeting_id, cast.liran_id, NewPerson("王敏", phone="13800000002"), doing)
        assert refused.value.refusal is Refusal.ALREADY_REGISTERED
    with pytest.raises(Refused):
        substitution.substitute(
            cast.meeting_id, cast.liran_id, NewPerson("陈卓", phone="13800000003"), by_organiser(cast, now)
        )
    theirs = NewPerson("陈卓", phone="13800000003", email="chen@example.org")
    made = substitution.substitute(cast.meeting_id, cast.liran_id, theirs, by_liaison(cast, now))
    new = _row(made.new.id)
    assert (new.status, delegates.phone_of(new), new.phone_index) == (DelegateStatus.CONFIRMED, "+8613800000003", None)
    assert new.email_index is not None
    holder = contacts.holder_of(db.session(), cast.meeting_id, contacts.read("13800000003", None))
    assert holder is not None
    assert holder.id == cast.chenzhuo_id
    told = db.session().scalars(
        sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.REGISTERED_AGAIN)
    )
    assert list(told) == [cast.chenzhuo_id]
    assert_whole(cast.meeting_id)


def test_who_entered_a_repeat_of_the_place_notices_nothing(context: APIFlask, cast: Cast, now: datetime) -> None:
    repeat = registration.register(
        cast.meeting_id,
        registration.Entry("李然", cast.kenli_id, Mode.IN_PERSON, phone="13800000001"),
        actor=activity.STRANGER,
        origin=Origin.PUBLIC,
        public_url=cast.public_url,
        now=now,
    )
    substitution.substitute(cast.meeting_id, cast.liran_id, ZHAO, by_liaison(cast, now))
    assert links.by_token(repeat.token) is not None
    assert repeat.repeat is not None
    assert db.session().get_one(Code, repeat.repeat.code).revoked_at is None


@pytest.mark.parametrize(
    ("person", "fault"),
    [
        (NewPerson("赵敏"), {"phone": Fault.CONTACT_NEEDED}),
        (NewPerson("赵敏", phone="1"), {"phone": Fault.NOT_A_PHONE}),
    ],
)
def test_bad_contacts_are_told_so(
    context: APIFlask, cast: Cast, now: datetime, person: NewPerson, fault: dict[str, Fault]
) -> None:
    with pytest.raises(Malformed) as malformed:
        substitution.substitute(cast.meeting_id, cast.liran_id, person, by_liaison(cast, now))
    assert malformed.value.faults == fault
    with pytest.raises(Missing):
        substitution.substitute(cast.meeting_id, 999_999, ZHAO, by_liaison(cast, now))
    assert _row(cast.liran_id).status is DelegateStatus.CONFIRMED


def _register(cast: Cast, name: str, phone: str, now: datetime) -> int:
    made = registration.register(
        cast.meeting_id,
        registration.Entry(name, cast.kenli_id, Mode.IN_PERSON, phone=phone),
        actor=activity.SYSTEM,
        origin=Origin.PROGRAM,
        public_url=cast.public_url,
        now=now,
    )
    return made.delegate.id
