"""The door's table, line by line, and the time that a scan is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import checkin
from conference.rules.checkin import Event, Person, Point
from conference.vocabulary import DelegateStatus, Direction, Mode, Outcome, ScanReason

NOW = datetime(2026, 7, 19, 1, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
OPEN = Point(None, None, reentry=False)
REENTRY = Point(None, None, reentry=True)
SHUT = Point(NOW + MINUTE, NOW + 9 * MINUTE, reentry=False)
GUEST = Person(DelegateStatus.CONFIRMED, Mode.IN_PERSON, revoked=False)


def _person(
    status: str = "confirmed", mode: str = "in_person", *, revoked: bool = False, listed: bool = True
) -> Person:
    return Person(DelegateStatus(status), Mode(mode), revoked, listed)


@dataclass(frozen=True)
class Case:
    """One scan: who, where, how; and what comes of it as `outcome/reason`, `!` for flagged."""

    person: Person | None
    said: str
    point: Point = OPEN
    direction: Direction = Direction.IN
    in_already: bool = False
    admitted_offline: bool = False
    refused_offline: ScanReason | None = None


R = ScanReason
OUT = Direction.OUT
TABLE = [
    # 2: no such code, offline or not
    Case(None, "refused/unknown"),
    Case(None, "refused/unknown", admitted_offline=True),
    Case(None, "refused/unknown", refused_offline=R.CLOSED),
    Case(None, "refused/unknown", direction=OUT),
    # 3: a replaced code
    Case(_person(revoked=True), "refused/revoked"),
    Case(_person(revoked=True), "refused/revoked", direction=OUT),
    Case(_person(revoked=True), "refused/revoked", direction=OUT, admitted_offline=True),
    Case(_person(revoked=True), "refused/revoked", refused_offline=R.CLOSED),
    Case(_person("cancelled", revoked=True), "refused/revoked"),
    # 4: the door turned them away already
    *[Case(GUEST, f"refused/{reason}", refused_offline=reason) for reason in R],
    Case(_person("cancelled"), "refused/closed", refused_offline=R.CLOSED),
    Case(GUEST, "refused/closed", refused_offline=R.CLOSED, direction=OUT),
    # 5: out, whatever the state
    Case(GUEST, "left/", direction=OUT),
    Case(GUEST, "left/", direction=OUT, in_already=True),
    Case(_person("cancelled"), "left/", direction=OUT),
    Case(_person("pending", "online"), "left/", direction=OUT, point=SHUT),
    Case(_person("cancelled"), "left/", direction=OUT, admitted_offline=True),  # ignored there
    # 6 to 10
    Case(_person("declined"), "refused/cancelled"),
    Case(_person("cancelled", "online"), "refused/cancelled", point=SHUT),
    Case(_person("pending"), "refused/unconfirmed"),
    Case(_person("waitlisted", "online"), "refused/unconfirmed"),
    Case(_person(mode="online"), "refused/wrong_mode"),
    Case(_person(mode="online", listed=False), "refused/wrong_mode"),
    Case(_person(listed=False), "refused/not_listed", point=SHUT),
    Case(GUEST, "refused/closed", point=SHUT),
    Case(GUEST, "refused/closed", point=SHUT, in_already=True),
    # 11 and 12
    Case(GUEST, "already/", in_already=True),
    Case(GUEST, "admitted/"),
    Case(GUEST, "admitted/", point=REENTRY, in_already=True),
    # Admitted offline: the person is in; what would have refused is said
    Case(GUEST, "admitted/", admitted_offline=True),
    Case(GUEST, "already/!", admitted_offline=True, in_already=True),
    Case(_person(revoked=True), "admitted/revoked!", admitted_offline=True),
    Case(_person("cancelled"), "admitted/cancelled!", admitted_offline=True),
    Case(_person("cancelled", revoked=True), "admitted/revoked!", admitted_offline=True),
    Case(_person("waitlisted"), "admitted/unconfirmed!", admitted_offline=True),
    Case(_person(mode="online"), "admitted/wrong_mode!", admitted_offline=True),
    Case(_person(listed=False), "admitted/not_listed!", admitted_offline=True),
    Case(GUEST, "admitted/closed!", admitted_offline=True, point=SHUT),
    Case(_person(mode="online"), "already/wrong_mode!", admitted_offline=True, in_already=True),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.said)
def test_the_first_line_that_fits_decides(case: Case) -> None:
    found = checkin.verdict(
        case.person,
        case.point,
        at=NOW,
        direction=case.direction,
        stay_has_admission=case.in_already,
        admitted_offline=case.admitted_offline,
        refused_offline=case.refused_offline,
    )
    assert f"{found.outcome}/{found.reason or ''}{'!' * found.flagged}" == case.said


@pytest.mark.parametrize(
    ("opens", "closes", "reason"),
    [
        (None, None, None),
        (NOW, None, None),
        (NOW + SECOND, None, R.CLOSED),
        (None, NOW, None),
        (None, NOW - SECOND, R.CLOSED),
        (NOW - MINUTE, NOW + MINUTE, None),
    ],
)
def test_the_door_is_open_from_and_until(
    opens: datetime | None, closes: datetime | None, reason: ScanReason | None
) -> None:
    assert checkin.reason_to_refuse(GUEST, Point(opens, closes, reentry=False), at=NOW) is reason


TIMES = [
    # scanned, sent (both as offsets from now in seconds; None is not given), judged at, flagged
    (None, None, 0, False),
    (None, -300, 0, False),
    (-3600, None, -3600, False),  # a queue handed in late
    (-3600, 0, -3600, False),
    (-3600, 60, -3600, False),  # a clock a minute off is let be
    (-3600, 61, -3661, True),
    (-3600, -600, -3000, True),  # ten minutes slow
    (-600, -600, 0, True),
    (1200, 1200, 0, True),
    (1230, 1200, 0, True),  # still ahead: now
    (60, None, 0, False),
    (61, None, 0, True),
    (30, 30, 0, False),
    (90, 30, 0, True),
]


@pytest.mark.parametrize(("scanned", "sent", "judged", "flagged"), TIMES)
def test_the_time_of_a_scan(scanned: int | None, sent: int | None, judged: int, flagged: bool) -> None:
    def moment(offset: int | None) -> datetime | None:
        return None if offset is None else NOW + timedelta(seconds=offset)

    assert checkin.time_of_scan(moment(scanned), moment(sent), now=NOW) == (NOW + timedelta(seconds=judged), flagged)


moments = st.datetimes(timezones=st.just(UTC))


@given(scanned=st.none() | moments, sent=st.none() | moments)
def test_no_scan_is_judged_in_the_future(scanned: datetime | None, sent: datetime | None) -> None:
    at, _ = checkin.time_of_scan(scanned, sent, now=NOW)
    assert at <= NOW


def _event(n: int, minute: int, direction: Direction = Direction.IN, *, admitted: bool = False) -> Event:
    return Event(n, NOW + minute * MINUTE, direction, admitted, f"{n}号门")


def test_two_exits_of_one_minute_end_two_stays() -> None:
    events = [_event(1, 0, OUT), _event(2, 5, OUT), _event(3, 5, admitted=True), _event(4, 5, OUT)]
    assert checkin.admission_of_stay(events, NOW + 3 * MINUTE) is None
    assert checkin.admission_of_stay(events, NOW + 5 * MINUTE) is None  # arriving now, after the last exit


def test_the_first_judged_admission_of_a_stay_counts_even_if_scanned_later() -> None:
    events = [_event(1, 9, admitted=True), _event(2, 3)]
    found = checkin.admission_of_stay(events, NOW + 4 * MINUTE)
    assert found is not None
    assert found.id == 1
    assert checkin.standing(events).admission == found


def test_nobody_stands_anywhere_before_the_first_scan() -> None:
    assert checkin.standing([]) == checkin.Standing(inside=False, last_out_at=None, admission=None)
    assert checkin.admission_of_stay([], NOW) is None


def test_every_reason_and_outcome_is_in_the_table() -> None:
    said = {case.said.rstrip("!") for case in TABLE}
    assert {f"refused/{reason}" for reason in R} <= said
    assert set(Outcome) == {Outcome(line.split("/")[0]) for line in said}
