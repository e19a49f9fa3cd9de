"""Two organisers settle one flagged scan at one instant: one word stands, and the other is told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, ScanReview
from conference.services import checkin, checkpoints, door, scans
from conference.services.scans import Gate, Scan
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
EACH = 4
ROUNDS = 24  # of a control, until the race shows


def flagged(cast: Cast, now: datetime, round_: int) -> int:
    """王敏, who takes part online, was let in by a door that was alone."""
    told = Scan(cast.wangmin_code, cast.venue_id, f"round {round_}", admitted_offline=True)
    made = checkin.check_in(cast.meeting_id, told, Gate("东门"), now=now)
    db.release()
    assert made["flagged"]
    return int(made["id"])


def settled(cast: Cast, check_in_id: int, at_once: Crowd, *, without: str | None = None) -> Counter[str]:
    words = ["stands", "taken_back"] * EACH
    return Counter(
        at_once(
            [deed(deeds.settle, cast.meeting_id, check_in_id, cast.zhouning_id, word) for word in words],
            without=without,
        )
    )


def test_one_word_stands_and_the_scan_follows_it(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    check_in_id = flagged(cast, now, 0)
    said = settled(cast, check_in_id, at_once)
    kept = db.session().scalars(sa.select(ScanReview)).one()
    assert said == {kept.word: 1, "reviewed_already": 2 * EACH - 1}
    verbs = db.session().scalars(sa.select(Activity.verb).where(Activity.subject == "check_in").order_by(Activity.id))
    arrived = door.count(cast.meeting_id, checkpoints.one(cast.meeting_id, cast.venue_id)).arrived
    [entry] = scans.feed(cast.meeting_id).items
    if kept.word == "stands":
        assert (verbs.all(), arrived, entry["voided_at"]) == (["check_in.reviewed"], 1, None)
    else:
        assert (verbs.all(), arrived) == (["check_in.voided", "check_in.reviewed"], 0)
        assert entry["voided_at"] is not None


def test_without_lock_and_key_several_words_are_said(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    db.release()
    unguarded.drop(database_url, "scan_reviews", "pk_scan_reviews")
    for n in range(ROUNDS):
        said = settled(cast, flagged(cast, now, n), at_once, without="locks")
        if said["stands"] + said["taken_back"] > 1:
            return
    pytest.fail("the race did not show")
