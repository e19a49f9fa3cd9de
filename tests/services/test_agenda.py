"""The draft of an agenda: followers, orders, two editors at a time, what holds a session, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import (
    Activity,
    AgendaPerson,
    AgendaRelease,
    AgendaRole,
    AgendaRoom,
    AgendaSession,
    Material,
    Meeting,
    Star,
    Talk,
)
from conference.rules.agenda import written
from conference.services import (
    activity,
    agenda,
    agenda_content,
    agenda_draft,
    agenda_moves,
    agenda_people_editing,
    agenda_rooms,
    agenda_talks,
    agenda_uses,
    checkpoints,
    session_places,
)
from conference.services.agenda import SessionFacts
from conference.services.agenda_draft import RoleSaid, Seen
from conference.services.agenda_people_editing import PersonFacts
from conference.services.agenda_rooms import RoomFacts
from conference.services.agenda_talks import TalkFacts
from conference.services.delegates import Doing
from conference.vocabulary import (
    AgendaKind,
    AgendaRoleKind,
    CheckpointKind,
    MaterialAudience,
    MaterialKind,
    MaterialMoment,
    MeetingStatus,
    Missing,
    Refusal,
    Refused,
    TalkKind,
)
from tests.cast import Cast

NINE = datetime(2027, 5, 10, 1, tzinfo=UTC)  # 09:00 on the meeting's wall
Add = Callable[..., int]


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


@pytest.fixture
def add(cast: Cast, doing: Doing) -> Add:
    """A session from so many minutes after nine to so many."""

    def added(title: str, begins: int, ends: int, **more: object) -> int:
        return agenda.add(cast.meeting_id, facts(title, begins, ends, **more), doing).session.id

    return added


def facts(title: str, begins: int | None = None, ends: int | None = None, **more: object) -> SessionFacts:
    times = {
        name: None if at is None else NINE + timedelta(minutes=at)
        for name, at in (("starts_at", begins), ("ends_at", ends))
    }
    return SessionFacts(**{"kind": AgendaKind.SPEECH, "title": title, **times, **more})  # type: ignore[arg-type]


def plan(cast: Cast) -> list[tuple[str, int | None, int | None]]:
    """The draft as it stands: titles in their order, with minutes from nine."""
    db.session().expire_all()

    def minutes(at: datetime | None) -> int | None:
        return None if at is None else int((at - NINE).total_seconds() // 60)

    return [
        (one.title, minutes(one.starts_at), minutes(one.ends_at))
        for one in agenda_content.draft(cast.meeting_id).sessions
    ]


def version(cast: Cast) -> int:
    db.session().expire_all()
    return db.session().get_one(Meeting, cast.meeting_id).agenda_version


def test_the_later_ones_follow_when_asked_and_only_those(cast: Cast, doing: Doing, add: Add) -> None:
    with db.transaction() as session:
        room = AgendaRoom(meeting_id=cast.meeting_id, rank=0, name="二楼")
        session.add(room)
        session.flush()
        aside = room.id
    opening = add("开幕", 0, 30)
    for title, begins, ends, where in (
        ("讲话", 30, 60, None),
        ("分会", 40, 80, aside),
        ("颁奖", 70, 90, None),
        ("次日", 1440, 1470, None),
    ):
        add(title, begins, ends, room_id=where)
    seen = version(cast)

    kept = agenda.edit(cast.meeting_id, opening, facts("开幕", 0, 45), doing, follows=True)

    assert [(one.title, one.new - one.old) for one in kept.moved] == [
        ("讲话", timedelta(minutes=15)),
        ("颁奖", timedelta(minutes=15)),
    ]
    assert plan(cast) == [("开幕", 0, 45), ("分会", 40, 80), ("讲话", 45, 75), ("颁奖", 85, 105), ("次日", 1440, 1470)]
    assert version(cast) == seen + 1
    moved = db.session().scalars(sa.select(Activity).where(Activity.verb == "agenda.session_moved")).all()
    assert [one.after["starts_at"] for one in moved] == ["2027-05-10T01:45:00+00:00", "2027-05-10T02:25:00+00:00"]
    assert [one.before["starts_at"] for one in moved] == ["2027-05-10T01:30:00+00:00", "2027-05-10T02:10:00+00:00"]

    agenda.edit(cast.meeting_id, opening, facts("开幕", 0, 30), doing)
    assert plan(cast)[2] == ("讲话", 45, 75)
    told = agenda_moves.reschedule(cast.meeting_id, opening, NINE + timedelta(minutes=15), None, doing, follows=True)
    assert [one.title for one in told] == ["开幕", "讲话", "颁奖"]
    assert plan(cast) == [
        ("开幕", 15, 45),
        ("分会", 40, 80),
        ("讲话", 60, 90),
        ("颁奖", 100, 120),
        ("次日", 1440, 1470),
    ]


def test_a_new_one_goes_where_the_clock_wants_it_and_may_push_the_rest(cast: Cast, doing: Doing, add: Add) -> None:
    add("开幕", 0, 30)
    add("颁奖", 30, 60)
    kept = agenda.add(cast.meeting_id, facts("讲话", 30, 50), doing, follows=True)
    assert [one.title for one in kept.moved] == ["颁奖"]
    agenda.add(cast.meeting_id, facts("合影"), doing)
    assert plan(cast) == [("开幕", 0, 30), ("讲话", 30, 50), ("颁奖", 50, 80), ("合影", None, None)]


def test_up_down_and_dragging_change_times_with_the_order(cast: Cast, doing: Doing, add: Add) -> None:
    opening, speech, award = add("开幕", 0, 30), add("讲话", 30, 90), add("颁奖", 100, 130)
    agenda_moves.step(cast.meeting_id, speech, -1, doing)
    assert plan(cast) == [("讲话", 0, 60), ("开幕", 60, 90), ("颁奖", 100, 130)]
    stood = version(cast)
    assert agenda_moves.step(cast.meeting_id, speech, -1, doing) is None
    assert agenda_moves.drop(cast.meeting_id, speech, opening, doing) == ()  # where it is
    assert version(cast) == stood, "who is about to release goes on"
    agenda_moves.drop(cast.meeting_id, award, speech, doing)
    assert plan(cast) == [("颁奖", 0, 30), ("讲话", 30, 90), ("开幕", 100, 130)]
    photo = agenda.add(cast.meeting_id, facts("合影"), doing).session.id
    agenda_moves.drop(cast.meeting_id, photo, award, doing, after=True)
    assert plan(cast) == [("颁奖", 0, 30), ("合影", None, None), ("讲话", 30, 90), ("开幕", 100, 130)]
    visit = add("参访", 1440, 1500)
    agenda_moves.drop(cast.meeting_id, visit, opening, doing, after=True)
    assert plan(cast)[-1] == ("参访", 130, 190)
    stale = Seen(0, agenda_draft.digests({"times": ["x", "y"], "room_id": None}))
    with pytest.raises(Refused, match=Refusal.CHANGED_MEANWHILE):
        agenda_moves.drop(cast.meeting_id, visit, opening, doing, seen=stale)
    assert plan(cast)[-1] == ("参访", 130, 190)


def test_of_an_archived_meeting_nothing_is_drafted_any_more(cast: Cast, doing: Doing, add: Add) -> None:
    opening = add("开幕", 0, 30)
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    stood = version(cast)
    id_ = cast.meeting_id
    for deed in (
        lambda: agenda.add(id_, facts("合影"), doing),
        lambda: agenda.take_away(id_, opening, doing),
        lambda: agenda_moves.step(id_, opening, 1, doing),
        lambda: agenda_talks.add(id_, opening, TalkFacts(title="讲"), doing),
        lambda: agenda_people_editing.add(id_, PersonFacts("林一"), doing),
        lambda: agenda_rooms.add(id_, RoomFacts("大礼堂"), doing),
        lambda: session_places.set_capacity(id_, opening, 5, doing),
    ):
        with pytest.raises(Refused, match=Refusal.MEETING_OVER):
            deed()
    assert version(cast) == stood


def test_two_editors_keep_what_each_changed_and_never_overwrite_each_other(cast: Cast, doing: Doing, add: Add) -> None:
    id_ = add("开幕", 0, 30)
    opened = Seen(version(cast), agenda_draft.digests(agenda.said(agenda.one(cast.meeting_id, id_))))
    agenda.edit(cast.meeting_id, id_, facts("开幕式", 0, 30), doing, seen=opened)

    agenda.edit(cast.meeting_id, id_, facts("开幕", 0, 40), doing, seen=opened)  # has not touched the title
    assert plan(cast) == [("开幕式", 0, 40)]

    before, who = version(cast), RoleSaid(AgendaRoleKind.CHAIR, name="李然")
    with pytest.raises(Refused, match=Refusal.CHANGED_MEANWHILE):
        agenda.edit(cast.meeting_id, id_, facts("大会开幕", 0, 30, roles=(who,)), doing, seen=opened)
    assert (plan(cast), version(cast)) == ([("开幕式", 0, 40)], before)
    assert db.session().scalar(sa.select(sa.func.count()).select_from(AgendaPerson)) == 0  # nothing of it stays
    with pytest.raises(Refused, match=Refusal.CHANGED_MEANWHILE):
        agenda.take_away(cast.meeting_id, id_, doing, seen=opened)
    assert len(plan(cast)) == 1


def test_people_are_found_again_or_put_there_once(cast: Cast, doing: Doing) -> None:
    chair = RoleSaid(AgendaRoleKind.CHAIR, name="李然", position="主任", unit_name="呼和浩特市玉泉区民政局")
    first = agenda.add(cast.meeting_id, facts("开幕", roles=(chair, chair)), doing).session
    talk = agenda_talks.add(
        cast.meeting_id,
        first.id,
        TalkFacts(
            TalkKind.EXPERIENCE,
            unit_name="东营市垦利区",
            minutes=15,
            roles=(RoleSaid(AgendaRoleKind.SPEAKER, name="李然"),),
        ),
        doing,
    )
    person = db.session().scalars(sa.select(AgendaPerson)).one()
    assert (person.name, person.position, person.unit_id) == ("李然", "主任", cast.yuquan_id)
    assert (talk.unit_id, talk.unit_name) == (cast.kenli_id, "东营市垦利区")  # by its district
    roles = db.session().scalars(sa.select(AgendaRole).order_by(AgendaRole.id)).all()
    assert [(one.role, one.talk_id, one.person_id) for one in roles] == [
        (AgendaRoleKind.CHAIR, None, person.id),
        (AgendaRoleKind.SPEAKER, talk.id, person.id),
    ]
    kept = db.session().scalars(sa.select(Activity).where(Activity.verb == "agenda.session_added")).one()
    assert kept.after["roles"] == [f"chair: {person.id}"]  # no name stays in the record


def test_a_copy_has_all_but_its_time_and_taking_away_leaves_nothing(cast: Cast, doing: Doing, add: Add) -> None:
    id_ = add("交流", 0, 60, roles=(RoleSaid(AgendaRoleKind.CHAIR, name="李然"),))
    for unit in ("玉泉区", "垦利区", "平城区"):
        agenda_talks.add(cast.meeting_id, id_, TalkFacts(unit_name=unit, minutes=15), doing)
    units = [one.unit_name for one in agenda.one(cast.meeting_id, id_).talks]
    assert units == ["玉泉区", "垦利区", "平城区"]
    first, _, last = agenda.one(cast.meeting_id, id_).talks
    agenda_talks.drop(cast.meeting_id, id_, last.id, first.id, doing)
    agenda_talks.step(cast.meeting_id, id_, first.id, 1, doing)
    copy = agenda.duplicate(cast.meeting_id, id_, doing)
    assert [one.unit_name for one in copy.talks] == ["平城区", "垦利区", "玉泉区"]
    assert plan(cast) == [("交流", 0, 60), ("交流", 60, 120)]
    with db.transaction() as session:
        session.add(Star(delegate_id=cast.liran_id, session_id=copy.id, starred_at=doing.now))
    agenda.take_away(cast.meeting_id, copy.id, doing)
    agenda.take_away(cast.meeting_id, id_, doing)
    for model in (AgendaSession, Talk, AgendaRole, Star):
        assert db.session().scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_what_hangs_on_it_holds_it(cast: Cast, doing: Doing, add: Add) -> None:
    id_ = add("讲话", 0, 30)
    talk = agenda_talks.add(cast.meeting_id, id_, TalkFacts(title="共建"), doing)
    point = checkpoints.CheckpointFacts("分会场门口", CheckpointKind.SESSION, session_id=id_)
    checkpoints.add(cast.meeting_id, point, doing)
    with pytest.raises(Refused, match=Refusal.IN_USE):
        agenda.take_away(cast.meeting_id, id_, doing)
    assert agenda_uses.of_session(cast.meeting_id, id_).checkpoints == ("分会场门口",)
    with db.transaction() as session:
        session.add(
            Material(
                meeting_id=cast.meeting_id,
                session_id=id_,
                talk_id=talk.id,
                rank=0,
                kind=MaterialKind.SLIDES,
                title="稿",
                audience=MaterialAudience.PUBLIC,
                shown=MaterialMoment.BEFORE,
                created_at=doing.now,
            )
        )
    with pytest.raises(Refused, match=Refusal.IN_USE):
        agenda_talks.take_away(cast.meeting_id, id_, talk.id, doing)
    assert len(agenda.one(cast.meeting_id, id_).talks) == 1


def test_what_everybody_sees_keeps_its_row_until_it_is_released_anew(cast: Cast, doing: Doing, add: Add) -> None:
    id_ = add("讲话", 0, 30)
    with db.transaction() as session:
        content = written(agenda_content.draft(cast.meeting_id))
        session.add(AgendaRelease(meeting_id=cast.meeting_id, number=1, content=content, released_at=doing.now))
        session.add(Star(delegate_id=cast.liran_id, session_id=id_, starred_at=doing.now))
    agenda.take_away(cast.meeting_id, id_, doing)
    assert plan(cast) == []
    assert db.session().get_one(AgendaSession, id_).removed_at == doing.now
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Star)) == 1
    with pytest.raises(Missing):
        agenda.one(cast.meeting_id, id_)
