"""Where a meeting is shown online: set, sealed, recorded, refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, Broadcast, Meeting, StoredFile
from conference.services import broadcasts, meetings, retention
from conference.services.activity import Actor
from conference.services.broadcasts import BroadcastFacts, OutsideRoom, Stream
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, Fault, Malformed, MeetingStatus, Missing, Refusal, Refused, Viewership
from tests.agendas import a_morning
from tests.cast import Cast

ROOM = OutsideRoom("腾讯会议", "https://meeting.tencent.com/dm/secret1", "123-456-789", "8866")
LINES = (Stream("主线", "https://live.example.org/main.m3u8?key=k1"), Stream("备用", "https://b.example.org/b.m3u8"))
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n各位好\n".encode()


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


def acts() -> list[Activity]:
    query = sa.select(Activity).where(Activity.verb.startswith("broadcast.")).order_by(Activity.id)
    return list(db.session().scalars(query))


def test_before_anybody_sets_anything_there_is_nothing_to_watch(cast: Cast, doing: Doing) -> None:
    found = broadcasts.of(cast.meeting_id)
    assert found == BroadcastFacts(Viewership.DELEGATES, None, (), None, 0, 80, (), True)
    assert not found.shows_something
    with pytest.raises(Missing):
        broadcasts.captions(cast.meeting_id)
    assert broadcasts.change(cast.meeting_id, {"checks": 0}, doing) == found
    assert (db.session().get(Broadcast, cast.meeting_id), acts()) == (None, [])


def test_what_is_set_is_read_again_and_the_way_into_the_room_stands_nowhere_in_clear(cast: Cast, doing: Doing) -> None:
    morning = a_morning(cast.meeting_id, begins=doing.now)
    wished = {
        "audience": Viewership.PUBLIC,
        "room": replace(ROOM, name=" 腾讯会议 "),
        "streams": LINES,
        "checks": 2,
        "threshold_percent": 60,
        "threshold_session_ids": (morning.opening,),
        "questions_open": False,
    }
    for _ in range(2):  # said again, nothing changes
        broadcasts.change(cast.meeting_id, wished, doing)
    db.session().expire_all()
    assert broadcasts.of(cast.meeting_id) == BroadcastFacts(
        Viewership.PUBLIC, ROOM, LINES, None, 2, 60, (morning.opening,), False
    )
    kept = acts()
    assert [one.verb for one in kept] == ["broadcast.room_changed", "broadcast.streams_changed", "broadcast.changed"]
    assert kept[1].after == {"streams": "主线 (live.example.org) · 备用 (b.example.org)"}
    row = db.session().get_one(Broadcast, cast.meeting_id)
    said = json.dumps([one.after for one in kept]) + repr(row.room_sealed)
    assert not [secret for secret in ("secret1", "123-456", "8866", "key=k1") if secret in said]
    broadcasts.change(cast.meeting_id, {"room": replace(ROOM, password="9977")}, doing)
    assert [(one.verb, one.after) for one in acts()[3:]] == [("broadcast.room_changed", {})]


@pytest.mark.parametrize(
    ("wished", "faults"),
    [
        ({"room": OutsideRoom("会", "javascript:alert(1)")}, {"url": Fault.NOT_A_SECURE_LINK}),
        ({"room": OutsideRoom("会", "http://localhost/")}, {"url": Fault.NOT_A_SECURE_LINK}),
        ({"room": OutsideRoom("")}, {"room_name": Fault.REQUIRED, "url": Fault.ADDRESS_OR_NUMBER}),
        ({"streams": (LINES[0], Stream("备用", "http://x.org/"))}, {"url-1": Fault.PLAYS_ONLY_SECURE}),
        ({"streams": (Stream("", "https://x.org/"),)}, {"name-0": Fault.REQUIRED}),
        ({"streams": (LINES[0], LINES[0])}, {"url-1": Fault.SAME_LINE}),
        ({"streams": tuple(Stream("线", f"https://x.org/{n}") for n in range(5))}, {"streams": Fault.TOO_MANY}),
        ({"checks": 3}, {"checks": Fault.OUT_OF_RANGE}),
        ({"threshold_percent": 0}, {"threshold_percent": Fault.OUT_OF_RANGE}),
        ({"threshold_session_ids": (999,)}, {"threshold_session_ids": Fault.UNKNOWN_CHOICE}),
    ],
)  # fmt: skip
def test_what_will_not_do(cast: Cast, doing: Doing, wished: dict[str, object], faults: dict[str, Fault]) -> None:
    with pytest.raises(Malformed) as malformed:
        broadcasts.change(cast.meeting_id, wished, doing)
    assert malformed.value.faults == faults
    assert broadcasts.of(cast.meeting_id) == BroadcastFacts()


def test_of_two_at_the_same_part_the_second_looks_again_and_other_parts_go_through(cast: Cast, doing: Doing) -> None:
    seen = broadcasts.of(cast.meeting_id)
    broadcasts.change(cast.meeting_id, {"streams": LINES}, doing, seen=seen.stamp("streams"))
    broadcasts.change(cast.meeting_id, {"room": ROOM}, doing, seen=seen.stamp("room"))
    with pytest.raises(Refused) as refused:
        broadcasts.change(cast.meeting_id, {"streams": LINES[:1]}, doing, seen=seen.stamp("streams"))
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    found = broadcasts.of(cast.meeting_id)
    assert (found.room, found.streams) == (ROOM, LINES)
    broadcasts.change(cast.meeting_id, {"streams": LINES[:1]}, doing, seen=found.stamp("streams"))


def test_captions_are_written_anew_replaced_and_go_with_their_file(cast: Cast, doing: Doing) -> None:
    files = sa.select(sa.func.count()).select_from(StoredFile)
    before = db.session().scalar(files) or 0
    broadcasts.put_captions(cast.meeting_id, VTT, doing)
    broadcasts.put_captions(cast.meeting_id, VTT.replace("各位".encode(), "大家".encode()), doing)
    opened = broadcasts.captions(cast.meeting_id)
    assert (opened.mimetype, opened.name) == ("text/vtt", "captions.vtt")
    assert opened.content.decode() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n大家好\n"
    assert db.session().scalar(files) == before + 1
    with pytest.raises(Malformed) as malformed:
        broadcasts.put_captions(cast.meeting_id, b"<script>alert(1)</script>", doing)
    assert malformed.value.faults == {"captions": Fault.CUE_WITHOUT_TIMES}
    assert broadcasts.captions(cast.meeting_id) == opened
    for _ in range(2):
        broadcasts.drop_captions(cast.meeting_id, doing)
    assert db.session().scalar(files) == before
    assert [one.verb for one in acts()] == ["broadcast.captions_put"] * 2 + ["broadcast.captions_dropped"]


def test_nothing_changes_once_the_meeting_is_archived_nor_of_none(cast: Cast, doing: Doing) -> None:
    meetings.edit(cast.meeting_id, {"status": MeetingStatus.ARCHIVED}, doing)
    deeds = (
        lambda: broadcasts.change(cast.meeting_id, {"checks": 1}, doing),
        lambda: broadcasts.put_captions(cast.meeting_id, VTT, doing),
        lambda: broadcasts.drop_captions(cast.meeting_id, doing),
    )
    for deed in deeds:
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is Refusal.MEETING_OVER
    with pytest.raises(Missing):
        broadcasts.change(999, {"checks": 1}, doing)


def test_when_a_meetings_time_is_up_the_way_in_and_the_captions_go(cast: Cast, doing: Doing) -> None:
    broadcasts.change(cast.meeting_id, {"room": ROOM, "streams": LINES, "checks": 1}, doing)
    broadcasts.put_captions(cast.meeting_id, VTT, doing)
    ends = db.session().get_one(Meeting, cast.meeting_id).ends_at
    retention.expire(max(ends, doing.now) + timedelta(days=800))
    db.session().expire_all()
    found = broadcasts.of(cast.meeting_id)
    assert (found.room, found.captions_id, found.checks) == (None, None, 1)
