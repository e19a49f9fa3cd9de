"""Who stands on the agenda: found or put there, edited, merged, shown to everybody only as released, forgotten."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from PIL import Image

from conference import db
from conference.models import (
    Activity,
    AgendaPerson,
    AgendaRelease,
    AgendaRole,
    AgendaSession,
    Delegate,
    Meeting,
    StoredFile,
)
from conference.rules.agenda import written
from conference.services import (
    activity,
    agenda_content,
    agenda_delegates,
    agenda_people,
    agenda_portraits,
    agenda_rooms,
    delegates,
    links,
    merging,
    own_data,
    retention,
    unit_merging,
)
from conference.services import agenda_people_editing as editing
from conference.services.agenda_people_editing import PersonFacts
from conference.services.delegates import Doing
from conference.vocabulary import (
    AgendaKind,
    AgendaRoleKind,
    Category,
    DelegateStatus,
    Fault,
    Malformed,
    Missing,
    Refusal,
    Refused,
)
from tests.cast import Cast


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def photograph(width: int, height: int, kind: str = "JPEG", **more: object) -> bytes:
    """Red above, blue below."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (0, height // 2, width, height))
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def put_on(cast: Cast, person_id: int, role: AgendaRoleKind = AgendaRoleKind.SPEAKER, title: str = "开幕") -> int:
    with db.transaction() as session:
        found = session.scalars(sa.select(AgendaSession).where(AgendaSession.title == title)).first()
        if found is None:
            found = AgendaSession(meeting_id=cast.meeting_id, rank=0, kind=AgendaKind.SPEECH, title=title)
            session.add(found)
            session.flush()
        session.add(AgendaRole(session_id=found.id, person_id=person_id, role=role, rank=0))
        return found.id


def release(cast: Cast, now: datetime) -> None:
    with db.transaction() as session:
        content = written(agenda_content.draft(cast.meeting_id))
        number = agenda_content.number(cast.meeting_id) + 1
        session.add(AgendaRelease(meeting_id=cast.meeting_id, number=number, content=content, released_at=now))
        session.flush()
        agenda_portraits.forget_unshown(session, cast.meeting_id)


def find(cast: Cast, now: datetime, name: str, position: str = "", unit: str = "") -> AgendaPerson:
    with db.transaction() as session:
        return agenda_people.find_or_add(session, cast.meeting_id, name, position, None, unit, now=now)


def stored() -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(StoredFile)) or 0


def test_one_name_is_one_person_of_one_unit(doing: Doing, cast: Cast, now: datetime) -> None:
    first = find(cast, now, "李 然")
    assert (first.name, first.unit_name) == ("李然", "")
    same = find(cast, now, "李然", "处长", "呼和浩特市玉泉区民政局")
    assert (same.id, same.position, same.unit_id) == (first.id, "处长", cast.yuquan_id)
    assert find(cast, now, "李然").id == first.id
    assert find(cast, now, "李然", "局长").position == "处长"  # what stands there stays
    other = find(cast, now, "李然", "", "东营市垦利区民政局")
    assert (other.id != first.id, other.unit_id) == (True, cast.kenli_id)
    outside = find(cast, now, "Ана Марковић", "", "University of Niš")
    assert (outside.unit_id, outside.unit_name) == (None, "University of Niš")
    for name, position, unit in (("", "", ""), ("名" * 51, "", ""), ("李\u202e然", "", ""), ("李然", "", "位" * 201)):
        with pytest.raises(Malformed):
            find(cast, now, name, position, unit)


def test_a_person_is_edited_over_what_others_made_of_them(doing: Doing, cast: Cast) -> None:
    made = editing.add(cast.meeting_id, PersonFacts("王敏", "科长", "玉泉区民政局"), doing)
    opened = editing.said(made)
    assert (made.unit_id, made.unit_name) == (None, "玉泉区民政局")
    editing.edit(cast.meeting_id, made.id, opened | {"position": "副局长"}, doing, opened=opened)
    merged = editing.edit(cast.meeting_id, made.id, opened | {"about": "一线\n二十年"}, doing, opened=opened)
    assert list(merged.theirs) == ["position"]
    with pytest.raises(Refused) as refused:
        editing.edit(cast.meeting_id, made.id, opened | {"position": "局长"}, doing, opened=opened)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    db.session().expire_all()
    kept = agenda_people.one(cast.meeting_id, made.id)
    assert (kept.position, kept.about) == ("副局长", "一线\n二十年")
    unit = {"unit": "呼和浩特市玉泉区民政局", "unit_id": cast.yuquan_id}
    editing.edit(cast.meeting_id, made.id, unit, doing)
    typed = {"unit": "玉泉区社区学院", "unit_id": cast.yuquan_id}  # without a script the id of before comes along
    editing.edit(cast.meeting_id, made.id, typed, doing)
    assert (kept.unit_id, kept.unit_name) == (None, "玉泉区社区学院")
    with pytest.raises(Malformed) as malformed:
        editing.add(cast.meeting_id, PersonFacts("王 敏", "副局长", "玉泉区社区学院"), doing)
    assert malformed.value.faults == {"name": Fault.NAME_IN_USE}
    with pytest.raises(Missing):
        agenda_people.one(cast.meeting_id + 1, made.id)
    version = db.session().scalar(sa.select(Meeting.agenda_version).where(Meeting.id == cast.meeting_id))
    assert version == 5


