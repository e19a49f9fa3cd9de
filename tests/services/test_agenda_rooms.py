"""The rooms of the agenda: kept in order, one of a name, and there as long as something is held in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from apiflask import APIFlask

from conference import db
from conference.models import AgendaSession
from conference.services import activity, agenda_rooms
from conference.services.agenda_rooms import RoomFacts
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, Fault, Malformed, Missing, Refusal, Refused
from tests.cast import Cast

HALL = RoomFacts("主会场", "会议中心一楼", 400)


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def names(cast: Cast) -> list[str]:
    db.session().expire_all()
    return [one.room.name for one in agenda_rooms.listed(cast.meeting_id)]


def test_rooms_stand_in_an_order_that_people_set(doing: Doing, cast: Cast) -> None:
    rooms = [agenda_rooms.add(cast.meeting_id, replace(HALL, name=name), doing).id for name in ("甲", "乙", "丙")]
    assert names(cast) == ["甲", "乙", "丙"]
    agenda_rooms.move(cast.meeting_id, rooms[2], -1, doing)
    agenda_rooms.move(cast.meeting_id, rooms[0], -1, doing)  # it is the first already
    assert names(cast) == ["甲", "丙", "乙"]
    agenda_rooms.edit(cast.meeting_id, rooms[1], {"walk_minutes": 8}, doing)
    assert agenda_rooms.walks(cast.meeting_id) == {rooms[0]: 0, rooms[1]: 8, rooms[2]: 0}
    with pytest.raises(Missing):
        agenda_rooms.move(cast.meeting_id + 1, rooms[0], 1, doing)


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        ({"name": " "}, {"name": Fault.REQUIRED}),
        ({"name": "主会场 "}, {"name": Fault.NAME_IN_USE}),
        ({"location": "在\u202e哪里"}, {"location": Fault.FORBIDDEN_CHARACTERS}),
        ({"seats": 0, "walk_minutes": 241}, {"seats": Fault.OUT_OF_RANGE, "walk_minutes": Fault.OUT_OF_RANGE}),
    ],
)
def test_a_room_that_is_none_is_told_so(
    doing: Doing, cast: Cast, wrong: dict[str, object], faults: dict[str, Fault]
) -> None:
    agenda_rooms.add(cast.meeting_id, HALL, doing)
    other = agenda_rooms.add(cast.meeting_id, replace(HALL, name="分会场"), doing)
    for act in (
        lambda: agenda_rooms.add(cast.meeting_id, replace(HALL, **({"name": "第三"} | wrong)), doing),  # type: ignore[arg-type]
        lambda: agenda_rooms.edit(cast.meeting_id, other.id, wrong, doing),
    ):
        with pytest.raises(Malformed) as malformed:
            act()
        assert malformed.value.faults == faults
    assert names(cast) == ["主会场", "分会场"]


def test_two_who_edit_a_room_do_not_undo_each_other(doing: Doing, cast: Cast) -> None:
    room = agenda_rooms.add(cast.meeting_id, HALL, doing)
    opened = agenda_rooms.said(room)
    agenda_rooms.edit(cast.meeting_id, room.id, opened | {"seats": 380}, doing, opened=opened)
    merged = agenda_rooms.edit(cast.meeting_id, room.id, opened | {"name": "大礼堂"}, doing, opened=opened)
    assert merged.theirs == ("seats",)
    with pytest.raises(Refused) as refused:
        agenda_rooms.edit(cast.meeting_id, room.id, opened | {"seats": 360}, doing, opened=opened)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    db.session().expire_all()
    assert (room.name, room.seats) == ("大礼堂", 380)


def test_a_room_goes_when_nothing_is_held_in_it(doing: Doing, cast: Cast, now: datetime) -> None:
    room = agenda_rooms.add(cast.meeting_id, HALL, doing)
    with db.transaction() as session:
        held = AgendaSession(meeting_id=cast.meeting_id, rank=0, kind=AgendaKind.SPEECH, title="开幕", room_id=room.id)
        session.add(held)
    [listed] = agenda_rooms.listed(cast.meeting_id)
    assert [one.title for one in listed.sessions] == ["开幕"]
    with pytest.raises(Refused) as refused:
        agenda_rooms.remove(cast.meeting_id, room.id, doing)
    assert refused.value.refusal is Refusal.IN_USE
    with db.transaction() as session:  # it left the draft, and its row stays for those who starred it
        session.get_one(AgendaSession, held.id).removed_at = now
    agenda_rooms.remove(cast.meeting_id, room.id, doing)
    assert names(cast) == []
    assert db.session().get_one(AgendaSession, held.id).room_id is None
    with pytest.raises(Missing):
        agenda_rooms.remove(cast.meeting_id, room.id, doing)
