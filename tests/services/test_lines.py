"""Waiting lines changed by hand: the order, the room between tickets, what stays as it was."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Line, RepeatEntry
from conference.services import activity, delegates, lines, meetings, registration
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing, Mode, Origin, Refusal, Refused
from tests.cast import Cast
from tests.recount import assert_whole


def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def enter(cast: Cast, n: int, now: datetime, *, phone: str | None = None, origin: Origin = Origin.PROGRAM) -> int:
    entry = registration.Entry(f"候补{n}", cast.kenli_id, Mode.IN_PERSON, phone=phone or f"1390000{n:04d}")
    made = registration.register(
        cast.meeting_id, entry, actor=activity.SYSTEM, origin=origin, public_url=cast.public_url, now=now
    )
    return made.delegate.id


@pytest.fixture
def line(context: APIFlask, cast: Cast, now: datetime) -> list[int]:
    """The two in person have all the places; 王敏 wishes to come too, and five wait behind her."""
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing(cast, now))
    delegates.edit(cast.meeting_id, cast.wangmin_id, {"mode": Mode.IN_PERSON}, doing(cast, now))
    return [cast.wangmin_id, *(enter(cast, n, now) for n in range(5))]


def order(cast: Cast) -> list[int]:
    db.release()
    return [one.id for one in lines.page(cast.meeting_id, Mode.IN_PERSON).items]


def test_the_line_is_shown_in_order_with_places_and_wishes(cast: Cast, line: list[int], now: datetime) -> None:
    page = lines.page(cast.meeting_id, Mode.IN_PERSON)
    assert [(one.id, one.place, one.wish) for one in page.items] == [(id_, n, n == 1) for n, id_ in enumerate(line, 1)]
    assert (page.total, page.before, page.after) == (6, None, None)
    assert {one.since for one in page.items} == {now}
    assert lines.page(cast.meeting_id, Mode.ONLINE).items == []
    assert lines.totals(cast.meeting_id) == {Mode.IN_PERSON: 6, Mode.ONLINE: 0}
    found = lines.find(cast.meeting_id, line[2])
    assert found is not None
    mode, third = found
    assert (mode, third.place) == (Mode.IN_PERSON, 3)


@pytest.mark.parametrize(
    ("who", "place", "expected"),
    [
        (5, 1, [5, 0, 1, 2, 3, 4]),
        (0, 6, [1, 2, 3, 4, 5, 0]),
        (0, 999, [1, 2, 3, 4, 5, 0]),
        (4, 2, [0, 4, 1, 2, 3, 5]),
        (1, 4, [0, 2, 3, 1, 4, 5]),
        (2, 2, [0, 2, 1, 3, 4, 5]),
    ],
)
def test_somebody_is_put_at_a_place(
    cast: Cast, line: list[int], now: datetime, who: int, place: int, expected: list[int]
) -> None:
    assert lines.move(cast.meeting_id, line[who], place, doing(cast, now), reason="领导同意") == min(place, 6)
    assert order(cast) == [line[n] for n in expected]
    acts = activity.page(cast.meeting_id, subject="delegate", subject_id=line[who]).items
    moved = [act for act in acts if act.verb == "delegate.moved_in_line"]
    assert [(act.before, act.after) for act in moved] == [
        ({"place_in_line": who + 1}, {"place_in_line": min(place, 6), "reason": "领导同意"})
    ]
    assert lines.move(cast.meeting_id, line[who], place, doing(cast, now), reason="再来一次") == min(place, 6)
    assert len(activity.page(cast.meeting_id, subject="delegate", subject_id=line[who]).items) == len(acts)
    assert_whole(cast.meeting_id)


def test_where_there_is_no_room_all_get_new_tickets_in_the_same_order(
    cast: Cast, line: list[int], now: datetime
) -> None:
    repeat = registration.register(
        cast.meeting_id,
        registration.Entry("路人", cast.kenli_id, Mode.IN_PERSON, phone="13900000001"),
        actor=activity.STRANGER,
        origin=Origin.PUBLIC,
        public_url=cast.public_url,
        now=now,
    ).repeat
    assert repeat is not None
    repeat_id = repeat.id
    late = enter(cast, 9, now)
    expected = [*line, late]
    for _ in range(40):  # the room between two tickets is halved each time
        last = expected.pop()
        expected.insert(1, last)
        lines.move(cast.meeting_id, last, 2, doing(cast, now), reason="调整")
        assert order(cast) == expected
    db.release()
    kept = db.session().get_one(RepeatEntry, repeat_id)
    tickets = list(db.session().scalars(sa.select(Delegate.ticket).where(Delegate.ticket.is_not(None))))
    assert kept.ticket not in tickets
    assert_whole(cast.meeting_id)


def test_a_place_that_falls_free_goes_to_who_was_put_first(cast: Cast, line: list[int], now: datetime) -> None:
    lines.move(cast.meeting_id, line[4], 1, doing(cast, now), reason="领导同意")
    delegates.cancel(cast.meeting_id, cast.liran_id, doing(cast, now))
    assert order(cast) == [line[n] for n in (0, 1, 2, 3, 5)]
    assert_whole(cast.meeting_id)


def test_bad_wishes_are_told_so(cast: Cast, line: list[int], now: datetime) -> None:
    with pytest.raises(Malformed) as malformed:
        lines.move(cast.meeting_id, line[1], 1, doing(cast, now), reason=" ")
    assert malformed.value.faults == {"reason": Fault.REQUIRED}
    with pytest.raises(Malformed):
        lines.move(cast.meeting_id, line[1], 0, doing(cast, now), reason="x")
    with pytest.raises(Refused) as refused:
        lines.move(cast.meeting_id, cast.liran_id, 1, doing(cast, now), reason="x")
    assert refused.value.refusal is Refusal.NOT_WAITING
    with pytest.raises(Missing):
        lines.move(cast.meeting_id, 999_999, 1, doing(cast, now), reason="x")
    assert lines.find(cast.meeting_id, cast.liran_id) is None
    for meeting_id, delegate_id in ((cast.meeting_id, 999_999), (cast.meeting_id + 1, line[0])):
        with pytest.raises(Missing):
            lines.find(meeting_id, delegate_id)
    assert order(cast) == line


def test_a_long_line_is_paged_both_ways(cast: Cast, line: list[int], now: datetime) -> None:
    everybody = [*line, *(enter(cast, n, now) for n in range(100, 100 + lines.PAGE))]
    first = lines.page(cast.meeting_id, Mode.IN_PERSON)
    second = lines.page(cast.meeting_id, Mode.IN_PERSON, after=first.after)
    assert [one.id for one in [*first.items, *second.items]] == everybody
    assert [one.place for one in second.items] == list(range(lines.PAGE + 1, lines.PAGE + 7))
    assert (first.before, second.after) == (None, None)
    back = lines.page(cast.meeting_id, Mode.IN_PERSON, before=second.before)
    assert [one.id for one in back.items] == everybody[: lines.PAGE]


def test_a_place_is_given_above_the_capacity_and_goes_with_who_leaves(
    cast: Cast, line: list[int], now: datetime
) -> None:
    with pytest.raises(Refused):
        lines.give(cast.meeting_id, line[3], doing(cast, now))
    with pytest.raises(Malformed):
        lines.give(cast.meeting_id, line[3], doing(cast, now), beyond=True)
    lines.give(cast.meeting_id, line[3], doing(cast, now), beyond=True, reason="发言人")
    lines.give(cast.meeting_id, line[0], doing(cast, now), beyond=True, reason="改到现场")  # 王敏, who was online
    assert order(cast) == [line[n] for n in (1, 2, 4, 5)]
    held = db.session().scalars(sa.select(Line).where(Line.mode == Mode.IN_PERSON)).one()
    assert (held.capacity, held.taken, held.granted) == (2, 4, 2)
    assert_whole(cast.meeting_id)
    for leaving in (cast.liran_id, cast.chenzhuo_id):
        delegates.cancel(cast.meeting_id, leaving, doing(cast, now))
        assert order(cast) == [line[n] for n in (1, 2, 4, 5)]
    delegates.cancel(cast.meeting_id, line[3], doing(cast, now))
    assert order(cast) == [line[n] for n in (2, 4, 5)]
    assert_whole(cast.meeting_id)
