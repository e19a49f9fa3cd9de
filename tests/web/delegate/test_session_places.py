"""Signing up for a session with places of its own, by one's own page and by the desk."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaRelease, AgendaSession, Delegate, Meeting, OutboxMessage, SignUp
from conference.rules.agenda import written
from conference.services import (
    agenda,
    agenda_content,
    agenda_releases,
    delegates,
    letters,
    links,
    meetings,
    session_places,
    stage,
)
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import MeetingStatus, MessageKind, Mode, Refusal, Refused, SignUpStatus
from tests.agendas import Morning, a_morning, release
from tests.cast import Cast
from tests.web.delegate.own_page import open_page, prove

YES, NO = {"signed_up": "yes"}, {"signed_up": "no"}


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    """To come; the exchange has one place, and the release says so."""
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now + timedelta(hours=1))
        session_places.set_capacity(cast.meeting_id, made.exchange, 1, Doing(SYSTEM, now, cast.public_url))
        with db.transaction() as session:
            content = written(agenda_content.draft(cast.meeting_id))
            session.add(AgendaRelease(meeting_id=cast.meeting_id, number=2, content=content, released_at=now))
        db.release()
    return made


def _line(app: APIFlask) -> dict[int, SignUpStatus]:
    with app.app_context():
        found = dict(db.session().execute(sa.select(SignUp.delegate_id, SignUp.status)).all())
        db.release()
        return found


def test_the_last_place_the_line_and_the_place_that_falls_free(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    other = app.test_client()
    mine, theirs = open_page(client, cast.liran_token), open_page(other, cast.chenzhuo_token)
    public = f"/m/{cast.slug}/agenda/sessions/{morning.exchange}"
    assert "还有 1 个名额" in client.get(public).text
    address = f"{mine}agenda/places/{morning.exchange}"
    for _ in range(2):
        said = client.post(address, data=YES | {"back": public}, follow_redirects=True)
        assert said.request.path == public
        assert "报名成功" in said.text
    assert "名额已满" in other.get(public).text
    said = other.post(f"{theirs}agenda/places/{morning.exchange}", data=YES, follow_redirects=True)
    assert "已排入候补" in said.text
    assert "候补第 1 位" in said.text
    assert _line(app) == {cast.liran_id: SignUpStatus.CONFIRMED, cast.chenzhuo_id: SignUpStatus.WAITLISTED}
    client.post(address, data=NO)
    assert _line(app) == {cast.chenzhuo_id: SignUpStatus.CONFIRMED}
    prove(other, theirs, "download", "0003")
    assert re.search(r"我报名的场次</h2>\s*<ul><li>[^<]+ · 经验交流 · 已报上</li>", other.get(f"{theirs}data").text)
    with app.app_context():
        [told] = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == MessageKind.MOVED_UP))
        letter = letters.Composer(db.session(), cast.public_url).letter(told)
        assert (told.delegate_id, "经验交流" in letter.text) == (cast.chenzhuo_id, True)
        db.release()


def test_who_moves_up_hears_what_was_released_and_nothing_once_it_is_over(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    ends = now + timedelta(hours=2, minutes=30)
    with app.app_context():
        meeting = meetings.by_id(cast.meeting_id)
        three = (cast.liran_id, cast.chenzhuo_id, cast.wangmin_id)
        doing = Doing(SYSTEM, now, cast.public_url)
        delegates.edit(cast.meeting_id, cast.wangmin_id, {"mode": Mode.IN_PERSON}, doing)
        for id_ in three:
            number = db.session().get_one(Delegate, id_).number
            session_places.put(meeting, morning.exchange, number, doing)
        with db.transaction() as session:
            row = session.get_one(AgendaSession, morning.exchange)
            assert row.starts_at is not None
            row.title, row.starts_at = "还没有发布的题目", row.starts_at + timedelta(minutes=20)
        stage.delay(cast.meeting_id, morning.exchange, 5, "", doing)
        for id_, at in ((cast.liran_id, now), (cast.chenzhuo_id, ends + timedelta(minutes=5))):
            session_places.take_off(cast.meeting_id, morning.exchange, id_, Doing(SYSTEM, at, cast.public_url))
        [told] = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == MessageKind.MOVED_UP))
        assert told.delegate_id == cast.chenzhuo_id
        at = [(now + timedelta(hours=hours, minutes=minutes)).isoformat() for hours, minutes in ((2, 5), (2, 35))]
        assert [told.facts[key] for key in ("session", "starts_at", "ends_at")] == ["经验交流", *at]
        db.release()
    assert _line(app) == {cast.wangmin_id: SignUpStatus.CONFIRMED}


def test_who_cannot_is_told_why(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    online = open_page(client, cast.wangmin_token)
    public = f"/m/{cast.slug}/agenda/sessions/{morning.exchange}"
    assert "只有已确认的现场代表可以报" in client.get(public).text
    said = client.post(f"{online}agenda/places/{morning.exchange}", data=YES, follow_redirects=True)
    assert "只有已确认的现场代表可以报" in said.text
    said = client.post(f"{online}agenda/places/{morning.tea}", data=YES, follow_redirects=True)
    assert "这一场不需要另外报名" in said.text
    assert client.post(f"{online}agenda/places/999999", data=YES).status_code == 404
    stranger = app.test_client()
    assert stranger.post(f"{online}agenda/places/{morning.exchange}", data=YES).status_code == 403
    with app.app_context():
        doing = Doing(SYSTEM, now + timedelta(hours=5), cast.public_url)
        found = links.presented(cast.liran_token, slug=cast.slug)
        assert found is not None
        with pytest.raises(Refused) as refused:
            session_places.sign_up(found.link, morning.exchange, doing)
        assert refused.value.refusal is Refusal.SESSION_BEGUN
        delegates.cancel(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now, cast.public_url))
        db.release()
    assert _line(app) == {}


def test_who_signs_up_on_a_page_from_before_it_was_cancelled_is_told_so(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    mine, public = open_page(client, cast.liran_token), f"/m/{cast.slug}/agenda/sessions/{morning.exchange}"
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        agenda.take_away(cast.meeting_id, morning.exchange, doing)
        seen = agenda_releases.preview(cast.meeting_id)
        reasons = {one.key: "就这样" for one in seen.conflicts}
        agenda_releases.release(cast.meeting_id, doing, note="", overruled=reasons, version=seen.version)
        db.release()
    for wish in (YES, NO):
        said = client.post(
            f"{mine}agenda/places/{morning.exchange}", data=wish | {"back": public}, follow_redirects=True
        )
        assert (said.request.path, said.status_code) == (public, 410)
        assert ("不能再报名" in said.text) is (wish is YES)
    assert _line(app) == {}


def test_once_the_meeting_is_archived_places_stay_as_they_are(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    mine, public = open_page(client, cast.liran_token), f"/m/{cast.slug}/agenda/sessions/{morning.exchange}"
    address, there = f"{mine}agenda/places/{morning.exchange}", {cast.liran_id: SignUpStatus.CONFIRMED}
    client.post(address, data=YES)
    other = app.test_client()
    theirs = open_page(other, cast.chenzhuo_token)
    with app.app_context():
        with db.transaction() as session:
            session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
        doing = Doing(SYSTEM, now, cast.public_url)
        with pytest.raises(Refused, match=Refusal.MEETING_OVER):
            session_places.take_off(cast.meeting_id, morning.exchange, cast.liran_id, doing)
        db.release()
    assert "会议已结束" in client.post(address, data=NO | {"back": public}, follow_redirects=True).text
    other.post(f"{theirs}agenda/places/{morning.exchange}", data=YES)
    assert "报名这一场" not in other.get(public).text
    assert _line(app) == there


def test_two_that_overlap_are_one_too_many_and_the_other_is_named(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        for id_ in (morning.opening, morning.tea):
            session_places.set_capacity(cast.meeting_id, id_, 5, doing)
        with db.transaction() as session:
            tea = session.get_one(AgendaSession, morning.tea)
            assert tea.starts_at is not None
            tea.starts_at -= timedelta(minutes=5)  # the exchange is still on; the opening only touches that
        release(cast.meeting_id)
        db.release()
    mine = open_page(client, cast.liran_token)
    for id_ in (morning.exchange, morning.opening):
        said = client.post(f"{mine}agenda/places/{id_}", data=YES, follow_redirects=True)
        assert "报名成功" in said.text
    named = "您已报的“经验交流”和这一场时间重叠"
    assert named in client.get(f"/m/{cast.slug}/agenda/sessions/{morning.tea}").text
    said = client.post(f"{mine}agenda/places/{morning.tea}", data=YES, follow_redirects=True)
    assert named in said.text
    with app.app_context():
        meeting = meetings.by_id(cast.meeting_id)
        number = db.session().get_one(Delegate, cast.liran_id).number
        put = session_places.put(meeting, morning.tea, number, Doing(SYSTEM, now, cast.public_url))
        assert (put.sign_up.status, put.overlaps) == (SignUpStatus.CONFIRMED, "经验交流")
        db.release()
