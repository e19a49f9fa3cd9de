"""Who gets a place, who waits, who moves up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import registration
from conference.rules.registration import UnitFacts
from conference.vocabulary import Approval, Closure, DelegateStatus, MeetingStatus, Mode, OpenTo, Origin, Refusal

OPENS = datetime(2026, 7, 1, tzinfo=UTC)
CLOSES = datetime(2026, 7, 15, tzinfo=UTC)
INSIDE = datetime(2026, 7, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CLOSED = Refusal.REGISTRATION_CLOSED


@dataclass(frozen=True)
class Meeting:
    status: MeetingStatus = MeetingStatus.OPEN
    registration_opens_at: datetime = OPENS
    registration_closes_at: datetime = CLOSES
    approval: Approval = Approval.AUTOMATIC
    open_to: OpenTo = OpenTo.LINK


@pytest.mark.parametrize(
    ("status", "now", "refusal"),
    [
        (MeetingStatus.OPEN, INSIDE, None),
        (MeetingStatus.OPEN, OPENS, None),
        (MeetingStatus.OPEN, OPENS - SECOND, CLOSED),
        (MeetingStatus.OPEN, CLOSES - SECOND, None),
        (MeetingStatus.OPEN, CLOSES, CLOSED),
        (MeetingStatus.DRAFT, INSIDE, CLOSED),
        (MeetingStatus.CLOSED, INSIDE, CLOSED),
        (MeetingStatus.ARCHIVED, INSIDE, CLOSED),
    ],
)
def test_when_registration_is_open(status: MeetingStatus, now: datetime, refusal: Refusal | None) -> None:
    assert registration.refusal_to_open_form(Meeting(status), now=now) is refusal


@pytest.mark.parametrize(
    ("status", "now", "why"),
    [
        (MeetingStatus.DRAFT, OPENS - SECOND, Closure.NOT_OPENED),
        (MeetingStatus.DRAFT, INSIDE, Closure.NOT_OPENED),
        (MeetingStatus.DRAFT, CLOSES, Closure.NOT_OPENED),
        (MeetingStatus.OPEN, OPENS - SECOND, Closure.NOT_YET),
        (MeetingStatus.OPEN, INSIDE, None),
        (MeetingStatus.OPEN, CLOSES, Closure.OVER),
        (MeetingStatus.CLOSED, INSIDE, Closure.OVER),
        (MeetingStatus.ARCHIVED, INSIDE, Closure.OVER),
    ],
)
def test_why_registration_is_closed(status: MeetingStatus, now: datetime, why: Closure | None) -> None:
    assert registration.closure(Meeting(status), now=now) is why


@pytest.mark.parametrize(
    ("late", "taken", "active", "limit", "now", "refusal"),
    [
        (False, False, 0, None, INSIDE, None),
        (False, False, 2, 3, INSIDE, None),
        (False, False, 3, 3, INSIDE, Refusal.UNIT_FULL),
        (False, False, 4, 3, INSIDE, Refusal.UNIT_FULL),
        (False, False, 0, 0, INSIDE, Refusal.UNIT_FULL),
        (False, True, 3, 3, INSIDE, Refusal.ALREADY_REGISTERED),
        (False, True, 3, 3, CLOSES, CLOSED),
        (True, False, 0, None, CLOSES, None),
        (True, True, 0, None, CLOSES, Refusal.ALREADY_REGISTERED),
        (True, False, 3, 3, CLOSES, Refusal.UNIT_FULL),
    ],
)
def test_why_somebody_cannot_be_entered(
    late: bool, taken: bool, active: int, limit: int | None, now: datetime, refusal: Refusal | None
) -> None:
    unit = UnitFacts(active=active, limit=limit)
    said = registration.refusal_to_register(Meeting(), unit, late=late, by_unit=True, contact_taken=taken, now=now)
    assert said is refusal


@pytest.mark.parametrize(
    ("unit", "by_unit", "late", "refusal"),
    [
        (UnitFacts(mode_active=2, mode_limit=3), True, False, None),
        (UnitFacts(mode_active=3, mode_limit=3), True, False, Refusal.UNIT_MODE_FULL),
        (UnitFacts(mode_active=4, mode_limit=3), False, True, Refusal.UNIT_MODE_FULL),
        (UnitFacts(mode_active=0, mode_limit=0), False, False, Refusal.UNIT_MODE_FULL),
        (UnitFacts(active=3, limit=3, mode_active=3, mode_limit=3), False, False, Refusal.UNIT_FULL),
        (UnitFacts(reply_by=INSIDE + SECOND), True, False, None),
        (UnitFacts(reply_by=INSIDE), True, False, CLOSED),
        (UnitFacts(reply_by=INSIDE), False, False, None),
        (UnitFacts(reply_by=INSIDE), True, True, CLOSED),
    ],
)
def test_what_a_unit_may_enter(unit: UnitFacts, by_unit: bool, late: bool, refusal: Refusal | None) -> None:
    """By mode, and until its own deadline; others than the unit itself may enter its people after that."""
    said = registration.refusal_to_register(
        Meeting(), unit, late=late, by_unit=by_unit, contact_taken=False, now=INSIDE
    )
    assert said is refusal


@pytest.mark.parametrize("approval", Approval)
@pytest.mark.parametrize("open_to", OpenTo)
@pytest.mark.parametrize("origin", Origin)
def test_who_awaits_review(approval: Approval, open_to: OpenTo, origin: Origin) -> None:
    meeting = Meeting(approval=approval, open_to=open_to)
    if origin in {Origin.ORGANISER, Origin.WALK_IN}:
        expected = False
    elif origin is Origin.PUBLIC and open_to is OpenTo.LINK:
        expected = True
    else:
        expected = approval is Approval.REVIEW
    assert registration.awaits_review(meeting, origin) is expected


def test_a_place_or_the_line() -> None:
    assert registration.status_in_line(None) is DelegateStatus.CONFIRMED
    assert registration.status_in_line(1) is DelegateStatus.CONFIRMED
    assert registration.status_in_line(0) is DelegateStatus.WAITLISTED


HERE, THERE = Mode.IN_PERSON, Mode.ONLINE


@pytest.mark.parametrize(
    ("left", "waiting", "mode"),
    [
        ((0, 0), (True, True), None),
        ((1, 0), (False, True), None),
        ((1, 0), (True, True), HERE),
        ((0, None), (True, True), THERE),
        ((2, 2), (False, False), None),
    ],
)
def test_which_line_moves(left: tuple[int | None, int | None], waiting: tuple[bool, bool], mode: Mode | None) -> None:
    found = registration.line_to_move(dict(zip(Mode, left, strict=True)), dict(zip(Mode, waiting, strict=True)))
    assert found is mode


def test_what_is_over_cannot_be_decided() -> None:
    over = {status for status in DelegateStatus if registration.refusal_to_decide(status) is Refusal.NOT_ACTIVE}
    assert over == {DelegateStatus.DECLINED, DelegateStatus.CANCELLED}


def test_capacity_is_not_set_below_those_confirmed() -> None:
    assert registration.refusal_to_set_capacity(4, taken=5) is Refusal.CAPACITY_BELOW_TAKEN
    assert registration.refusal_to_set_capacity(5, taken=5) is None
    assert registration.refusal_to_set_capacity(None, taken=5) is None
