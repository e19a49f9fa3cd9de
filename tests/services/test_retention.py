"""Personal data whose time is up goes; what is counted stays as it was."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import (
    Activity,
    Consent,
    Delegate,
    Liaison,
    Line,
    Meeting,
    OutboxMessage,
    Participation,
    PersonalDetail,
    ScanReview,
    Tally,
)
from conference.sealing import seal
from conference.services import checkin, figures, retention, reviews
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.retention import Expired
from conference.services.scans import Gate, Scan
from conference.vocabulary import ActorKind, ConsentPurpose, DelegateStatus, MeetingStatus, ReviewWord
from tests.cast import Cast
from tests.recount import assert_whole


@pytest.fixture
def told(context: APIFlask, cast: Cast, now: datetime) -> None:
    """李然 came and told about her diet; 玉泉 has a liaison."""
    checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "1"), Gate("东门"), now=now)
    with db.transaction() as session:
        part = session.scalars(sa.select(Participation).where(Participation.unit_id == cast.yuquan_id)).one()
        session.add(Liaison(participation_id=part.id, name="刘芳", phone_sealed=seal("+8613911112222"), since=now))
        session.add(
            PersonalDetail(
                delegate_id=cast.liran_id,
                purpose=ConsentPurpose.CATERING,
                content_sealed=seal('{"diet": "素食"}'),
                changed_at=now,
            )
        )
        session.add(
            Consent(
                delegate_id=cast.liran_id,
                purpose=ConsentPurpose.CATERING,
                version="2026-1",
                text_sha256="0" * 64,
                given_at=now,
            )
        )


def _end(cast: Cast, now: datetime, *, days_ago: int, kept_until: datetime | None = None, **more: object) -> None:
    with db.transaction() as session:
        meeting = session.get_one(Meeting, cast.meeting_id)
        meeting.starts_at, meeting.ends_at = now - timedelta(days=days_ago, hours=8), now - timedelta(days=days_ago)
        meeting.kept_until = kept_until
        for name, value in more.items():
            setattr(meeting, name, value)


def _counted(cast: Cast, now: datetime) -> list[object]:
    db.release()
    session = db.session()
    tallies = session.execute(sa.select(Tally.unit_id, Tally.mode, Tally.status, Tally.n).where(Tally.n > 0)).all()
    lines = session.execute(sa.select(Line.mode, Line.capacity, Line.taken)).all()
    return [figures.of(cast.meeting_id, now=now), sorted(map(str, tallies)), sorted(map(str, lines))]


def test_a_year_after_the_end_the_people_go_and_the_figures_stay(told: None, cast: Cast, now: datetime) -> None:
    _end(cast, now, days_ago=365)
    before = _counted(cast, now)
    assert retention.expire(now) == Expired(people=3, liaisons=1)
    assert _counted(cast, now) == before
    assert_whole(cast.meeting_id)
    session = db.session()
    people = session.scalars(sa.select(Delegate).order_by(Delegate.id)).all()
    assert [(one.name, one.phone_sealed, one.status) for one in people] == [("—", None, DelegateStatus.CONFIRMED)] * 3
    for table in (Consent, PersonalDetail, OutboxMessage):
        assert session.scalars(sa.select(table)).all() == []
    liaison = session.scalars(sa.select(Liaison)).one()
    assert (liaison.name, liaison.phone_sealed) == ("—", None)
    trail = "".join(f"{act.actor_name}{act.before}{act.after}" for act in session.scalars(sa.select(Activity)))
    assert all(name not in trail for name in ("李然", "王敏", "陈卓", "13800000001"))
    assert retention.expire(now) == Expired()


def test_what_was_said_of_an_unknown_code_goes_too(told: None, cast: Cast, now: datetime) -> None:
    late = now + timedelta(hours=2)
    unknown = Scan("没有这个码", cast.venue_id, "2", scanned_at=late, admitted_offline=True)
    made = checkin.check_in(cast.meeting_id, unknown, Gate("东门"), now=now)
    assert (made["flagged"], made["delegate"]) == (True, None)
    doing = Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)
    reviews.settle(cast.meeting_id, made["id"], ReviewWord.STANDS, "拿的是李然的旧证", doing)
    _end(cast, now, days_ago=365)
    retention.expire(now)
    review = db.session().scalars(sa.select(ScanReview)).one()
    assert (review.word, review.note) == (ReviewWord.STANDS, "")


@pytest.mark.parametrize(
    ("days_ago", "kept_days", "due"), [(364, None, False), (10, 10, True), (10, 9, True), (10, 11, False)]
)
def test_the_meeting_says_how_long(
    told: None, cast: Cast, now: datetime, days_ago: int, kept_days: int | None, due: bool
) -> None:
    until = None if kept_days is None else now - timedelta(days=days_ago) + timedelta(days=kept_days)
    _end(cast, now, days_ago=days_ago, kept_until=until)
    assert (retention.expire(now).people == 3) is due


def test_what_is_not_over_stays_whatever_it_says(told: None, cast: Cast, now: datetime) -> None:
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).kept_until = now - timedelta(days=1)
    assert retention.expire(now) == Expired()


def test_invented_people_stay(told: None, cast: Cast, now: datetime) -> None:
    _end(cast, now, days_ago=900, demonstration=True, status=MeetingStatus.ARCHIVED)
    assert retention.expire(now) == Expired()


def test_many_go_in_batches(told: None, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    _end(cast, now, days_ago=400)
    assert retention.expire(now).people == 3
