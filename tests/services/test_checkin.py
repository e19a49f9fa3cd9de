"""The door: what a scan writes, and what it answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from apiflask import APIFlask

from conference.services import checkin, delegates, figures
from conference.services.activity import SYSTEM
from conference.services.checkin import Gate, Scan
from conference.services.delegates import Doing
from conference.vocabulary import Direction
from tests.cast import Cast

EAST = Gate("东门")
WEST = Gate("西门")


def test_first_scan_admits_and_second_is_already_in(context: APIFlask, cast: Cast, now: datetime) -> None:
    first = checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "n1"), EAST, now=now)
    later = now + timedelta(minutes=1)
    second = checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "n2"), WEST, now=later)
    assert (first["outcome"], first["reason"], first["delegate"]["name"]) == ("admitted", None, "李然")
    assert (second["outcome"], second["first_scanned_at"], second["first_gate"]) == (
        "already",
        now.isoformat(),
        "东门",
    )
    assert figures.of(cast.meeting_id, now=later).present == 1


def test_same_nonce_repeats_the_first_answer_word_for_word(context: APIFlask, cast: Cast, now: datetime) -> None:
    first = checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "n"), EAST, now=now)
    again = checkin.check_in(cast.meeting_id, Scan(cast.chenzhuo_code, cast.venue_id, "n"), WEST, now=now)
    assert again == first
    assert len(checkin.feed(cast.meeting_id).items) == 1


def test_an_exit_uploaded_before_the_earlier_entry_leaves_the_person_out(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    at = now - timedelta(minutes=10)
    out = Scan(cast.liran_code, cast.venue_id, "out", Direction.OUT, scanned_at=at + timedelta(minutes=5))
    entry = Scan(cast.liran_code, cast.venue_id, "in", scanned_at=at)
    assert checkin.check_in(cast.meeting_id, out, EAST, now=now)["outcome"] == "left"
    assert checkin.check_in(cast.meeting_id, entry, EAST, now=now)["outcome"] == "admitted"
    counted = figures.of(cast.meeting_id, now=now)
    assert (counted.present, counted.inside) == (1, 0)


def test_a_batch_is_judged_by_time_and_answered_in_order(context: APIFlask, cast: Cast, now: datetime) -> None:
    scans = [
        Scan(cast.liran_code, cast.venue_id, "b", scanned_at=now - timedelta(minutes=1)),
        Scan(cast.liran_code, cast.venue_id, "a", scanned_at=now - timedelta(minutes=2)),
        Scan(cast.liran_code, 999_999, "c"),
    ]
    results = checkin.check_in_batch(cast.meeting_id, scans, EAST, now=now)
    assert [r["outcome"] if isinstance(r, dict) else type(r).__name__ for r in results] == [
        "already",
        "admitted",
        "Malformed",
    ]
    again = checkin.check_in_batch(cast.meeting_id, scans[:2], WEST, now=now)
    assert again == results[:2]


def test_voiding_the_admission_lets_the_next_scan_admit(context: APIFlask, cast: Cast, now: datetime) -> None:
    first = checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "1"), EAST, now=now)
    checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "2"), EAST, now=now)
    voided = checkin.void(cast.meeting_id, first["id"], reason="看错了", actor=SYSTEM, own_only=False, now=now)
    assert voided["voided_at"] == now.isoformat()
    assert figures.of(cast.meeting_id, now=now).present == 0
    third = checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "3"), EAST, now=now)
    assert third["outcome"] == "admitted"
    assert figures.of(cast.meeting_id, now=now).present == 1


def test_cancelled_reissued_and_online_people_are_told_why(context: APIFlask, cast: Cast, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    delegates.reissue(cast.meeting_id, cast.liran_id, doing)
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    reasons = [
        checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, f"n{i}"), EAST, now=now)["reason"]
        for i, code in enumerate(
            [cast.liran_code, cast.chenzhuo_code, cast.wangmin_code, "这不是码", "K7QH4M2X9RTW6CVP22"]
        )
    ]
    assert reasons == ["revoked", "cancelled", "wrong_mode", "unknown", "unknown"]