def test_a_link_is_to_a_delegate_of_this_meeting_who_is_nobody_else(doing: Doing, cast: Cast) -> None:
    editing.add(cast.meeting_id, PersonFacts("李然", delegate_id=cast.liran_id), doing)
    for delegate_id, fault in ((cast.liran_id, Fault.LINKED_ALREADY), (10**9, Fault.NOBODY_FOUND)):
        with pytest.raises(Malformed) as malformed:
            editing.add(cast.meeting_id, PersonFacts("另一位", delegate_id=delegate_id), doing)
        assert malformed.value.faults == {"delegate": fault}
    assert agenda_delegates.meant(cast.meeting_id, agenda_delegates.spoken(cast.liran_id), None) == cast.liran_id
    assert agenda_delegates.meant(cast.meeting_id, "王敏", cast.liran_id) == cast.wangmin_id  # typed over
    assert agenda_delegates.meant(cast.meeting_id, " ", cast.liran_id) is None
    with pytest.raises(Malformed):
        agenda_delegates.meant(cast.meeting_id, "没有这个人", None)


def test_who_does_something_stays(doing: Doing, cast: Cast, now: datetime) -> None:
    made = editing.add(cast.meeting_id, PersonFacts("王敏"), doing, portrait=photograph(90, 90))
    session_id = put_on(cast, made.id)
    [shown] = agenda_people.listed(cast.meeting_id, "王")
    assert [(task.session, task.role) for task in shown.tasks] == [("开幕", AgendaRoleKind.SPEAKER)]
    release(cast, now)
    with pytest.raises(Refused):
        editing.remove(cast.meeting_id, made.id, doing)
    with db.transaction() as session:  # taken out of the draft, while everybody still sees it
        session.get_one(AgendaSession, session_id).removed_at = now
    with pytest.raises(Refused) as refused:
        editing.remove(cast.meeting_id, made.id, doing)
    assert refused.value.refusal is Refusal.IN_USE
    release(cast, now)
    editing.remove(cast.meeting_id, made.id, doing)
    db.session().expire_all()
    assert agenda_people.listed(cast.meeting_id) == []
    with pytest.raises(Missing):
        editing.remove(cast.meeting_id, made.id, doing)


def test_two_that_are_one_become_one(doing: Doing, cast: Cast, now: datetime) -> None:
    keep = editing.add(cast.meeting_id, PersonFacts("王敏", "科长"), doing)
    facts = PersonFacts("王 敏", "主任", "玉泉区民政局", about="一线二十年", delegate_id=cast.wangmin_id)
    drop = editing.add(cast.meeting_id, facts, doing, portrait=photograph(90, 90))
    for person, role in ((keep, "speaker"), (drop, "speaker"), (drop, "chair")):
        put_on(cast, person.id, AgendaRoleKind(role))
    assert [one.has_twin for one in agenda_people.listed(cast.meeting_id)] == [True, True]
    assert agenda_people.better(keep, drop) is drop
    kept = editing.merge(cast.meeting_id, keep.id, drop.id, doing)
    db.session().expire_all()
    [one] = agenda_people.listed(cast.meeting_id)
    assert (one.id, one.position, one.unit_name, one.about) == (kept.id, "科长", "玉泉区民政局", "一线二十年")
    assert (one.delegate_id, one.has_twin) == (cast.wangmin_id, False)
    assert sorted(task.role for task in one.tasks) == ["chair", "speaker"]
    agenda_people.draft_portrait(cast.meeting_id, one.id)
    for keep_id, drop_id in ((keep.id, drop.id), (keep.id, keep.id)):
        with pytest.raises(Missing):
            editing.merge(cast.meeting_id, keep_id, drop_id, doing)


def test_of_two_the_one_whom_everybody_sees_is_kept(doing: Doing, cast: Cast, now: datetime) -> None:
    seen = editing.add(cast.meeting_id, PersonFacts("王敏", unit="玉泉区民政局"), doing)
    put_on(cast, seen.id)
    release(cast, now)
    linked = editing.add(cast.meeting_id, PersonFacts("王敏", delegate_id=cast.wangmin_id), doing)
    assert agenda_people.better(linked, seen) is seen  # else 王敏 would lose the talk until the next release
    editing.merge(cast.meeting_id, seen.id, linked.id, doing)
    [one] = agenda_people.listed(cast.meeting_id)
    assert (one.id, one.delegate_id, one.released) == (seen.id, cast.wangmin_id, True)


