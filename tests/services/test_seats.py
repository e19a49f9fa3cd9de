"""Seats: given by hand and by the plan, free with the place, in step with what badges and scanners read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Precedence, Seating
from conference.rules import halls as rules
from conference.rules.seat_blocks import CLOSED, Block
from conference.services import (
    activity,
    delegates,
    hall_blocks,
    hall_plans,
    halls,
    meetings,
    merging,
    precedences,
    registration,
    seat_filling,
    seats,
    substitution,
    unit_merging,
)
from conference.services.delegates import Doing
from conference.services.halls import HallPlan
from conference.services.substitution import NewPerson
from conference.vocabulary import (
    Fault,
    FrontOrder,
    Malformed,
    Mode,
    Origin,
    Refusal,
    Refused,
    SeatBlockKind,
    SeatNumbering,
)
from tests.cast import Cast


def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def enter(cast: Cast, now: datetime, name: str, unit_id: int, phone: str) -> int:
    made = registration.register(
        cast.meeting_id,
        registration.Entry(name, unit_id, Mode.IN_PERSON, phone=phone),
        actor=activity.SYSTEM,
        origin=Origin.PROGRAM,
        public_url=cast.public_url,
        now=now,
    )
    return made.delegate.id


def build(cast: Cast, now: datetime, typed: str = "1-3: 6 / 3", **more: Any) -> halls.Saved:  # of `save`
    rows, misread = rules.read_rows(typed)
    assert not misread
    form = hall_plans.form(cast.meeting_id)
    wish = HallPlan("大礼堂", rows, more.pop("numbering", SeatNumbering.LEFT))
    opened = more.pop("opened", form.opened if form else "")
    return halls.save(cast.meeting_id, wish, opened=opened, doing=doing(cast, now), **more)


def paint(cast: Cast, spots: Sequence[tuple[int, int]], block: Block | None, **more: Any) -> hall_blocks.Painted:
    page = hall_plans.plan(cast.meeting_id)
    assert page is not None
    return hall_blocks.paint(cast.meeting_id, spots, block, **({"opened": page.painted} | more))


def kept() -> dict[int, tuple[str, bool]]:
    """Who sits where, by the rows; asserts that the words of each seat say the same."""
    db.release()
    session = db.session()
    found = {}
    for row in session.scalars(sa.select(Seating)).all():
        delegate = session.get_one(Delegate, row.delegate_id)
        hall = hall_plans.opened(delegate.meeting_id)
        assert hall is not None
        spot = hall.spot(row.row, row.number)
        assert spot is not None
        assert hall.label(spot) == delegate.seat
        found[row.delegate_id] = delegate.seat, row.pinned
    worded = session.scalars(sa.select(Delegate.id).where(Delegate.seat != "")).all()
    assert set(worded) == set(found)
    return found


def refusal(call: Any, *arguments: Any, **more: Any) -> Refusal | dict[str, Fault]:
    with pytest.raises((Refused, Malformed)) as caught:
        call(*arguments, **more)
    error = caught.value
    if isinstance(error, Malformed):
        return dict(error.faults)
    assert isinstance(error, Refused)
    return error.refusal


def test_somebody_sits_changes_seats_and_gets_up(context: APIFlask, cast: Cast, now: datetime) -> None:
    build(cast, now)
    act, meeting = doing(cast, now), cast.meeting_id
    marks = {id_: db.session().get_one(Delegate, id_).changed for id_ in (cast.liran_id, cast.chenzhuo_id)}
    first = seats.sit(meeting, cast.liran_id, (0, 3), act, pinned=True)
    assert seats.sit(meeting, cast.liran_id, (0, 3), act).version == first.version  # again changes nothing
    assert refusal(seats.sit, meeting, cast.chenzhuo_id, (0, 3), act) == Refusal.SEAT_TAKEN
    assert refusal(seats.sit, meeting, cast.chenzhuo_id, (0, 3), act, swap=True) == Refusal.SEAT_PINNED
    assert refusal(seats.sit, meeting, cast.chenzhuo_id, (3, 1), act) == {"seat": Fault.NO_SUCH_SEAT}
    assert refusal(seats.sit, meeting, cast.wangmin_id, (0, 1), act) == Refusal.NOT_TO_BE_SEATED
    seats.sit(meeting, cast.chenzhuo_id, (2, 6), act)
    assert kept() == {cast.liran_id: ("1排3座", True), cast.chenzhuo_id: ("3排6座", False)}
    seen = seats.Seen("3排6座", cast.chenzhuo_id)
    assert refusal(seats.sit, meeting, cast.liran_id, (2, 6), act, seen=seen, swap=True) == Refusal.CHANGED_MEANWHILE
    seats.pin(meeting, cast.liran_id, act, pinned=False)
    sat = seats.sit(meeting, cast.chenzhuo_id, (0, 3), act, seen=seats.Seen("3排6座", cast.liran_id), swap=True)
    assert (sat.seat, sat.other, sat.other_seat) == ("1排3座", "李然", "3排6座")
    assert kept() == {cast.liran_id: ("3排6座", False), cast.chenzhuo_id: ("1排3座", False)}
    seats.sit(meeting, cast.chenzhuo_id, None, act)
    assert kept() == {cast.liran_id: ("3排6座", False)}
    for id_, mark in marks.items():
        assert db.session().get_one(Delegate, id_).changed > mark  # scanners are told
    verbs = [one.verb for one in activity.page(meeting, subject="delegate", subject_id=cast.chenzhuo_id).items]
    assert verbs.count("delegate.seated") == 3


def test_a_seat_falls_free_with_the_place_and_follows_a_substitution(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    build(cast, now)
    act, meeting = doing(cast, now), cast.meeting_id
    ids = [enter(cast, now, f"代表{n}", cast.kenli_id, f"1391111000{n}") for n in range(4)]
    for at, id_ in enumerate([cast.liran_id, *ids], 1):
        seats.sit(meeting, id_, (0, at), act)
    precedences.set_order(meeting, [cast.liran_id, ids[0]], "", act)
    delegates.cancel(meeting, ids[0], act)
    delegates.edit(meeting, ids[1], {"mode": Mode.ONLINE, "seat": "1排3座"}, act)  # the form carries the old words
    delegates.erase(meeting, ids[2], act)
    substituted = substitution.substitute(meeting, cast.liran_id, NewPerson("赵宁", "13911119999"), act)
    assert kept() == {substituted.new.id: ("1排1座", False), ids[3]: ("1排5座", False)}
    assert db.session().scalars(sa.select(Precedence)).all() == []  # a rank is of the person
    twin = enter(cast, now, "代表3", cast.kenli_id, "13911110009")
    merging.merge(meeting, twin, ids[3], {"seat"}, act)
    assert kept() == {substituted.new.id: ("1排1座", False), twin: ("1排5座", False)}


def test_a_seat_typed_in_the_form_of_somebody_is_one_of_the_hall(context: APIFlask, cast: Cast, now: datetime) -> None:
    act, meeting = doing(cast, now), cast.meeting_id
    delegates.edit(meeting, cast.liran_id, {"seat": "2-5"}, act)
    assert build(cast, now).adopted == 1  # what was written before there was a plan
    assert kept() == {cast.liran_id: ("2排5座", False)}
    paint(cast, [(0, 1)], CLOSED, doing=act)

    def typed(seat: str) -> Refusal | dict[str, Fault]:
        return refusal(delegates.edit, meeting, cast.chenzhuo_id, {"seat": seat}, act)

    assert typed("2排5座") == {"seat": Fault.SEAT_OCCUPIED}
    assert typed("9排1座") == {"seat": Fault.NO_SUCH_SEAT}
    assert typed("1-1") == {"seat": Fault.SEAT_CLOSED}
    delegates.edit(meeting, cast.chenzhuo_id, {"seat": "第3排第2座"}, act)
    assert kept()[cast.chenzhuo_id] == ("3排2座", False)
    delegates.edit(meeting, cast.chenzhuo_id, {"seat": "右侧包厢"}, act)
    seated = db.session().scalars(sa.select(Seating.delegate_id)).all()
    assert seated == [cast.liran_id]
    assert db.session().get_one(Delegate, cast.chenzhuo_id).seat == "右侧包厢"


def test_a_changed_hall_keeps_seats_by_name_and_asks_before_one_is_lost(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    build(cast, now)
    act, meeting = doing(cast, now), cast.meeting_id
    seats.sit(meeting, cast.liran_id, (0, 1), act, pinned=True)
    seats.sit(meeting, cast.chenzhuo_id, (2, 6), act)
    build(cast, now, "主席台: 3\n1-3: 6")
    assert kept() == {cast.liran_id: ("1排1座", True), cast.chenzhuo_id: ("3排6座", False)}
    asked = build(cast, now, "1-3: 5", numbering=SeatNumbering.MIDDLE)
    assert [(one.name, one.unit, one.seat) for one in asked.losers] == [("陈卓", "东营市垦利区民政局", "3排6座")]
    assert kept()[cast.chenzhuo_id] == ("3排6座", False)  # nothing was written
    assert refusal(build, cast, now, "1: 6", opened="0") == Refusal.CHANGED_MEANWHILE
    build(cast, now, "1-3: 5", numbering=SeatNumbering.MIDDLE, confirmed=asked.seen)
    assert kept() == {cast.liran_id: ("1排1座", True)}
    assert refusal(build, cast, now, "") == {"rows": Fault.REQUIRED}


def test_the_hall_is_filled_as_it_was_seen(context: APIFlask, cast: Cast, now: datetime) -> None:
    build(cast, now, "1-2: 4")
    act, meeting = doing(cast, now), cast.meeting_id
    ids = [enter(cast, now, f"代表{n}", cast.kenli_id, f"1391111000{n}") for n in range(2)]
    seats.sit(meeting, ids[1], (1, 4), act, pinned=True)
    precedences.set_order(meeting, [ids[0]], "", act)
    paint(cast, [(0, 1), (0, 2)], Block(SeatBlockKind.UNIT, str(cast.yuquan_id)), doing=act)
    proposal = seat_filling.propose(meeting, front=FrontOrder.MIDDLE, anew=True)
    assert [(one.name, one.then) for one in proposal.seated] == [
        ("李然", "1排1座"),
        ("陈卓", "2排3座"),
        ("代表0", "1排3座"),
    ]
    assert (len(proposal.moved), proposal.stay, proposal.left, proposal.left_in_blocks) == (0, 1, 4, 1)
    assert len(kept()) == 1
    seat_filling.fill(meeting, front=FrontOrder.MIDDLE, anew=True, seen=proposal.seen, doing=act)
    assert kept() == {
        cast.liran_id: ("1排1座", False),
        cast.chenzhuo_id: ("2排3座", False),
        ids[0]: ("1排3座", False),
        ids[1]: ("2排4座", True),
    }
    again = seat_filling.propose(meeting, front=FrontOrder.MIDDLE, anew=True)
    assert again.changes == []
    late = enter(cast, now, "迟到", cast.yuquan_id, "13911110008")
    with pytest.raises(Refused):
        seat_filling.fill(meeting, front=FrontOrder.MIDDLE, anew=True, seen=again.seen, doing=act)
    rest = seat_filling.propose(meeting, front=FrontOrder.MIDDLE, anew=False)
    assert [(one.delegate_id, one.then) for one in rest.changes] == [(late, "1排2座")]


def test_who_finds_no_seat_is_told(context: APIFlask, cast: Cast, now: datetime) -> None:
    build(cast, now, "1: 1")
    proposal = seat_filling.propose(cast.meeting_id, front=FrontOrder.LEFT, anew=False)
    assert ([one.name for one in proposal.seated], [one.name for one in proposal.without]) == (["李然"], ["陈卓"])


def test_ranks_are_what_people_typed(context: APIFlask, cast: Cast, now: datetime) -> None:
    act, meeting = doing(cast, now), cast.meeting_id
    enter(cast, now, "陈卓", cast.yuquan_id, "13911110001")
    typed = "0003 陈卓 东营市垦利区民政局\n\n李然\n李然\n陈卓\n某人"
    ids, unknown = precedences.read(meeting, typed)
    assert ids == [cast.chenzhuo_id, cast.liran_id]
    assert [(one.line, one.fault) for one in unknown] == [
        (4, Fault.NAMED_BEFORE),
        (5, Fault.SEVERAL_PEOPLE),
        (6, Fault.NOBODY_FOUND),
    ]
    precedences.set_order(meeting, ids, "", act)
    listed = precedences.ranked(meeting)
    assert [(one.rank, one.name) for one in listed] == [(1, "陈卓"), (2, "李然")]
    assert precedences.read(meeting, precedences.written(listed)) == (ids, [])
    assert refusal(precedences.set_order, meeting, ids[:1], "", act) == Refusal.CHANGED_MEANWHILE


def test_blocks_are_told_with_their_seats_and_follow_merged_units(context: APIFlask, cast: Cast, now: datetime) -> None:
    build(cast, now, "1-2: 6", numbering=SeatNumbering.MIDDLE)
    act, meeting = doing(cast, now), cast.meeting_id
    spots = hall_blocks.typed_spots(rules.Hall(rules.read_rows("1-2: 6")[0], SeatNumbering.MIDDLE), "2", "1-2")
    assert sorted(spots) == [(1, 3), (1, 4)]
    paint(cast, spots, Block(SeatBlockKind.UNIT, str(cast.kenli_id)), doing=act)
    page = hall_plans.plan(meeting)
    assert page is not None
    seats.sit(meeting, cast.liran_id, (1, 1), act)  # somebody sits down meanwhile: that is no change of the blocks
    paint(cast, [(0, n) for n in range(1, 7)], CLOSED, opened=page.painted, doing=act)
    seats.sit(meeting, cast.liran_id, None, act)
    assert refusal(paint, cast, spots, None, opened=page.painted, doing=act) == Refusal.CHANGED_MEANWHILE
    stranger = Block(SeatBlockKind.UNIT, "999999")
    assert refusal(paint, cast, spots, stranger, doing=act) == {"unit": Fault.UNKNOWN_ID}
    page = hall_plans.plan(meeting)
    assert page is not None
    assert [(one.unit, one.where, one.seats, one.tone) for one in page.meant] == [
        ("", "1排", 6, 0),
        ("东营市垦利区民政局", "2排1–2座", 2, 1),
    ]
    assert (page.open, [one.name for one in page.unseated]) == (6, ["李然", "陈卓"])
    unit_merging.merge(cast.yuquan_id, cast.kenli_id, act)
    db.release()
    page = hall_plans.plan(meeting)
    assert page is not None
    assert page.meant[1].unit == "呼和浩特市玉泉区民政局"


def test_who_sits_where_seats_are_closed_is_told_before(context: APIFlask, cast: Cast, now: datetime) -> None:
    build(cast, now)
    act, meeting = doing(cast, now), cast.meeting_id
    for at, id_ in enumerate((cast.liran_id, cast.chenzhuo_id), 1):
        seats.sit(meeting, id_, (at, 1), act)
    row = [(1, n) for n in range(1, 7)]
    assert paint(cast, row, Block(SeatBlockKind.UNIT, str(cast.kenli_id)), doing=act).count == 6
    asked = paint(cast, row, CLOSED, doing=act)
    assert ([(one.name, one.seat) for one in asked.losers], asked.count) == ([("李然", "2排1座")], 0)
    assert len(kept()) == 2, "nothing was written"
    assert paint(cast, row, CLOSED, confirmed=asked.seen, doing=act).count == 6
    assert kept() == {cast.chenzhuo_id: ("3排1座", False)}


def test_who_moves_up_the_line_into_online_leaves_the_seat(context: APIFlask, cast: Cast, now: datetime) -> None:
    build(cast, now)
    act, meeting = doing(cast, now), cast.meeting_id
    seats.sit(meeting, cast.liran_id, (0, 1), act)
    meetings.edit(meeting, {"capacity": {Mode.ONLINE: 1}}, act)
    delegates.edit(meeting, cast.liran_id, {"mode": Mode.ONLINE}, act)
    assert kept() == {cast.liran_id: ("1排1座", False)}  # waits, and keeps what is theirs
    delegates.cancel(meeting, cast.wangmin_id, act)
    assert kept() == {}
