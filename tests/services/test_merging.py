"""Entries that may be one person's: found, made one without losing anything, or said to be two."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AccessLink, Code, Delegate, DuplicatePair, RepeatEntry
from conference.services import (
    activity,
    checkin,
    delegates,
    duplicates,
    links,
    meetings,
    merging,
    people,
    registration,
    walk_ins,
)
from conference.services.delegates import Doing
from conference.services.registration import Registered
from conference.services.scans import Gate, Scan
from conference.vocabulary import DelegateStatus as Status
from conference.vocabulary import Likeness, Missing, Mode, Origin, Refusal, Refused, ScanReason
from tests.cast import Cast
from tests.recount import assert_whole


def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def enter(
    cast: Cast, name: str, phone: str, now: datetime, *, unit_id: int | None = None, origin: Origin = Origin.PROGRAM
) -> Registered:
    entry = registration.Entry(name, unit_id or cast.kenli_id, Mode.IN_PERSON, phone=phone, position="新写的职务")
    return registration.register(
        cast.meeting_id, entry, actor=activity.SYSTEM, origin=origin, public_url=cast.public_url, now=now
    )


def found(cast: Cast, now: datetime) -> dict[tuple[int, int], Likeness]:
    duplicates.look(cast.meeting_id, now=now)
    db.release()
    pairs = duplicates.page(cast.meeting_id)
    assert duplicates.count(cast.meeting_id) == len(pairs)
    return {(pair.first.delegate.id, pair.second.delegate.id): pair.likeness for pair in pairs}


def test_what_is_alike_is_found_and_what_is_not_any_more_forgotten(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    assert found(cast, now) == {}
    same = enter(cast, "陈 卓", "13911110001", now).delegate.id
    sound = enter(cast, "陈拙", "13911110002", now).delegate.id
    other_unit = enter(cast, "陈卓", "13800000004", now, unit_id=cast.yuquan_id).delegate.id  # his own ends in 3
    enter(cast, "陈卓", "13700000009", now, unit_id=cast.yuquan_id)  # a namesake; the two of 玉泉 are alike
    namesake = other_unit + 1
    expected = {
        (cast.chenzhuo_id, same): Likeness.SAME_NAME,
        (cast.chenzhuo_id, sound): Likeness.SAME_SOUND,
        (same, sound): Likeness.SAME_SOUND,
        (cast.chenzhuo_id, other_unit): Likeness.LIKE_PHONE,
        (other_unit, namesake): Likeness.SAME_NAME,
    }
    assert found(cast, now) == expected
    assert found(cast, now) == expected  # again changes nothing
    delegates.cancel(cast.meeting_id, sound, doing(cast, now))
    duplicates.distinct(cast.meeting_id, namesake, other_unit, doing(cast, now))
    duplicates.distinct(cast.meeting_id, other_unit, namesake, doing(cast, now))
    assert found(cast, now).keys() == {(cast.chenzhuo_id, same), (cast.chenzhuo_id, other_unit)}
    kept = db.session().scalars(sa.select(DuplicatePair.distinct_at).where(DuplicatePair.first_id == other_unit)).all()
    assert kept == [now]
    told = [act.verb for act in activity.page(cast.meeting_id, subject="delegate", subject_id=namesake).items]
    assert told.count("delegate.distinct") == 1
    delegates.edit(cast.meeting_id, same, {"name": "赵宁"}, doing(cast, now))
    assert found(cast, now).keys() == {(cast.chenzhuo_id, other_unit)}


def test_the_kept_one_takes_over_and_the_other_place_falls_free(context: APIFlask, cast: Cast, now: datetime) -> None:
    twin = enter(cast, "陈卓", "13911110001", now)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 3}}, doing(cast, now))
    waiting = enter(cast, "候补", "13911110009", now).delegate
    assert waiting.status is Status.WAITLISTED
    drop_id, code = twin.delegate.id, twin.delegate.codes[0].code
    for _ in range(2):
        merging.merge(cast.meeting_id, cast.chenzhuo_id, drop_id, {"phone", "position"}, doing(cast, now))
        db.release()
        keep, drop = people.file(cast.meeting_id, cast.chenzhuo_id), people.file(cast.meeting_id, drop_id)
        assert (keep.phone, keep.delegate.position, keep.delegate.status) == (
            "+8613911110001",
            "新写的职务",
            Status.CONFIRMED,
        )
        assert (drop.delegate.status, drop.delegate.merged_into_id, drop.code) == (
            Status.CANCELLED,
            cast.chenzhuo_id,
            None,
        )
    assert people.one(cast.meeting_id, waiting.id).status is Status.CONFIRMED
    assert links.by_token(twin.token) is None
    answer = checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, "n"), Gate("东门"), now=now)
    assert answer["reason"] == ScanReason.REVOKED
    answer = checkin.check_in(cast.meeting_id, Scan(cast.chenzhuo_code, cast.venue_id, "m"), Gate("东门"), now=now)
    assert answer["outcome"] == "admitted"
    verbs = [act.verb for act in activity.page(cast.meeting_id, subject="delegate", subject_id=cast.chenzhuo_id).items]
    assert [verbs.count(verb) for verb in ("delegate.merged", "delegate.edited")] == [1, 1]
    assert_whole(cast.meeting_id)


def test_repeat_entries_of_the_dropped_one_stand_for_the_kept_one(context: APIFlask, cast: Cast, now: datetime) -> None:
    twin = enter(cast, "陈卓", "13911110001", now).delegate.id
    repeat = enter(cast, "陈卓", "13911110001", now, origin=Origin.PUBLIC).repeat
    assert repeat is not None
    repeat_id, code = repeat.id, repeat.code
    merging.merge(cast.meeting_id, cast.chenzhuo_id, twin, set(), doing(cast, now))
    db.release()
    session = db.session()
    assert session.get_one(RepeatEntry, repeat_id).delegate_id == cast.chenzhuo_id
    assert session.get_one(Code, code).delegate_id == cast.chenzhuo_id
    assert session.get_one(Code, code).revoked_at is None
    held = session.scalars(sa.select(AccessLink.delegate_id).where(AccessLink.repeat_id == repeat_id))
    assert set(held) == {cast.chenzhuo_id}
    assert_whole(cast.meeting_id)


def test_who_came_is_kept(context: APIFlask, cast: Cast, now: datetime) -> None:
    twin = enter(cast, "陈卓", "13911110001", now).delegate
    twin_id, twin_code = twin.id, twin.codes[0].code
    checkin.check_in(cast.meeting_id, Scan(twin_code, cast.venue_id, "n"), Gate("东门"), now=now)
    duplicates.look(cast.meeting_id, now=now)
    db.release()
    assert duplicates.one(cast.meeting_id, twin_id, cast.chenzhuo_id).kept == twin_id
    with pytest.raises(Refused) as refused:
        merging.merge(cast.meeting_id, cast.chenzhuo_id, twin_id, set(), doing(cast, now))
    assert refused.value.refusal is Refusal.CAME_IS_KEPT
    merging.merge(cast.meeting_id, twin_id, cast.chenzhuo_id, set(), doing(cast, now))
    assert_whole(cast.meeting_id)


def test_two_who_came_are_not_made_one(context: APIFlask, cast: Cast, now: datetime) -> None:
    twin = enter(cast, "陈卓", "13911110001", now).delegate
    twin_id = twin.id
    for nonce, code in (("a", twin.codes[0].code), ("b", cast.chenzhuo_code)):
        checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, nonce), Gate("东门"), now=now)
    with pytest.raises(Refused) as refused:
        merging.merge(cast.meeting_id, twin_id, cast.chenzhuo_id, set(), doing(cast, now))
    assert refused.value.refusal is Refusal.BOTH_CAME
    with pytest.raises(Missing):
        merging.merge(cast.meeting_id, twin_id, twin_id, set(), doing(cast, now))
    with pytest.raises(Missing):
        merging.merge(cast.meeting_id, twin_id, 999_999, set(), doing(cast, now))
    assert_whole(cast.meeting_id)


def test_a_walk_in_handed_in_again_finds_the_kept_one(context: APIFlask, cast: Cast, now: datetime) -> None:
    said = walk_ins.Said(
        nonce="w", checkpoint_id=cast.venue_id, name="陈卓", phone="13911110001", unit_id=cast.kenli_id, admit=False
    )

    def hand_in(said: walk_ins.Said) -> walk_ins.Done:
        db.release()
        return walk_ins.enter(cast.meeting_id, said, Gate("东门"), doing(cast, now), may_exceed=False, consent=None)

    twin = hand_in(said).delegate.id
    merging.merge(cast.meeting_id, cast.chenzhuo_id, twin, set(), doing(cast, now))
    again = hand_in(dataclasses.replace(said, admit=True))
    assert again.delegate.id == cast.chenzhuo_id
    assert again.check_in is not None
    assert again.check_in["outcome"] == "admitted"
    assert_whole(cast.meeting_id)


def test_erasing_the_kept_one_erases_the_other(context: APIFlask, cast: Cast, now: datetime) -> None:
    twin = enter(cast, "陈卓", "13911110001", now).delegate.id
    merging.merge(cast.meeting_id, cast.chenzhuo_id, twin, set(), doing(cast, now))
    delegates.erase(cast.meeting_id, cast.chenzhuo_id, doing(cast, now))
    db.release()
    names = db.session().scalars(sa.select(Delegate.name).where(Delegate.id.in_((twin, cast.chenzhuo_id))))
    assert set(names) == {"—"}
