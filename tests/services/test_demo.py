"""The demonstrations: the figures of the report, everything invented says so, nothing is sent, repeats are harmless."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import clock, db
from conference.app import create_app
from conference.models import (
    Account,
    AgendaSession,
    CheckIn,
    Delegate,
    OutboxMessage,
    Participation,
    PersonalDetail,
    ReplyForm,
    SignInLink,
    Talk,
    Unit,
)
from conference.rules.provinces import PROVINCES
from conference.services import (
    acknowledgements,
    activity,
    agenda_content,
    capacities,
    change_requests,
    checkin,
    checkpoints,
    demo,
    desks,
    duplicates,
    figures,
    instance,
    liaisons,
    lines,
    links,
    meetings,
    notices,
    places_requests,
    questions,
    scans,
    unit_merging,
)
from conference.services.delegates import Doing
from conference.services.demonstration import people, places, trial
from conference.vocabulary import (
    AgendaKind,
    AgendaRoleKind,
    ConsentPurpose,
    DelegateStatus,
    HostRole,
    InvitationAnswer,
    MeetingStatus,
    Mode,
    OpenTo,
    Outcome,
    ReplyState,
)
from tests import databases, instances
from tests.conftest import PUBLIC_URL, settings_for

NOW = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
REAL_UNITS = {"大同市平城区", "呼和浩特市玉泉区", "东营市垦利区", "鹤壁市淇滨区"}


def loaded(url: str) -> None:
    """A database with both demonstrations; made once a run, then cloned."""
    app = create_app(settings_for(url, instances.made(databases.run_folder() / "instance")))
    with app.app_context():
        instance.upgrade()
        demo.load(public_url=PUBLIC_URL, now=NOW, tell=lambda _: None)
        instance.close()


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with databases.cloned(request.param, loaded) as url:
        yield url


def test_the_figures_are_those_of_the_report(context: APIFlask) -> None:
    meeting = meetings.by_slug("datong-2023")
    found = figures.of(meeting.id, now=NOW)
    assert found.confirmed == {Mode.IN_PERSON: 358, Mode.ONLINE: 1304}
    assert found.present == 358
    assert len(found.provinces) == len(found.provinces_present) == len(places.SHARES) == 14
    assert set(found.provinces) <= set(PROVINCES)
    assert max(found.provinces, key=lambda code: found.provinces[code]) == "140000"
    assert (meeting.status, meeting.demonstration) == (MeetingStatus.ARCHIVED, True)
    scans = db.session().scalars(sa.select(CheckIn).where(CheckIn.meeting_id == meeting.id)).all()
    assert {scan.outcome for scan in scans} == {Outcome.ADMITTED}
    assert {scan.gate for scan in scans} == {"东门（示例）", "西门（示例）"}
    times = sorted(clock.local(scan.scanned_at, meeting.timezone).isoformat() for scan in scans)
    assert times[0] >= "2023-07-19T07:40:00+08:00"
    assert times[-1] <= "2023-07-19T08:40:00+08:00"
    assert {scan.received_at - scan.scanned_at for scan in scans} == {timedelta()}
    created = db.session().scalars(sa.select(Delegate.created_at).where(Delegate.meeting_id == meeting.id)).all()
    assert meeting.registration_opens_at <= min(created) <= max(created) < meeting.registration_closes_at


def test_the_agenda_holds_what_the_report_says(context: APIFlask) -> None:
    meeting = meetings.by_slug("datong-2023")
    assert [host.role for host in meeting.hosts] == [
        HostRole.HOST, HostRole.JOINT_HOST, HostRole.JOINT_HOST, HostRole.CO_ORGANISER,
    ]  # fmt: skip
    found = agenda_content.released(meeting.id)
    assert found is not None
    agenda = found.sessions
    assert [item.kind for item in agenda] == [
        AgendaKind.ADDRESS, AgendaKind.SPEECH, AgendaKind.EXCHANGE, AgendaKind.AWARD, AgendaKind.PLEDGE, AgendaKind.VISIT,  # noqa: E501
    ]  # fmt: skip
    assert [found.person[talk.roles[0].person_id].name for talk in agenda[0].talks] == ["戴爱姣", "李继忠"]
    assert [(one.role, found.person[one.person_id].name) for one in agenda[0].roles] == [
        (AgendaRoleKind.CHAIR, "唐忠新")
    ]
    assert found == agenda_content.draft(meeting.id)
    assert {talk.unit_name for talk in agenda[2].talks} == REAL_UNITS
    assert not any(item.starts_at or item.ends_at for item in agenda)
    for stop in ("民和社区", "文兴社区", "平城区社区治理创新中心"):
        assert stop in agenda[-1].detail


def test_what_is_invented_says_so(context: APIFlask) -> None:
    session = db.session()
    names = session.scalars(sa.select(Delegate.name)).all()
    assert all(name.endswith(people.MARK) for name in names)
    assert len(set(names)) > 1600
    assert any("·" in name for name in names)
    assert any(name.startswith("欧阳") for name in names)
    units = session.scalars(sa.select(Unit.name)).all()
    assert all(name.startswith(places.MARK) for name in units)
    assert all("示例" in account.name for account in session.scalars(sa.select(Account)))
    assert all("示例" in meeting.notice for meeting in meetings.listed(public=True))
    speaking = session.scalars(sa.select(Talk.unit_name).join(AgendaSession).where(Talk.unit_name != "")).all()
    assert {name for name in speaking if "示例" not in name} == REAL_UNITS


def test_every_unit_of_datong_sent_somebody(context: APIFlask) -> None:
    meeting = meetings.by_slug("datong-2023")
    active = db.session().scalars(sa.select(Participation.active).where(Participation.meeting_id == meeting.id)).all()
    assert 60 <= len(active) <= 130
    assert min(active) > 0
    assert sum(active) == 1662


def test_nothing_is_sent_and_nobody_can_sign_in_unasked(context: APIFlask) -> None:
    session = db.session()
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 0
    assert session.scalar(sa.select(sa.func.count()).where(Delegate.email_sealed.is_not(None))) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInLink)) == 0
    assert {account.password_hash for account in session.scalars(sa.select(Account))} == {None}


def test_the_open_one_can_be_tried_at_once(context: APIFlask) -> None:
    meeting = meetings.by_slug("demo")
    assert (meeting.status, meeting.open_to) == (MeetingStatus.OPEN, OpenTo.ANYONE)
    assert clock.local(meeting.starts_at, meeting.timezone).isoformat() == "2026-11-16T08:30:00+08:00"
    assert meeting.registration_opens_at < NOW < meeting.registration_closes_at < meeting.starts_at
    hall = capacities.lines(meeting.id)[Mode.IN_PERSON]
    assert hall.capacity == 360
    assert hall.left
    liran = db.session().scalars(sa.select(Delegate).where(Delegate.name == f"李然{people.MARK}")).one()
    venue, *boardings = checkpoints.listed(meeting.id)
    assert len(boardings) == 8 * 4  # eight buses, before leaving the hall and each of three stops
    scan = scans.Scan(code=liran.codes[0].code, checkpoint_id=venue.id, nonce="1")
    answer = checkin.check_in(meeting.id, scan, scans.Gate("东门"), now=NOW)
    assert (answer["outcome"], answer["delegate"]["seat"]) == ("admitted", liran.seat)
    assert liran.seat


def test_the_open_one_shows_what_units_and_people_do(context: APIFlask) -> None:
    session, meeting = db.session(), meetings.by_slug("demo")
    parts = session.scalars(sa.select(Participation).where(Participation.meeting_id == meeting.id)).all()
    answers = collections.Counter(part.answer for part in parts)
    assert (len(parts), sum(part.invited_at is not None for part in parts)) == (16, 15)
    assert answers == {InvitationAnswer.ACCEPTED: 9, InvitationAnswer.DECLINED: 1, None: 6}
    assert len(liaisons.of_all([part.id for part in parts])) == 15
    [asked] = places_requests.waiting(meeting.id)
    assert (asked.request.in_person, asked.request.online) == (2, 0)
    limits = asked.part.in_person_limit, asked.part.online_limit
    assert asked.part.delegate_limit == sum(limit or 0 for limit in limits) == asked.part.active
    [form] = session.scalars(sa.select(ReplyForm).where(ReplyForm.meeting_id == meeting.id)).all()
    assert (form.state, form.new, form.problems) == (ReplyState.IMPORTED, 4, 2)
    assert len(unit_merging.suggestions(meeting.id)) == 1
    assert (duplicates.count(meeting.id), change_requests.count_open(meeting.id)) == (1, 1)
    assert capacities.lines(meeting.id)[Mode.ONLINE].left == 0
    assert lines.totals(meeting.id) == {Mode.IN_PERSON: 0, Mode.ONLINE: 4}
    found = figures.of(meeting.id, now=NOW)
    assert (found.status[DelegateStatus.PENDING], found.status[DelegateStatus.WAITLISTED]) == (1, 3)
    assert acknowledgements.count_missing(meeting.id) == 16
    conditions = [question.shown_if_id is not None for question in questions.of_meeting(meeting.id)]
    assert conditions == [False, True, False]
    told = session.scalars(
        sa.select(PersonalDetail.purpose).join(Delegate).where(Delegate.meeting_id == meeting.id)
    ).all()
    assert sorted(told) == [ConsentPurpose.CATERING, ConsentPurpose.HOTEL, ConsentPurpose.HOTEL]
    assert [notice.total for notice in notices.listed(meeting.id)] == [0]


def test_links_to_try_open_the_desk_and_two_places_while_the_meeting_is_open(context: APIFlask) -> None:
    first = demo.ways_in(public_url=PUBLIC_URL, now=NOW)
    again = demo.ways_in(public_url=PUBLIC_URL, now=NOW)
    assert not set(first.values()) & set(again.values())
    desk, *places_to_try = (address.removeprefix(PUBLIC_URL) for address in first.values())
    opened = desks.by_token(desk.removeprefix("/u/"))
    assert opened is not None
    assert opened.participation.unit.name == trial.UNITS[0].name
    found = [links.by_token(place.removeprefix("/p/")) for place in places_to_try]
    assert [db.session().get_one(Delegate, link.delegate_id).name for link in found if link] == [
        f"李然{people.MARK}", f"王敏{people.MARK}",
    ]  # fmt: skip
    doing = Doing(activity.SYSTEM, NOW, PUBLIC_URL)
    meetings.turn(meetings.by_slug("demo").id, MeetingStatus.CLOSED, doing)
    assert demo.ways_in(public_url=PUBLIC_URL, now=NOW) == {}


def test_a_repeat_leaves_them_as_they_are(context: APIFlask) -> None:
    def counts() -> list[int | None]:
        session = db.session()
        return [session.scalar(sa.select(sa.func.count()).select_from(m)) for m in (Delegate, Unit, CheckIn, Account)]

    before = counts()
    said: list[str] = []
    demo.load(public_url=PUBLIC_URL, now=NOW + timedelta(days=3), tell=said.append)
    assert counts() == before
    assert said == ["datong-2023 is there already", "demo is there already"]


def test_an_interrupted_loading_is_finished(app: APIFlask, context: APIFlask) -> None:
    # As if the power had failed before the last step: the people are there, the meeting is not archived.
    meeting = meetings.by_slug("datong-2023")
    with db.transaction() as session:
        session.execute(
            sa.update(type(meeting)).where(type(meeting).id == meeting.id).values(status=MeetingStatus.OPEN)
        )
    demo.load(public_url=PUBLIC_URL, now=NOW, tell=lambda _: None)
    found = figures.of(meeting.id, now=NOW)
    assert found.confirmed == {Mode.IN_PERSON: 358, Mode.ONLINE: 1304}
    assert found.present == 358
    db.release()
    assert meetings.by_slug("datong-2023").status is MeetingStatus.ARCHIVED


def test_the_same_seed_gives_the_same_people() -> None:
    import random

    first, second = (people.Invention(random.Random(7), first_phone=1) for _ in range(2))
    assert [first.person("150000") for _ in range(300)] == [second.person("150000") for _ in range(300)]
