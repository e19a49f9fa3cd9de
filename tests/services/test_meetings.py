"""Meetings and their checkpoints: made, edited, recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AgendaSession, Checkpoint, Line, Meeting
from conference.services import activity, capacities, checkpoints, meetings
from conference.services.checkpoints import CheckpointFacts
from conference.services.delegates import Doing
from conference.vocabulary import (
    AgendaKind,
    CheckpointKind,
    Fault,
    HostRole,
    Malformed,
    MeetingStatus,
    Missing,
    Mode,
    Refusal,
    Refused,
)
from tests.cast import Cast


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def _plan(now: datetime, **other: object) -> meetings.Plan:
    values: dict[str, object] = {
        "slug": "second",
        "title": "推进会",
        "place": "大同",
        "province": "140000",
        "starts_at": now + timedelta(days=9),
        "ends_at": now + timedelta(days=10),
        "registration_opens_at": now,
        "registration_closes_at": now + timedelta(days=8),
        "capacity": {Mode.IN_PERSON: 10, Mode.ONLINE: None},
    }
    return meetings.Plan(**{**values, **other})  # type: ignore[arg-type]


def test_a_new_meeting_has_two_lines_and_a_door(doing: Doing) -> None:
    hosts = [meetings.Host("民政部某司", HostRole.HOST), meetings.Host("大同市民政局", HostRole.CO_ORGANISER)]
    made = meetings.make(_plan(doing.now, hosts=hosts), doing)
    lines = {
        line.mode: line.capacity for line in db.session().scalars(sa.select(Line).where(Line.meeting_id == made.id))
    }
    assert lines == {Mode.IN_PERSON: 10, Mode.ONLINE: None}
    points = db.session().scalars(sa.select(Checkpoint).where(Checkpoint.meeting_id == made.id)).all()
    assert [(p.kind, p.reentry) for p in points] == [(CheckpointKind.VENUE, False)]
    assert [(h.name, h.role) for h in meetings.by_slug("second").hosts] == [(h.name, h.role) for h in hosts]
    assert activity.page(made.id).items[0].verb == "meeting.made"


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"province": "14"}, {"province": Fault.NOT_A_PROVINCE}),
        ({"timezone": "Mars/Olympus"}, {"timezone": Fault.NOT_A_TIMEZONE}),
        ({"ends_at": datetime(2000, 1, 1, tzinfo=UTC)}, {"ends_at": Fault.TIMES_BACKWARDS}),
        (
            {"registration_closes_at": datetime(2000, 1, 1, tzinfo=UTC)},
            {"registration_closes_at": Fault.TIMES_BACKWARDS},
        ),
    ],
)
def test_what_cannot_be_is_named_when_made_and_when_edited(
    cast: Cast, doing: Doing, change: dict[str, object], faults: dict[str, Fault]
) -> None:
    with pytest.raises(Malformed) as said:
        meetings.make(_plan(doing.now, **change), doing)
    assert said.value.faults == faults
    with pytest.raises(Malformed) as said:
        meetings.edit(cast.meeting_id, change, doing)
    assert said.value.faults == faults
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1


def test_an_address_is_taken_once(cast: Cast, doing: Doing) -> None:
    with pytest.raises(Refused) as said:
        meetings.make(_plan(doing.now, slug=cast.slug), doing)
    assert said.value.refusal is Refusal.SLUG_TAKEN
    meetings.make(_plan(doing.now), doing)
    with pytest.raises(Refused) as said:
        meetings.edit(cast.meeting_id, {"slug": "second"}, doing)
    assert said.value.refusal is Refusal.SLUG_TAKEN
    assert meetings.by_slug(cast.slug).id == cast.meeting_id


def test_an_edit_changes_what_is_named_and_records_the_difference(cast: Cast, doing: Doing) -> None:
    changes = {
        "title": "新标题",
        "status": MeetingStatus.CLOSED,
        "capacity": {Mode.ONLINE: 500},
        "hosts": [meetings.Host("大同市民政局", HostRole.HOST)],
    }
    meetings.edit(cast.meeting_id, changes, doing)
    db.release()
    kept = meetings.by_slug(cast.slug)
    assert (kept.title, kept.theme, kept.status) == ("新标题", "共建共治共享", MeetingStatus.CLOSED)
    lines = capacities.lines(cast.meeting_id)
    assert (lines[Mode.IN_PERSON].capacity, lines[Mode.ONLINE].capacity) == (100, 500)
    assert (lines[Mode.IN_PERSON].left, lines[Mode.ONLINE].left) == (98, 499)
    trace = activity.page(cast.meeting_id, subject="meeting", subject_id=cast.meeting_id).items[0]
    assert trace.before == {"title": "城乡社区治理推进会", "status": "open", "capacity_online": None, "hosts": []}
    assert trace.after == {
        "title": "新标题",
        "status": "closed",
        "capacity_online": 500,
        "hosts": ["host: 大同市民政局"],
    }


def test_there_is_no_meeting_where_there_is_none(cast: Cast, doing: Doing) -> None:
    with pytest.raises(Missing):
        meetings.edit(999_999, {"title": "无"}, doing)
    with pytest.raises(Missing):
        meetings.by_slug("nowhere")
    assert [m.id for m in meetings.listed(public=True, ids=[cast.meeting_id, 999_999])] == [cast.meeting_id]
    meetings.edit(cast.meeting_id, {"status": MeetingStatus.DRAFT}, doing)
    assert meetings.listed(public=True) == []


def test_checkpoints_are_checked_and_recorded(cast: Cast, doing: Doing) -> None:
    now = doing.now
    point = checkpoints.add(
        cast.meeting_id, CheckpointFacts("午餐", CheckpointKind.MEAL, now, now + timedelta(hours=1)), doing
    )
    checkpoints.edit(cast.meeting_id, point.id, {"name": "晚餐", "reentry": True, "kind": CheckpointKind.VENUE}, doing)
    db.release()
    kept = checkpoints.one(cast.meeting_id, point.id)
    assert (kept.name, kept.reentry, kept.kind) == ("晚餐", True, CheckpointKind.MEAL)
    trace = activity.page(cast.meeting_id).items[0]
    assert (trace.before, trace.after) == ({"name": "午餐", "reentry": False}, {"name": "晚餐", "reentry": True})
    with pytest.raises(Malformed) as said:
        checkpoints.edit(cast.meeting_id, point.id, {"closes_at": now}, doing)
    assert said.value.faults == {"closes_at": Fault.TIMES_BACKWARDS}
    with pytest.raises(Malformed) as said:
        checkpoints.add(cast.meeting_id, CheckpointFacts("某场", CheckpointKind.SESSION, session_id=999_999), doing)
    assert said.value.faults == {"session_id": Fault.UNKNOWN_ID}
    with pytest.raises(Missing):
        checkpoints.edit(cast.meeting_id + 1, point.id, {"name": "别处"}, doing)
    assert len(checkpoints.listed(cast.meeting_id)) == 2


def test_a_session_of_another_meeting_is_unknown(cast: Cast, doing: Doing) -> None:
    other = meetings.make(_plan(doing.now), doing)
    with db.transaction() as session:
        item = AgendaSession(meeting_id=other.id, rank=0, kind=AgendaKind.SPEECH, title="讲话", detail="")
        session.add(item)
        session.flush()
        item_id = item.id
    assert checkpoints.add(other.id, CheckpointFacts("某场", CheckpointKind.SESSION, session_id=item_id), doing).id
    with pytest.raises(Malformed):
        checkpoints.add(cast.meeting_id, CheckpointFacts("某场", CheckpointKind.SESSION, session_id=item_id), doing)


def test_the_record_does_not_take_another_offset_for_another_time(context: APIFlask, cast: Cast, now: datetime) -> None:
    meeting = meetings.by_id(cast.meeting_id)
    same = meeting.starts_at.astimezone(ZoneInfo("Asia/Shanghai"))
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    meetings.edit(cast.meeting_id, {"starts_at": same, "theme": "另一个主题"}, doing)
    latest = activity.page(cast.meeting_id).items[0]
    assert (latest.before, latest.after) == ({"theme": "共建共治共享"}, {"theme": "另一个主题"})