def test_delegates_come_to_the_agenda_once(doing: Doing, cast: Cast, now: datetime) -> None:
    delegates.edit(cast.meeting_id, cast.wangmin_id, {"category": Category.EXPERT}, doing)
    found, more = agenda_delegates.candidates(cast.meeting_id)
    assert [(one.name, one.person_id) for one in found] == [("王敏", None), ("陈卓", None), ("李然", None)]
    assert not more
    there = find(cast, now, "李然")
    ids = [cast.liran_id, cast.wangmin_id, 10**9]
    assert agenda_delegates.take(cast.meeting_id, ids, doing) == 2
    assert agenda_delegates.take(cast.meeting_id, ids, doing) == 0
    db.session().expire_all()
    people = {one.name: one for one in agenda_people.listed(cast.meeting_id)}
    assert {name: one.delegate_id for name, one in people.items()} == {"李然": cast.liran_id, "王敏": cast.wangmin_id}
    assert people["李然"].id == there.id
    assert (people["王敏"].position, people["王敏"].unit_name) == ("科员", "呼和浩特市玉泉区民政局")
    found, _ = agenda_delegates.candidates(cast.meeting_id, "垦利")
    assert [(one.name, one.person_id) for one in found] == [("陈卓", None)]
    with db.transaction() as session:
        session.get_one(Delegate, cast.chenzhuo_id).status = DelegateStatus.CANCELLED
    assert agenda_delegates.candidates(cast.meeting_id, "垦利") == ([], False)
    assert agenda_delegates.take(cast.meeting_id, [cast.chenzhuo_id], doing) == 0


def test_an_erased_delegate_stands_there_by_name_alone(doing: Doing, cast: Cast, now: datetime) -> None:
    facts = PersonFacts("李然", "处长", "玉泉区民政局", about="一线二十年", delegate_id=cast.liran_id)
    made = editing.add(cast.meeting_id, facts, doing, portrait=photograph(90, 90))
    namesake = editing.add(cast.meeting_id, PersonFacts("李然", about="另一位"), doing, portrait=photograph(70, 70))
    put_on(cast, made.id)
    release(cast, now)
    data = own_data.of_link(links.by_token(cast.liran_token), now=now)
    assert [(one.name, one.about, one.portrait) for one in data.on_agenda] == [("李然", "一线二十年", True)]
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    db.session().expire_all()
    kept = agenda_people.one(cast.meeting_id, made.id)
    assert (kept.name, kept.about, kept.portrait_id, kept.delegate_id) == ("李然", "", None, None)
    with pytest.raises(Missing):
        agenda_people.portrait(cast.meeting_id, made.id)
    agenda_people.portrait(cast.meeting_id, namesake.id)
    released = agenda_content.released(cast.meeting_id)
    assert released is not None
    assert [(one.about, one.portrait_id is None) for one in released.people] == [("", True), ("另一位", False)]
    trail = db.session().scalars(sa.select(Activity).where(Activity.subject == "agenda_person")).all()
    assert {act.subject_id for act in trail if "李然" in str(act.after)} == {namesake.id}


def test_when_a_meetings_time_is_up_portraits_and_words_go(doing: Doing, cast: Cast, now: datetime) -> None:
    made = editing.add(cast.meeting_id, PersonFacts("外请专家", about="教授"), doing, portrait=photograph(90, 90))
    put_on(cast, made.id)
    release(cast, now)
    with db.transaction() as session:
        meeting = session.get_one(Meeting, cast.meeting_id)
        meeting.starts_at, meeting.ends_at = now - timedelta(days=400), now - timedelta(days=399)
    retention.expire(now)
    db.session().expire_all()
    [left] = agenda_people.listed(cast.meeting_id)
    assert (left.name, left.about, left.portrait_id, stored()) == ("外请专家", "", None, 0)


def test_the_person_stays_linked_when_entries_or_units_are_merged(doing: Doing, cast: Cast) -> None:
    unit = {"unit": "东营市垦利区民政局", "unit_id": cast.kenli_id}
    made = editing.add(cast.meeting_id, PersonFacts("李然", delegate_id=cast.liran_id, **unit), doing)
    merging.merge(cast.meeting_id, cast.wangmin_id, cast.liran_id, [], doing)
    unit_merging.merge(cast.yuquan_id, cast.kenli_id, doing)
    db.session().expire_all()
    kept = agenda_people.one(cast.meeting_id, made.id)
    assert (kept.delegate_id, kept.unit_id) == (cast.wangmin_id, cast.yuquan_id)


def test_the_list_costs_the_same_for_one_and_for_many(doing: Doing, cast: Cast, now: datetime) -> None:
    asked: list[int] = []
    for name in ("王敏", "陈卓", "李然"):
        put_on(cast, find(cast, now, name).id, title=f"{name}的场次")
        db.session().expire_all()
        statements: list[str] = []

        def note(*said: object, to: list[str] = statements) -> None:
            to.append(str(said[2]))

        sa.event.listen(db.db.engine, "before_cursor_execute", note)
        assert len(agenda_people.listed(cast.meeting_id)) == len(asked) + 1
        agenda_rooms.listed(cast.meeting_id)
        sa.event.remove(db.db.engine, "before_cursor_execute", note)
        asked.append(len(statements))
    assert asked[0] == asked[-1]
