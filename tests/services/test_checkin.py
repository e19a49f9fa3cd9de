"""The door: what a scan writes, and what it answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import CheckIn
from conference.services import activity, checkin, delegates, figures, scans
from conference.services.activity import SYSTEM, Actor
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import ActorKind, Direction, Fault, Malformed, Missing, Refusal, Refused, ScanReason
from tests.cast import Cast
from tests.recount import assert_whole

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
    assert len(scans.feed(cast.meeting_id).items) == 1


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


def test_every_scan_is_kept_with_both_times_and_unknown_texts_only_as_a_hash(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    wrong = now - timedelta(minutes=7)
    scans = [
        Scan(cast.liran_code, cast.venue_id, "1", scanned_at=wrong, sent_at=wrong),
        Scan("私人\x00微信内容 13800138000", cast.venue_id, "2"),
        Scan(cast.liran_code, cast.venue_id, "3", scanned_at=now + timedelta(minutes=5)),
    ]
    answers = [checkin.check_in(cast.meeting_id, scan, EAST, now=now) for scan in scans]
    assert [answer["flagged"] for answer in answers] == [True, False, True]
    kept = db.session().scalars(sa.select(CheckIn).order_by(CheckIn.id)).all()
    assert [(k.scanned_at, k.raw_scanned_at, k.received_at) for k in kept] == [
        (now, wrong, now),
        (now, None, now),
        (now, now + timedelta(minutes=5), now),
    ]
    assert (kept[1].code, kept[1].text_head, kept[1].delegate_id) == (None, "私人\ufffd微信内容 ", None)
    assert len(kept[1].text_sha256 or "") == 64
    assert "13800138000" not in kept[1].answer
    assert (kept[0].code, kept[0].text_sha256) == (cast.liran_code, None)


def test_what_the_door_decided_offline_is_recorded(context: APIFlask, cast: Cast, now: datetime) -> None:
    insisted = Scan(cast.wangmin_code, cast.venue_id, "1", admitted_offline=True)
    turned_away = Scan(cast.liran_code, cast.venue_id, "2", refused_offline=ScanReason.CLOSED)
    unknown = Scan("K7QH4M2X9RTW6CVP22", cast.venue_id, "3", admitted_offline=True)
    said = [checkin.check_in(cast.meeting_id, scan, EAST, now=now) for scan in (insisted, turned_away, unknown)]
    assert [(s["outcome"], s["reason"], s["flagged"]) for s in said] == [
        ("admitted", "wrong_mode", True),
        ("refused", "closed", False),
        ("refused", "unknown", False),
    ]
    assert figures.of(cast.meeting_id, now=now).present == 1
    assert_whole(cast.meeting_id)


def test_a_scanner_takes_back_only_its_own_and_soon(context: APIFlask, cast: Cast, now: datetime) -> None:
    scan = Scan(cast.liran_code, cast.venue_id, "1")
    made = checkin.check_in(cast.meeting_id, scan, Gate("东门", token_id=7), now=now)
    own, other = Actor(ActorKind.TOKEN, 7, "东门"), Actor(ActorKind.TOKEN, 8, "西门")
    late = now + checkin.VOID_WITHIN + timedelta(seconds=1)
    for actor, at in ((other, now), (own, late)):
        with pytest.raises(Refused) as said:
            checkin.void(cast.meeting_id, made["id"], reason="误扫", actor=actor, own_only=True, now=at)
        assert said.value.refusal is Refusal.VOID_NOT_YOURS
    with pytest.raises(Missing):
        checkin.void(cast.meeting_id + 1, made["id"], reason="误扫", actor=SYSTEM, own_only=False, now=now)
    for at in (now, now + timedelta(minutes=1)):  # a second time changes nothing
        taken = checkin.void(cast.meeting_id, made["id"], reason="误扫", actor=own, own_only=True, now=at)
        assert taken["voided_at"] == now.isoformat()
    assert len(activity.page(cast.meeting_id, subject="check_in", subject_id=made["id"]).items) == 1
    assert_whole(cast.meeting_id)


def test_a_checkpoint_of_another_meeting_is_unknown(context: APIFlask, cast: Cast, now: datetime) -> None:
    with pytest.raises(Malformed) as said:
        checkin.check_in(cast.meeting_id, Scan(cast.liran_code, 999_999, "1"), EAST, now=now)
    assert said.value.faults == {"checkpoint_id": Fault.UNKNOWN_ID}
    assert scans.feed(cast.meeting_id).items == []


def test_a_nonce_twice_in_one_batch_is_one_scan(context: APIFlask, cast: Cast, now: datetime) -> None:
    scan = Scan(cast.liran_code, cast.venue_id, "1")
    first, second = checkin.check_in_batch(cast.meeting_id, [scan, scan], EAST, now=now)
    assert first == second
    assert len(scans.feed(cast.meeting_id).items) == 1
    assert_whole(cast.meeting_id)
