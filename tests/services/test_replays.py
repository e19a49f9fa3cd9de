"""Replays: added, ordered, marked by hand and by how the day went, taken away, brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, Meeting, Replay
from conference.rules.replays import Spot
from conference.services import agenda_talks, meetings, replay_marking, replays, retention, stage
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.replays import Mark, ReplayFacts
from conference.vocabulary import ActorKind, Fault, Malformed, MeetingStatus, Missing, Refusal, Refused, Viewership
from tests.agendas import Morning, a_morning, noon, release
from tests.cast import Cast

URL = "https://media.example.org/day.m3u8?sign=s3cret"


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


@pytest.fixture
def morning(cast: Cast, doing: Doing) -> Morning:
    noon(cast.meeting_id, doing.now)
    return a_morning(cast.meeting_id, begins=doing.now - timedelta(minutes=30))


def meeting(cast: Cast) -> Meeting:
    return db.session().get_one(Meeting, cast.meeting_id)


def titles(cast: Cast, *, public_only: bool = False) -> list[str]:
    return [one.title for one in replays.shown(cast.meeting_id, public_only)]


def test_they_are_added_edited_ordered_taken_away_and_brought_back(cast: Cast, doing: Doing, morning: Morning) -> None:
    assert replays.shown(cast.meeting_id, public_only=False) == ()
    first = replays.add(cast.meeting_id, ReplayFacts(" 上午 ", URL), doing)
    second = replays.add(cast.meeting_id, ReplayFacts("开幕", URL, morning.opening, Viewership.PUBLIC), doing)
    assert (titles(cast), titles(cast, public_only=True)) == (["上午", "开幕"], ["开幕"])
    for _ in range(2):
        replays.step(cast.meeting_id, second.id, -1, doing)
    seen = replays.stamp(first)
    replays.edit(cast.meeting_id, first.id, ReplayFacts("全天", URL), doing, seen=seen)
    with pytest.raises(Refused) as refused:
        replays.edit(cast.meeting_id, first.id, ReplayFacts("别的", URL), doing, seen=seen)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    assert titles(cast) == ["开幕", "全天"]
    for _ in range(2):
        replays.remove(cast.meeting_id, second.id, doing)
    assert (titles(cast), [one.id for one in replays.removed(cast.meeting_id)]) == (["全天"], [second.id])
    with pytest.raises(Missing):
        replays.edit(cast.meeting_id, second.id, ReplayFacts("别的", URL), doing)
    for _ in range(2):
        replays.bring_back(cast.meeting_id, second.id, doing)
    assert titles(cast) == ["全天", "开幕"]
    kept = db.session().scalars(sa.select(Activity).where(Activity.subject == "replay").order_by(Activity.id)).all()
    assert [one.verb.partition(".")[2] for one in kept] == [
        "added", "added", "moved", "edited", "removed", "brought_back",
    ]  # fmt: skip
    assert "s3cret" not in repr([one.after for one in kept])


@pytest.mark.parametrize(
    ("facts", "faults"),
    [
        (ReplayFacts("", "javascript:alert(1)"), {"title": Fault.REQUIRED, "url": Fault.NOT_A_SECURE_LINK}),
        (ReplayFacts("上午", "https://v.example.org/am.avi"), {"url": Fault.NOT_A_RECORDING}),
        (ReplayFacts("上午", URL, 999), {"session_id": Fault.UNKNOWN_CHOICE}),
    ],
)
def test_what_will_not_do(cast: Cast, doing: Doing, facts: ReplayFacts, faults: dict[str, Fault]) -> None:
    with pytest.raises(Malformed) as malformed:
        replays.add(cast.meeting_id, facts, doing)
    assert malformed.value.faults == faults


def test_marks_are_shown_in_their_order_with_who_spoke_and_those_of_what_is_gone_are_kept_unseen(
    cast: Cast, doing: Doing, morning: Morning
) -> None:
    replay = replays.add(cast.meeting_id, ReplayFacts("上午", URL), doing)
    first, second, _third = (Spot(morning.opening, one) for one in morning.talks)
    marks = {second: 60, first: 600, Spot(morning.exchange): 3600}
    seen = replays.stamp(replay)
    for _ in range(2):
        replay_marking.mark(cast.meeting_id, replay.id, marks, doing, seen=seen)
    with pytest.raises(Refused) as refused:
        replay_marking.mark(cast.meeting_id, replay.id, {}, doing, seen=seen)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    [shown] = replays.shown(cast.meeting_id, public_only=False)
    assert shown.marks == (
        Mark(morning.opening, second.talk_id, "多民族社区怎样议事", "垦利区民政局 白川", 60),
        Mark(morning.opening, first.talk_id, "社区好管家", "垦利区民政局 林一", 600),
        Mark(morning.exchange, None, "经验交流", "", 3600),
    )
    assert _verbs() == ["replay.added", "replay.marked"]
    with pytest.raises(Missing):
        replay_marking.mark(cast.meeting_id, replay.id, {Spot(morning.opening, 999): 1}, doing)
    with pytest.raises(Malformed):
        replay_marking.mark(cast.meeting_id, replay.id, {first: 24 * 3600}, doing)
    assert second.talk_id is not None
    agenda_talks.take_away(cast.meeting_id, morning.opening, second.talk_id, doing)
    release(cast.meeting_id)
    found = replay_marking.of(meeting(cast), replay.id, now=doing.now)
    assert (found.gone, found.marks) == ([60], {first: 600, Spot(morning.exchange): 3600})
    replay_marking.mark(cast.meeting_id, replay.id, {first: 5}, doing)
    [shown] = replays.shown(cast.meeting_id, public_only=False)
    assert [one.seconds for one in shown.marks] == [5]
    assert replays.marks_of(replays.one(cast.meeting_id, replay.id)) == {first: 5, second: 60}
    replay_marking.mark(cast.meeting_id, replay.id, {first: 5}, doing, keep=False)
    assert replays.marks_of(replays.one(cast.meeting_id, replay.id)) == {first: 5}


def test_the_day_itself_tells_where_the_talks_are(cast: Cast, doing: Doing, morning: Morning) -> None:
    """The opening began half an hour ago; its second talk is called now, ten minutes late."""
    stage.call(cast.meeting_id, morning.opening, morning.talks[1], doing)
    stage.delay(cast.meeting_id, morning.opening, 10, "", doing)
    begins = doing.now - timedelta(minutes=35)
    unknown = replays.add(cast.meeting_id, ReplayFacts("上午", URL), doing)
    with pytest.raises(Refused) as refused:
        replay_marking.worked_out(meeting(cast), unknown.id, now=doing.now)
    assert refused.value.refusal is Refusal.NO_BEGINNING
    whole = replays.add(cast.meeting_id, ReplayFacts("上午", URL, begins_at=begins), doing)
    found = replay_marking.worked_out(meeting(cast), whole.id, now=doing.now)
    assert found[Spot(morning.opening, morning.talks[1])] == 35 * 60
    assert found[Spot(morning.exchange)] == (5 + 60 + 10) * 60
    own = replays.add(cast.meeting_id, ReplayFacts("交流", URL, morning.exchange, begins_at=begins), doing)
    assert replay_marking.worked_out(meeting(cast), own.id, now=doing.now) == {Spot(morning.exchange): 75 * 60}


def test_nothing_changes_once_the_meeting_is_archived_and_all_go_in_time(cast: Cast, doing: Doing) -> None:
    replay = replays.add(cast.meeting_id, ReplayFacts("上午", URL), doing)
    meetings.edit(cast.meeting_id, {"status": MeetingStatus.ARCHIVED}, doing)
    deeds: tuple[Callable[[], object], ...] = (
        lambda: replays.add(cast.meeting_id, ReplayFacts("下午", URL), doing),
        lambda: replay_marking.mark(cast.meeting_id, replay.id, {}, doing),
        lambda: replays.remove(cast.meeting_id, replay.id, doing),
    )
    for deed in deeds:
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is Refusal.MEETING_OVER
    assert titles(cast) == ["上午"]
    retention.expire(max(meeting(cast).ends_at, doing.now) + timedelta(days=800))
    assert db.session().scalars(sa.select(Replay)).all() == []


def _verbs() -> list[str]:
    query = sa.select(Activity.verb).where(Activity.subject == "replay").order_by(Activity.id)
    return list(db.session().scalars(query))
