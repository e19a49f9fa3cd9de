"""Releasing the agenda: what is refused, what is kept, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import (
    AgendaPerson,
    AgendaRelease,
    AgendaSession,
    Delegate,
    OutboxMessage,
    SignUp,
    SignUpLine,
    Star,
)
from conference.services import activity, agenda, agenda_content, agenda_releases, delegates, letters, meetings, notices
from conference.services.agenda import SessionFacts
from conference.services.agenda_draft import RoleSaid
from conference.services.delegates import Doing
from conference.services.notices import Words
from conference.vocabulary import (
    ActorKind,
    AgendaChange,
    AgendaConflict,
    AgendaKind,
    AgendaRoleKind,
    Fault,
    Malformed,
    MeetingStatus,
    MessageKind,
    Missing,
    Refusal,
    Refused,
    SignUpStatus,
)
from tests.cast import Cast


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


@dataclass(frozen=True)
class Day:
    """Ids of sessions: 李然 speaks in the opening, nobody of ours in the exchange. `opening_facts` say the first."""

    opening: int
    exchange: int
    opening_facts: SessionFacts


@pytest.fixture
def day(cast: Cast, doing: Doing, now: datetime) -> Day:
    """A draft that was never released."""
    with db.transaction() as session:
        liran = AgendaPerson(
            meeting_id=cast.meeting_id, name="李然", delegate_id=cast.liran_id, position="科员", created_at=now
        )
        session.add(liran)
        session.flush()
        person_id = liran.id
    begins = now + timedelta(hours=2)
    facts = SessionFacts(
        AgendaKind.SPEECH,
        "主旨发言",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        roles=(RoleSaid(AgendaRoleKind.SPEAKER, person_id),),
    )
    opening = agenda.add(cast.meeting_id, facts, doing).session.id
    after = SessionFacts(
        AgendaKind.EXCHANGE,
        "经验交流",
        starts_at=begins + timedelta(hours=1),
        ends_at=begins + timedelta(hours=2),
        roles=(RoleSaid(AgendaRoleKind.CHAIR, name="刘颖"),),
    )
    return Day(opening, agenda.add(cast.meeting_id, after, doing).session.id, facts)


def release(
    cast: Cast, doing: Doing, *, note: str = "", overruled: Mapping[str, str] | None = None, tell: bool = False
) -> AgendaRelease:
    version = agenda_releases.preview(cast.meeting_id).version
    return agenda_releases.release(
        cast.meeting_id, doing, note=note, overruled=overruled or {}, version=version, tell=tell
    )


def mark(cast: Cast, day: Day, now: datetime) -> int:
    """王敏 starred the exchange, 陈卓 waits for a place in it."""
    with db.transaction() as session:
        line = SignUpLine(meeting_id=cast.meeting_id, capacity=1)
        session.add(line)
        session.flush()
        session.get_one(AgendaSession, day.exchange).sign_up_line_id = line.id
        session.add(Star(delegate_id=cast.wangmin_id, session_id=day.exchange, starred_at=now))
        waits = SignUp(line_id=line.id, delegate_id=cast.chenzhuo_id, status=SignUpStatus.WAITLISTED, ticket=1)
        waits.signed_up_at, waits.changed = now, 0
        session.add(waits)
        return line.id


def told(release_id: int) -> dict[int | None, list[int]]:
    """Who has a message of a release, and of which sessions it speaks."""
    query = sa.select(OutboxMessage).where(OutboxMessage.agenda_release_id == release_id)
    found = db.session().scalars(query.order_by(OutboxMessage.delegate_id)).all()
    assert {one.kind for one in found} <= {MessageKind.AGENDA_CHANGED}
    return {one.delegate_id: one.facts["sessions"] for one in found}


def text_to(cast: Cast, delegate_id: int) -> str:
    page = letters.page(cast.meeting_id, public_url=cast.public_url)
    return next(one.text for one in page.items if one.delegate_id == delegate_id)


def test_a_release_is_what_everybody_sees_and_stays_as_it_was(cast: Cast, doing: Doing, day: Day) -> None:
    assert agenda_content.released(cast.meeting_id) is None
    before = agenda_releases.preview(cast.meeting_id)
    assert (before.number, before.released, before.refusal, before.conflicts) == (1, None, None, [])
    first = release(cast, doing, note=" 第一版 ")
    assert (first.number, first.note, first.account_id, first.overruled) == (1, "第一版", cast.zhouning_id, [])
    assert told(first.id) == {}  # nobody is told of the first one unasked
    agenda.edit(cast.meeting_id, day.opening, replace(day.opening_facts, title="开幕"), doing)
    seen = agenda_content.released(cast.meeting_id)
    assert seen is not None
    assert [one.title for one in seen.sessions] == ["主旨发言", "经验交流"]
    [change] = agenda_releases.preview(cast.meeting_id).changes
    assert (change.kinds, change.old_title, change.title) == ((AgendaChange.TITLE,), "主旨发言", "开幕")
    second = release(cast, doing)
    now_seen = agenda_content.released(cast.meeting_id)
    assert now_seen is not None
    assert [(one.title, one.sequence) for one in now_seen.sessions] == [("开幕", 1), ("经验交流", 0)]
    kept, was = agenda_releases.one(cast.meeting_id, 1)
    assert (kept.by, was) == ("周宁", seen)
    assert [one.release.number for one in agenda_releases.listed(cast.meeting_id)] == [2, 1]
    news = agenda_releases.public_changes(cast.meeting_id, language="zh")
    assert [(one.number, one.note, [item.title for item in one.changes]) for one in news] == [
        (2, "", ["开幕"]),
        (1, "第一版", []),
    ]
    [trail] = activity.page(cast.meeting_id, subject="agenda_release").items[:1]
    assert (trail.verb, trail.subject_id, trail.after["release_number"]) == ("agenda.released", second.id, 2)


def test_nothing_is_released_where_nothing_differs(cast: Cast, doing: Doing, day: Day) -> None:
    release(cast, doing)
    with pytest.raises(Refused) as said:
        release(cast, doing)
    assert said.value.refusal is Refusal.NOTHING_TO_RELEASE
    assert agenda_content.number(cast.meeting_id) == 1


def test_a_draft_that_changed_since_it_was_seen_is_looked_at_again(cast: Cast, doing: Doing, day: Day) -> None:
    version = agenda_releases.preview(cast.meeting_id).version
    agenda.edit(cast.meeting_id, day.opening, replace(day.opening_facts, title="开幕"), doing)
    with pytest.raises(Refused) as said:
        agenda_releases.release(cast.meeting_id, doing, note="", overruled={}, version=version)
    assert said.value.refusal is Refusal.CHANGED_MEANWHILE
    assert agenda_content.number(cast.meeting_id) == 0


def test_an_archived_meeting_releases_nothing(cast: Cast, doing: Doing, day: Day) -> None:
    for status in (MeetingStatus.CLOSED, MeetingStatus.ARCHIVED):
        meetings.turn(cast.meeting_id, status, doing)
    with pytest.raises(Refused) as said:
        release(cast, doing)
    assert said.value.refusal is Refusal.MEETING_OVER
    with pytest.raises(Missing):
        agenda_releases.preview(2**40)
    with pytest.raises(Missing):
        agenda_releases.one(cast.meeting_id, 1)


def test_conflicts_stand_only_with_a_reason_each(cast: Cast, doing: Doing, day: Day) -> None:
    late = day.opening_facts.starts_at
    assert late is not None
    facts = replace(
        day.opening_facts, title="夜间参观", starts_at=late + timedelta(days=2), ends_at=late + timedelta(days=3)
    )
    agenda.add(cast.meeting_id, replace(facts, kind=AgendaKind.VISIT), doing)
    agenda.edit(cast.meeting_id, day.opening, replace(day.opening_facts, ends_at=late + timedelta(minutes=90)), doing)
    agenda.add(cast.meeting_id, replace(day.opening_facts, title="同一个人的另一场"), doing)
    found = agenda_releases.preview(cast.meeting_id).conflicts
    assert {one.kind for one in found} == {AgendaConflict.OUTSIDE_MEETING, AgendaConflict.PERSON_TWICE}
    reasons = {one.key: f"理由{n}" for n, one in enumerate(found)}
    for wanting in ({}, dict(list(reasons.items())[1:]), reasons | {found[0].key: "  "}):
        with pytest.raises(Refused) as said:
            release(cast, doing, overruled=wanting)
        assert said.value.refusal is Refusal.AGENDA_CONFLICTS
    release(cast, doing, overruled=reasons | {"room_twice:1-2:r1": "不再有的"})
    kept, _ = agenda_releases.one(cast.meeting_id, 1)
    assert [(one.conflict, one.reason) for one in kept.overruled] == [(one, reasons[one.key]) for one in found]


def test_a_note_and_reasons_are_read_as_other_texts(cast: Cast, doing: Doing, day: Day) -> None:
    for note, overruled, where in (("字" * 501, {}, "note"), ("", {"x": "\x00"}, "x"), ("\ud800", {}, "note")):
        with pytest.raises(Malformed) as said:
            release(cast, doing, note=note, overruled=overruled)
        assert said.value.faults == {where: Fault.TOO_LONG if len(note) > 500 else Fault.FORBIDDEN_CHARACTERS}


def test_only_those_whose_items_changed_are_told_once_with_all_of_theirs(
    cast: Cast, doing: Doing, day: Day, now: datetime
) -> None:
    mark(cast, day, now)
    release(cast, doing)
    starts = day.opening_facts.starts_at
    assert starts is not None
    agenda.edit(cast.meeting_id, day.opening, replace(day.opening_facts, title="开幕"), doing)
    assert agenda_releases.preview(cast.meeting_id).people == 1
    asked: list[str] = []

    def note(*said: object) -> None:
        asked.append(str(said[2]))

    sa.event.listen(db.db.engine, "before_cursor_execute", note)
    second = release(cast, doing, tell=True)
    sa.event.remove(db.db.engine, "before_cursor_execute", note)
    assert told(second.id) == {cast.liran_id: [day.opening]}
    assert (
        sum("FROM stars" in one for one in asked) == 2
    )  # whom it touches: as it was looked at, and as it was released
    with db.transaction() as session:
        session.add(Star(delegate_id=cast.wangmin_id, session_id=day.opening, starred_at=now))
    moved = replace(day.opening_facts, title="开幕", starts_at=starts - timedelta(minutes=15))
    agenda.edit(cast.meeting_id, day.opening, moved, doing)
    agenda.edit(
        cast.meeting_id,
        day.exchange,
        SessionFacts(
            AgendaKind.EXCHANGE,
            "交流{name}",
            starts_at=starts + timedelta(hours=1),
            ends_at=starts + timedelta(hours=2),
        ),
        doing,
    )
    assert agenda_releases.preview(cast.meeting_id).people == 3
    third = release(cast, doing, note="请留意\n时间", tell=True)
    both = [day.opening, day.exchange]
    assert told(third.id) == {cast.liran_id: both[:1], cast.wangmin_id: both, cast.chenzhuo_id: both[1:]}
    text = text_to(cast, cast.wangmin_id)
    lines = text.splitlines()
    assert lines[0] == "王敏，您好！“城乡社区治理推进会”的议程有变动，与您有关的是："
    assert lines[1].startswith("· 开幕：改时间 ")
    assert "→" in lines[1]
    assert lines[2].startswith("· 交流{name} ")
    assert lines[2].endswith("改标题 经验交流 → 交流{name}；人员变动 不再有刘颖")
    assert lines[3:] == ["说明：请留意 时间", f"最新议程：{cast.public_url}/m/{cast.slug}/agenda"]
    assert "交流{name}" not in text_to(cast, cast.liran_id)


def test_who_has_no_place_any_more_is_not_told(cast: Cast, doing: Doing, day: Day, now: datetime) -> None:
    mark(cast, day, now)
    release(cast, doing)
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    delegates.decline(cast.meeting_id, cast.wangmin_id, doing)
    agenda.edit(cast.meeting_id, day.opening, replace(day.opening_facts, title="开幕"), doing)
    agenda.take_away(cast.meeting_id, day.exchange, doing)
    assert told(release(cast, doing, tell=True).id) == {cast.chenzhuo_id: [day.exchange]}
    assert "· 经验交流：取消 " in text_to(cast, cast.chenzhuo_id)
    seen = agenda_content.released(cast.meeting_id)
    assert seen is not None
    assert [(one.id, one.sequence) for one in seen.gone] == [(day.exchange, 1)]


def test_of_the_first_release_people_are_told_where_that_is_asked(cast: Cast, doing: Doing, day: Day) -> None:
    made = release(cast, doing, tell=True)
    assert told(made.id) == {cast.liran_id: [day.opening]}
    assert "· 主旨发言：新增 " in text_to(cast, cast.liran_id)


def test_readers_of_english_and_organisers_own_words(cast: Cast, doing: Doing, day: Day) -> None:
    release(cast, doing)
    with db.transaction() as session:
        session.get_one(Delegate, cast.liran_id).language = "en"
    agenda.edit(cast.meeting_id, day.opening, replace(day.opening_facts, online=False), doing)
    release(cast, doing, tell=True)
    text = text_to(cast, cast.liran_id)
    assert text.startswith("Dear 李然, the agenda of “城乡社区治理推进会” changed. This concerns you:\n· 主旨发言 (")
    assert "): No longer shown online\nThe agenda as it stands now: http" in text
    body = "{name}: {changed} | {changes} | {agenda}"
    notices.set_template(cast.meeting_id, MessageKind.AGENDA_CHANGED, "en", subject="News", body=body, doing=doing)
    assert text_to(cast, cast.liran_id).startswith("李然: 1 | · 主旨发言 (")
    with pytest.raises(Malformed):
        notices.write(cast.meeting_id, Words("题", "{changes}"), doing)


def test_an_erased_person_has_no_message_left(cast: Cast, doing: Doing, day: Day) -> None:
    made = release(cast, doing, tell=True)
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    assert told(made.id) == {}
