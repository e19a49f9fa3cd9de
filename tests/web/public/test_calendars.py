"""The agenda for calendar programs, programs and paper; a real parser reads it, and sees what changed."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pypdf
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaPerson, AgendaRelease, AgendaRole, AgendaRoom, AgendaSession, Talk
from conference.rules import agenda as rules
from conference.services import (
    agenda,
    agenda_content,
    agenda_releases,
    calendars,
    links,
    meetings,
    session_places,
    stage,
    stars,
    visits_desk,
    visits_fields,
    visits_seats,
)
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, AgendaRoleKind
from tests.cast import Cast
from tests.visits import an_afternoon

MINE = "/my/{}/agenda/calendar"


@pytest.fixture
def ids(app: APIFlask, cast: Cast, now: datetime) -> list[int]:
    """Two sessions of tomorrow, the first with a talk, in a room; released."""
    begins = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    with app.app_context():
        with db.transaction() as session:
            room = AgendaRoom(meeting_id=cast.meeting_id, rank=0, name="主会场", location="二楼")
            person = AgendaPerson(meeting_id=cast.meeting_id, name="李然", position="科长", created_at=now)
            session.add_all([room, person])
            session.flush()
            rows = [
                AgendaSession(
                    meeting_id=cast.meeting_id,
                    rank=n,
                    kind=AgendaKind.EXCHANGE,
                    title=title,
                    room_id=room.id,
                    detail="第一行\n第二行；逗号,分号;",
                    starts_at=begins + timedelta(hours=n),
                    ends_at=begins + timedelta(hours=n + 1),
                )
                for n, title in enumerate(("经验交流", "专家点评"))
            ]
            rows[0].talks = [Talk(rank=0, title="一站式服务", unit_name="玉泉区民政局", minutes=20)]
            session.add_all(rows)
            session.flush()
            rows[0].roles = [
                AgendaRole(talk_id=rows[0].talks[0].id, person_id=person.id, role=AgendaRoleKind.SPEAKER, rank=0)
            ]
        release(cast, now)
        return [row.id for row in rows]


def release(cast: Cast, now: datetime, **changes: Any) -> None:
    """Releases the draft as `agenda_releases` would; `changes` are put into its content."""
    with db.transaction() as session:
        number = agenda_content.number(cast.meeting_id) + 1
        content = rules.written(agenda_content.draft(cast.meeting_id)) | changes
        session.add(AgendaRelease(meeting_id=cast.meeting_id, number=number, content=content, released_at=now))


def events(client: FlaskClient, address: str) -> dict[str, icalendar.Event]:
    """By title, as a calendar program reads them."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/calendar")
    found = icalendar.Calendar.from_ical(answer.data)
    assert len(found.walk("VTIMEZONE")) == 1
    return {str(one["summary"]): one for one in found.walk("VEVENT")}


def test_a_delay_is_an_update_of_the_same_entry(
    app: APIFlask, client: FlaskClient, cast: Cast, ids: list[int], now: datetime
) -> None:
    address = f"/m/{cast.slug}/agenda.ics"
    before = events(client, address)
    assert list(before) == ["经验交流", "专家点评"]
    first = before["经验交流"]
    assert str(first["location"]).startswith("主会场, 二楼, ")
    assert "一站式服务 · 玉泉区民政局 · 李然" in str(first["description"])
    assert "第二行；逗号,分号;" in str(first["description"])
    with app.app_context():
        begins = db.session().get_one(AgendaSession, ids[0]).starts_at
        assert begins is not None
        assert first["dtstart"].dt == begins
        doing = Doing(SYSTEM, now + timedelta(minutes=1), cast.public_url)
        stage.delay(cast.meeting_id, ids[0], 15, "", doing)
        [said] = stage.of(meetings.by_id(cast.meeting_id), now=doing.now).delays
    after = events(client, address)
    for title, old in before.items():
        new = after[title]
        assert (new["uid"], new["dtstart"].dt - old["dtstart"].dt) == (old["uid"], timedelta(minutes=15))
        assert new["sequence"] > old["sequence"]
        assert new["last-modified"].dt > old["last-modified"].dt
    with app.app_context():
        stage.undo_delay(cast.meeting_id, said.id, Doing(SYSTEM, now + timedelta(minutes=2), cast.public_url))
    again = events(client, address)
    assert again["经验交流"]["dtstart"].dt == first["dtstart"].dt
    assert again["经验交流"]["sequence"] > after["经验交流"]["sequence"]


def test_what_was_taken_off_is_cancelled_in_calendars(
    app: APIFlask, client: FlaskClient, cast: Cast, ids: list[int], now: datetime
) -> None:
    with app.app_context():
        old = agenda_content.released(cast.meeting_id)
        assert old is not None
        content = rules.written(old)
        gone = {name: content["sessions"][1][name] for name in ("id", "title", "starts_at", "ends_at")}
        release(cast, now, sessions=content["sessions"][:1], gone=[gone | {"sequence": 1}])
    found = events(client, f"/m/{cast.slug}/agenda.ics")
    assert {title: str(one["status"]) for title, one in found.items()} == {
        "经验交流": "CONFIRMED", "专家点评": "CANCELLED"
    }  # fmt: skip
    assert list(events(client, f"/m/{cast.slug}/agenda/sessions/{ids[1]}.ics")) == ["专家点评"]
    assert client.get(f"/m/{cast.slug}/agenda/sessions/999999.ics").status_code == 404


