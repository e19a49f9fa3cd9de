"""A unit's limits by mode and its own deadline: nobody new above them, nobody put out by them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate
from conference.services import activity, delegates, meetings, registration, unit_merging, units
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.units import UnitFacts
from conference.vocabulary import ActorKind, DelegateStatus, Mode, Origin, Refusal, Refused
from tests.cast import Cast
from tests.recount import assert_whole

LIAISON = Actor(ActorKind.LIAISON, 1, "联络员")


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def test_nobody_new_comes_in_above_the_limit_of_a_mode(cast: Cast, doing: Doing) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 2, "online_limit": 1}, doing)  # one is in each
    assert _enter(cast, doing, 1, Mode.IN_PERSON) is DelegateStatus.CONFIRMED
    assert _enter(cast, doing, 2, Mode.IN_PERSON) is Refusal.UNIT_MODE_FULL
    assert _enter(cast, doing, 3, Mode.ONLINE) is Refusal.UNIT_MODE_FULL
    assert _enter(cast, doing, 4, Mode.IN_PERSON, unit_id=cast.kenli_id) is DelegateStatus.CONFIRMED
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    assert _enter(cast, doing, 5, Mode.IN_PERSON) is DelegateStatus.CONFIRMED
    assert_whole(cast.meeting_id)


def test_a_limit_lowered_under_those_there_puts_nobody_out(cast: Cast, doing: Doing) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 0}, doing)
    assert _status(cast.liran_id) is DelegateStatus.CONFIRMED
    assert _enter(cast, doing, 1, Mode.IN_PERSON) is Refusal.UNIT_MODE_FULL
    assert _switch(cast, doing, cast.wangmin_id, Mode.IN_PERSON) is Refusal.UNIT_MODE_FULL
    assert _switch(cast, doing, cast.liran_id, Mode.ONLINE) is Mode.ONLINE
    # Out of the mode, there is no way back in.
    assert _switch(cast, doing, cast.liran_id, Mode.IN_PERSON) is Refusal.UNIT_MODE_FULL
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 1}, doing)
    assert _switch(cast, doing, cast.liran_id, Mode.IN_PERSON) is Mode.IN_PERSON
    assert_whole(cast.meeting_id)


def test_a_wish_for_a_full_mode_keeps_a_place_of_the_unit(cast: Cast, doing: Doing) -> None:
    """Else it would come true above the limit, when the line moves."""
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)  # both are taken
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 2}, doing)
    assert _switch(cast, doing, cast.wangmin_id, Mode.IN_PERSON) is Mode.ONLINE
    assert _enter(cast, doing, 1, Mode.IN_PERSON) is Refusal.UNIT_MODE_FULL
    assert _switch(cast, doing, cast.wangmin_id, Mode.IN_PERSON) is Mode.ONLINE  # the same wish again
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    db.release()
    moved = db.session().get_one(Delegate, cast.wangmin_id)
    assert (moved.mode, moved.waiting_for) == (Mode.IN_PERSON, None)
    assert_whole(cast.meeting_id)


def test_who_changes_unit_needs_room_in_the_new_one(cast: Cast, doing: Doing) -> None:
    units.edit(cast.meeting_id, cast.kenli_id, {"in_person_limit": 1}, doing)
    with pytest.raises(Refused) as said:
        delegates.edit(cast.meeting_id, cast.liran_id, {"unit_id": cast.kenli_id}, doing)
    assert said.value.refusal is Refusal.UNIT_MODE_FULL
    assert delegates.edit(cast.meeting_id, cast.wangmin_id, {"unit_id": cast.kenli_id}, doing).unit_id == cast.kenli_id
    assert_whole(cast.meeting_id)


def test_a_list_of_people_fills_the_mode_and_no_more(cast: Cast, doing: Doing) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 3}, doing)
    people = [
        registration.Entry(name=f"代表{n}", unit_id=cast.yuquan_id, mode=Mode.IN_PERSON, phone=f"1370000000{n}")
        for n in range(4)
    ]
    answers = registration.register_all(
        cast.meeting_id, people, actor=activity.SYSTEM, origin=Origin.IMPORT, now=doing.now
    )
    refused = [answer.refusal for answer in answers if isinstance(answer, Refused)]
    assert refused == [Refusal.UNIT_MODE_FULL] * 2
    assert_whole(cast.meeting_id)


def test_after_its_deadline_the_unit_enters_nobody_and_others_may(cast: Cast, doing: Doing) -> None:
    over = doing.now - timedelta(minutes=1)
    units.edit(cast.meeting_id, cast.yuquan_id, {"reply_by": over}, doing)
    for n, (origin, actor, expected) in enumerate(
        (
            (Origin.UNIT_LINK, activity.UNIT_LINK, Refusal.REGISTRATION_CLOSED),
            (Origin.LIAISON, LIAISON, Refusal.REGISTRATION_CLOSED),
            (Origin.IMPORT, LIAISON, Refusal.REGISTRATION_CLOSED),
            (Origin.IMPORT, activity.SYSTEM, DelegateStatus.CONFIRMED),
            (Origin.ORGANISER, activity.SYSTEM, DelegateStatus.CONFIRMED),
            (Origin.PROGRAM, activity.SYSTEM, DelegateStatus.CONFIRMED),
        )
    ):
        assert _enter(cast, doing, n, Mode.ONLINE, origin=origin, actor=actor) is expected, origin
    units.edit(cast.meeting_id, cast.yuquan_id, {"reply_by": doing.now + timedelta(minutes=1)}, doing)
    assert _enter(cast, doing, 9, Mode.ONLINE, origin=Origin.UNIT_LINK, actor=activity.UNIT_LINK) is (
        DelegateStatus.CONFIRMED
    )
    assert_whole(cast.meeting_id)


def test_an_entry_for_a_merged_unit_is_one_of_the_kept_ones(cast: Cast, doing: Doing) -> None:
    twin, _ = units.add(cast.meeting_id, UnitFacts("玉泉区民政局", "150000"), doing)
    twin_id = twin.unit_id
    unit_merging.merge(cast.yuquan_id, twin_id, doing)
    units.edit(cast.meeting_id, cast.yuquan_id, {"online_limit": 3}, doing)
    assert _enter(cast, doing, 1, Mode.ONLINE, unit_id=twin_id) is DelegateStatus.CONFIRMED
    people = [
        registration.Entry(name=f"代表{n}", unit_id=unit_id, mode=Mode.ONLINE, phone=f"1360000000{n}")
        for n, unit_id in enumerate((twin_id, cast.yuquan_id))
    ]
    answers = registration.register_all(
        cast.meeting_id, people, actor=activity.SYSTEM, origin=Origin.IMPORT, now=doing.now
    )
    assert [isinstance(answer, Refused) for answer in answers] == [False, True]
    assert delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"unit_id": twin_id}, doing).unit_id == cast.yuquan_id
    assert delegates.edit(cast.meeting_id, cast.liran_id, {"unit_id": twin_id}, doing).unit_id == cast.yuquan_id
    db.release()
    assert db.session().scalar(sa.select(sa.func.count()).where(Delegate.unit_id == twin_id)) == 0
    assert_whole(cast.meeting_id)


def _enter(
    cast: Cast,
    doing: Doing,
    n: int,
    mode: Mode,
    *,
    unit_id: int | None = None,
    origin: Origin = Origin.PROGRAM,
    actor: Actor = activity.SYSTEM,
) -> DelegateStatus | Refusal:
    entry = registration.Entry(name=f"代表{n}", unit_id=unit_id or cast.yuquan_id, mode=mode, phone=f"1390000000{n}")
    try:
        made = registration.register(
            cast.meeting_id, entry, actor=actor, origin=origin, public_url=cast.public_url, now=doing.now
        )
    except Refused as refused:
        return refused.refusal
    return made.delegate.status


def _switch(cast: Cast, doing: Doing, delegate_id: int, mode: Mode) -> Mode | Refusal:
    try:
        return delegates.edit(cast.meeting_id, delegate_id, {"mode": mode}, doing).mode
    except Refused as refused:
        return refused.refusal


def _status(delegate_id: int) -> DelegateStatus:
    db.release()
    return db.session().get_one(Delegate, delegate_id).status
