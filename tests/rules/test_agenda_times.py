"""Who follows whom on an agenda, and how times are dealt out in another order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import agenda_times as rules

ZONE = "Asia/Shanghai"
NINE = datetime(2027, 5, 10, 1, tzinfo=UTC)  # 09:00 on the wall


@dataclass(frozen=True)
class One:
    id: int
    starts_at: datetime | None
    ends_at: datetime | None
    room_id: int | None = None


def one(id_: int, begins: int, ends: int, room: int | None = None) -> One:
    """Minutes from nine o'clock."""
    return One(id_, NINE + timedelta(minutes=begins), NINE + timedelta(minutes=ends), room)


A, B, C = one(1, 0, 30), one(2, 30, 90), one(3, 100, 130)  # ten minutes free before the last
ASIDE, NEXT_DAY, UNTIMED = one(4, 40, 60, room=7), one(5, 24 * 60, 24 * 60 + 30), One(6, None, None)
ALL = [A, B, ASIDE, C, UNTIMED, NEXT_DAY]


def test_what_follows_is_the_rest_of_the_day_in_that_room() -> None:
    assert rules.following(ALL, A, ZONE) == [B, C]
    assert rules.following(ALL, C, ZONE) == []
    assert rules.following(ALL, ASIDE, ZONE) == []
    assert rules.following(ALL, UNTIMED, ZONE) == []


@pytest.mark.parametrize(
    ("new", "same_room", "by"),
    [
        (one(1, 0, 45), True, 15),
        (one(1, 10, 40), True, 10),
        (one(1, 0, 20), True, -10),
        (one(1, 0, 45), False, 0),
        (NEXT_DAY, True, 0),
        (UNTIMED, True, 0),
    ],
)
def test_by_how_much_they_follow(new: One, same_room: bool, by: int) -> None:
    found = rules.followed(rules.times(A), rules.times(new), same_room=same_room, timezone=ZONE)
    assert found == timedelta(minutes=by)


def test_another_order_deals_the_times_out_and_leaves_the_gaps() -> None:
    told = rules.rearranged([B, A, C], [A, B, C])
    assert told == {2: rules.times(one(2, 0, 60)), 1: rules.times(one(1, 60, 90))}
    told = rules.rearranged([C, A, B], [A, B, C])
    assert told == {i: rules.times(one(i, *span)) for i, span in ((3, (0, 30)), (1, (30, 60)), (2, (70, 130)))}


def test_what_moved_goes_where_the_clock_wants_it_and_the_rest_stays() -> None:
    moved = one(1, 95, 99)
    assert rules.in_order([moved, B, ASIDE, C, UNTIMED, NEXT_DAY], {1}, {7: 0}) == [
        B,
        ASIDE,
        moved,
        C,
        UNTIMED,
        NEXT_DAY,
    ]
    assert rules.in_order([UNTIMED, A], {6}, {}) == [UNTIMED, A]