def test_the_own_calendar_has_its_own_address_and_dies_with_the_link(
    app: APIFlask, client: FlaskClient, cast: Cast, ids: list[int], now: datetime
) -> None:
    client.get(f"/p/{cast.liran_token}")
    with app.app_context():
        link = links.presented(cast.liran_token, slug=cast.slug)
        assert link is not None
        stars.star(link.link, ids[1], now=now)
        link_id = link.link.id
    page = client.get(MINE.format(link_id)).get_data(as_text=True)
    address = page.split('href="webcal://localhost')[1].split('"')[0]
    stranger = app.test_client()
    assert list(events(stranger, address)) == ["专家点评"]
    with app.app_context():
        (bus,) = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=9), seats=(3,))
        visits_seats.take(cast.meeting_id, bus, cast.liran_id, Doing(SYSTEM, now, ""), by=visits_seats.By.ORGANISER)
        db.release()
    ride = events(stranger, address)["1号车"]
    assert (str(ride["location"]), str(ride["uid"]).startswith(f"departure-{bus}@")) == ("会场东门", True)
    assert ride["sequence"] == 0
    with app.app_context():
        said = replace(visits_fields.fields_of(visits_desk.one(cast.meeting_id, bus)), boards_at="会场西门")
        visits_desk.edit(cast.meeting_id, bus, said, Doing(SYSTEM, now + timedelta(hours=1), ""))
        db.release()
    ride = events(stranger, address)["1号车"]
    assert (str(ride["location"]), ride["sequence"]) == ("会场西门", 1)
    with app.app_context():
        visits_seats.give_back(
            cast.meeting_id, bus, cast.liran_id, Doing(SYSTEM, now, ""), by=visits_seats.By.ORGANISER
        )
        db.release()
    assert list(events(stranger, address)) == ["专家点评"]
    assert stranger.get(address.replace(".ics", "x.ics")).status_code == 404
    assert stranger.get(address.replace(cast.slug, "another")).status_code == 404
    assert stranger.get(MINE.format(link_id)).status_code in {302, 303, 403, 404}
    with app.app_context():
        links.revoke_all(db.session(), cast.liran_id, now=now)
        db.session().commit()
    assert stranger.get(address).status_code == 404


def test_what_one_spoke_in_or_signed_up_for_is_cancelled_in_the_own_calendar(
    app: APIFlask, client: FlaskClient, cast: Cast, ids: list[int], now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        with db.transaction() as session:
            session.scalars(sa.select(AgendaPerson)).one().delegate_id = cast.liran_id
        session_places.set_capacity(cast.meeting_id, ids[1], 3, doing)
        release(cast, now)
        link = links.presented(cast.liran_token, slug=cast.slug)
        assert link is not None
        session_places.sign_up(link.link, ids[1], doing)
        for id_ in ids:
            agenda.take_away(cast.meeting_id, id_, doing)
        version = agenda_releases.preview(cast.meeting_id).version
        agenda_releases.release(cast.meeting_id, doing, note="", overruled={}, version=version)
        found = {}
        for token in (cast.liran_token, cast.chenzhuo_token):
            link = links.presented(token, slug=cast.slug)
            assert link is not None
            meeting = meetings.by_id(cast.meeting_id)
            made = calendars.own(meeting, link.link, name="我的", address=str, language="zh", now=now)
            events = icalendar.Calendar.from_ical(made).walk("VEVENT")
            found[token] = {str(one["summary"]): str(one["status"]) for one in events}
        db.release()
    assert found == {cast.liran_token: dict.fromkeys(("经验交流", "专家点评"), "CANCELLED"), cast.chenzhuo_token: {}}


def test_programs_and_paper_have_it_too(app: APIFlask, client: FlaskClient, cast: Cast, ids: list[int]) -> None:
    answer = client.get(f"/m/{cast.slug}/agenda.json")
    data: Any = json.loads(answer.data)
    assert [one["id"] for one in data["sessions"]] == ids
    assert data["sessions"][0]["talks"][0]["people"] == [{"person_id": data["people"][0]["id"], "role": "speaker"}]
    assert data["release"]["number"] == 1
    assert (
        client.get(f"/m/{cast.slug}/agenda.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )
    paper = client.get(f"/m/{cast.slug}/agenda.pdf")
    assert paper.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.data)).pages).replace(" ", "")
    for said in ("会议议程", "经验交流", "专家点评", "一站式服务", "玉泉区民政局", "李然", "主会场"):
        assert said in text, said


def test_paper_says_whence_people_are_and_that_the_day_moved_its_times(
    app: APIFlask, client: FlaskClient, cast: Cast, ids: list[int], now: datetime
) -> None:
    with app.app_context():
        with db.transaction() as session:
            guest = AgendaPerson(meeting_id=cast.meeting_id, name="周宁", unit_name="垦利区民政局", created_at=now)
            session.add(guest)
            session.flush()
            session.add(AgendaRole(session_id=ids[1], person_id=guest.id, role=AgendaRoleKind.CHAIR, rank=0))
        release(cast, now)
        stage.delay(cast.meeting_id, ids[1], 15, "", Doing(SYSTEM, now + timedelta(minutes=1), cast.public_url))
        db.release()
    paper = client.get(f"/m/{cast.slug}/agenda.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.data)).pages).replace(" ", "")
    for said in ("周宁（垦利区民政局）", "第2版", "时间含当天调整"):
        assert said in text, said


def test_before_the_first_release_there_is_nothing(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        assert meetings.by_id(cast.meeting_id)
    for name in ("agenda.ics", "agenda.json", "agenda.pdf"):
        assert client.get(f"/m/{cast.slug}/{name}").status_code == 404
