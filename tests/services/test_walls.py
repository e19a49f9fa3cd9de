"""Screens in the hall: added, revoked, blanked; what they show, and whose names."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, Delegate, Meeting, NameRelease, Unit, Wall
from conference.rules.wall_names import typed_by_the_public
from conference.services import checkin, delegates, meetings, wall_names, wall_pictures, walls
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.wall_names import Done
from conference.services.wall_pictures import Arrived
from conference.services.walls import WallFacts
from conference.vocabulary import (
    ActorKind,
    Direction,
    Fault,
    Malformed,
    MeetingStatus,
    Missing,
    NameState,
    Origin,
    Outcome,
    Refusal,
    Refused,
    WallKind,
)
from tests.cast import Cast

HALL = WallFacts("一楼大厅", WallKind.WELCOME)
YUQUAN, KENLI = "呼和浩特市玉泉区民政局", "东营市垦利区民政局"


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


def test_a_wall_is_found_by_its_secret_however_it_is_typed_until_it_is_revoked(cast: Cast, doing: Doing) -> None:
    wall = walls.add(cast.meeting_id, HALL, doing)
    address = walls.address(wall, public_url=cast.public_url)
    secret = address.rpartition("/")[2]
    assert walls.address(walls.one(cast.meeting_id, wall.id), public_url=cast.public_url) == address
    for typed in (secret, secret.upper(), secret.replace("-", ""), f" {secret} "):
        found = walls.by_secret(typed)
        assert found is not None
        assert found.id == wall.id
    assert [walls.by_secret(other) for other in ("", "x", cast.liran_code, cast.yuquan_link)] == [None] * 4
    for _ in range(2):
        walls.revoke(cast.meeting_id, wall.id, doing)
    assert (walls.by_secret(secret), walls.by_id(wall.id), walls.was_revoked(secret)) == (None, None, True)
    assert walls.listed(cast.meeting_id, now=doing.now) == []
    assert _verbs() == ["wall.added", "wall.revoked"]
    with pytest.raises(Missing):
        walls.edit(cast.meeting_id, wall.id, HALL, doing)


def test_what_needs_a_checkpoint_says_so_and_there_are_not_too_many(
    cast: Cast, doing: Doing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for checkpoint_id, fault in ((None, Fault.REQUIRED), (10**9, Fault.UNKNOWN_ID)):
        with pytest.raises(Malformed) as said:
            walls.add(cast.meeting_id, WallFacts("门", WallKind.FIGURES, checkpoint_id), doing)
        assert said.value.faults == {"checkpoint_id": fault}
    monkeypatch.setattr(walls, "MOST", 1)
    walls.add(cast.meeting_id, HALL, doing)
    with pytest.raises(Refused) as refused:
        walls.add(cast.meeting_id, HALL, doing)
    assert refused.value.refusal is Refusal.TOO_MANY_WALLS
    assert len(walls.listed(cast.meeting_id, now=doing.now)) == 1


def test_all_walls_are_blank_until_they_are_shown_again(cast: Cast, doing: Doing) -> None:
    for _ in range(2):
        walls.blank(cast.meeting_id, doing)
    assert walls.is_dark(_meeting(cast))
    for _ in range(2):
        walls.show_again(cast.meeting_id, doing)
    assert not walls.is_dark(_meeting(cast))
    assert _verbs() == ["meeting.walls_blanked", "meeting.walls_shown"]
    for status in (MeetingStatus.CLOSED, MeetingStatus.ARCHIVED):
        meetings.turn(cast.meeting_id, status, doing)
    assert walls.is_dark(_meeting(cast)), "after the meeting nobody's name stands on a wall"


def test_last_contact_is_written_now_and_then(cast: Cast, doing: Doing, now: datetime) -> None:
    wall = walls.add(cast.meeting_id, HALL, doing)
    for seconds in (0, 19, 20):
        walls.note_seen(walls.one(cast.meeting_id, wall.id), now=now + timedelta(seconds=seconds))
    assert walls.one(cast.meeting_id, wall.id).seen_at == now + timedelta(seconds=20)
    later = [now + timedelta(seconds=n) for n in (79, 80)]
    assert [walls.listed(cast.meeting_id, now=at)[0].in_contact for at in later] == [True, False]


def test_the_welcome_wall_shows_each_once_and_no_name_that_nobody_has_read(
    cast: Cast, doing: Doing, now: datetime
) -> None:
    wall, meeting = walls.add(cast.meeting_id, HALL, doing), _meeting(cast)
    assert wall_pictures.welcome(wall, meeting).arrivals == []
    first, second = _scan(cast, cast.liran_code, "1", now), _scan(cast, cast.chenzhuo_code, "2", now)
    _scan(cast, cast.liran_code, "3", now, out=True)
    assert _scan(cast, cast.liran_code, "4", now) == Outcome.ADMITTED
    assert (first, second) == (Outcome.ADMITTED, Outcome.ADMITTED)
    held = [
        Arrived(cast.chenzhuo_id, None, False, KENLI, "370000"),
        Arrived(cast.liran_id, None, False, YUQUAN, "150000"),
    ]
    shown = wall_pictures.welcome(wall, meeting)
    assert (shown.arrivals, shown.present, shown.units) == (held, 2, 2)
    assert shown.provinces == {"150000": 1, "370000": 1}

    assert wall_names.release(cast.meeting_id, {cast.liran_id: "李然", cast.chenzhuo_id: "另一个"}, doing) == Done(1, 1)
    assert _names(wall, cast, now) == [None, "李然"]
    walls.edit(cast.meeting_id, wall.id, WallFacts("大厅", WallKind.WELCOME, None, True), doing)
    only = wall_pictures.welcome(walls.one(cast.meeting_id, wall.id), meeting).arrivals[1]
    assert only == Arrived(cast.liran_id, "李", True, YUQUAN, "150000")


def test_who_is_left_out_of_the_figure_is_not_welcomed_and_a_typed_unit_is_not_shown(
    cast: Cast, doing: Doing, now: datetime
) -> None:
    wall = walls.add(cast.meeting_id, HALL, doing)
    _scan(cast, cast.liran_code, "1", now)
    with db.transaction() as session:
        session.execute(sa.update(Unit).values(proposed=True))
    assert wall_pictures.welcome(wall, _meeting(cast)).arrivals == [Arrived(cast.liran_id, None, False, "", "150000")]
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).uncounted = ["delegate"]
    assert wall_pictures.welcome(wall, _meeting(cast)).arrivals == []


def test_a_name_that_is_changed_afterwards_waits_again(cast: Cast, doing: Doing, now: datetime) -> None:
    wall = walls.add(cast.meeting_id, HALL, doing)
    _scan(cast, cast.liran_code, "1", now)
    wall_names.release(cast.meeting_id, {cast.liran_id: "李然"}, doing)
    own = Doing(Actor(ActorKind.DELEGATE, cast.liran_id, "李然"), now, cast.public_url)
    delegates.edit(cast.meeting_id, cast.liran_id, {"name": "李燃", "position": "主任"}, own)
    assert _names(wall, cast, now) == [None]
    assert _held(cast) == ["陈卓", "李燃"] or _held(cast) == ["李燃", "陈卓"]
    delegates.edit(cast.meeting_id, cast.liran_id, {"name": "李冉"}, doing)
    assert _names(wall, cast, now) == ["李冉"], "an organiser who writes a name has read it"
    delegates.edit(cast.meeting_id, cast.liran_id, {"name": "李冉", "position": "科员"}, own)
    assert _names(wall, cast, now) == ["李冉"], "who leaves the name as it is has not written it"


def test_refused_names_wait_no_more_and_can_be_released_yet(cast: Cast, doing: Doing, now: datetime) -> None:
    wall = walls.add(cast.meeting_id, HALL, doing)
    _scan(cast, cast.liran_code, "1", now)
    for n in (2, 0):
        assert wall_names.refuse(cast.meeting_id, {cast.liran_id: "李然", cast.chenzhuo_id: "陈卓"}, doing) == Done(
            n, 0
        )
    assert (_names(wall, cast, now), _held(cast)) == ([None], [])
    declined = wall_names.held(cast.meeting_id, NameState.REFUSED)
    assert [(one.name, one.arrived) for one in declined.people] == [("李然", True), ("陈卓", False)]
    mine = {cast.liran_id: "李然"}
    assert wall_names.release(cast.meeting_id, mine, doing) == Done(0, 1), (
        "a list that was open before overrules nobody"
    )
    assert wall_names.release(cast.meeting_id, mine, doing, seen=NameState.REFUSED) == Done(1, 0)
    assert _names(wall, cast, now) == ["李然"]
    assert [one.name for one in wall_names.held(cast.meeting_id, NameState.SHOWN).people] == ["李然"]
    assert wall_names.refuse(cast.meeting_id, mine, doing, seen=NameState.SHOWN) == Done(1, 0)
    assert _names(wall, cast, now) == [None], "a release is taken back"
    assert _verbs() == ["wall.added", *["delegate.name_refused"] * 2, "delegate.name_released", "delegate.name_refused"]


def test_erasing_a_person_takes_what_was_released(cast: Cast, doing: Doing, now: datetime) -> None:
    wall = walls.add(cast.meeting_id, HALL, doing)
    _scan(cast, cast.liran_code, "1", now)
    wall_names.release(cast.meeting_id, {cast.liran_id: "李然", cast.chenzhuo_id: "陈卓"}, doing)
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    assert db.session().scalars(sa.select(NameRelease.delegate_id)).all() == [cast.chenzhuo_id]
    assert _names(wall, cast, now) == [None]


@pytest.mark.parametrize("name_by", [None, *ActorKind])
def test_the_list_and_the_rule_hold_the_same_names(
    context: APIFlask, cast: Cast, name_by: ActorKind | None, now: datetime
) -> None:
    for origin in Origin:
        with db.transaction() as session:
            session.execute(sa.update(Delegate).values(origin=origin, name_by=name_by))
        assert bool(_held(cast)) is typed_by_the_public(origin, name_by), (origin, name_by)


def test_the_figures_of_the_door_say_who_is_awaited(cast: Cast, doing: Doing, now: datetime) -> None:
    wall = walls.add(cast.meeting_id, WallFacts("门", WallKind.FIGURES, cast.venue_id), doing)
    _scan(cast, cast.liran_code, "1", now)
    shown = wall_pictures.door_figures(wall, _meeting(cast), now=now)
    assert (shown.arrived, shown.expected, shown.inside, shown.rate, shown.missing) == (1, 2, 1, 1, 1)
    assert [(one.gate, one.of_late) for one in shown.gates] == [("东门", 1)]
    assert [(one.name, one.missing, one.expected) for one in shown.units] == [(KENLI, 1, 1)]
    assert [(one.province, one.missing) for one in shown.provinces] == [("370000", 1)]
    with db.transaction() as session:
        session.execute(sa.update(Unit).values(proposed=True))
    assert wall_pictures.door_figures(wall, _meeting(cast), now=now).units == [], "what a stranger typed is on no wall"
    later = wall_pictures.door_figures(wall, _meeting(cast), now=now + timedelta(minutes=6))
    assert (later.rate, later.gates[0].of_late) == (0, 1)
    with db.transaction() as session:
        category = session.get_one(Delegate, cast.liran_id).category
        session.execute(sa.update(Meeting).values(uncounted=[category.value]))
    without = wall_pictures.door_figures(wall, _meeting(cast), now=now)
    assert (without.arrived, without.inside, without.rate, without.gates) == (0, 0, 0, [])


def test_the_mark_changes_with_what_a_wall_shows_and_else_rests(cast: Cast, doing: Doing, now: datetime) -> None:
    wall = walls.add(cast.meeting_id, HALL, doing)
    at = datetime.fromtimestamp(now.timestamp() // 30 * 30, now.tzinfo)

    def mark(seconds: int = 0, of: Wall = wall) -> str:
        return wall_pictures.mark(of, _meeting(cast), now=at + timedelta(seconds=seconds))

    seen = [mark()]
    assert mark(9) == seen[0]
    seen.append(mark(10))  # made afresh now and then
    _scan(cast, cast.liran_code, "1", now)
    seen.append(mark())
    walls.blank(cast.meeting_id, doing)
    seen.append(mark())
    wall_names.release(cast.meeting_id, {cast.liran_id: "李然"}, doing)
    seen.append(mark())
    assert len(set(seen)) == 5


def _scan(cast: Cast, code: str, nonce: str, now: datetime, *, out: bool = False) -> str:
    scan = Scan(code, cast.venue_id, nonce, Direction.OUT if out else Direction.IN)
    return str(checkin.check_in(cast.meeting_id, scan, Gate("东门"), now=now)["outcome"])


def _names(wall: Wall, cast: Cast, now: datetime) -> list[str | None]:
    return [one.name for one in wall_pictures.welcome(wall, _meeting(cast)).arrivals]


def _held(cast: Cast) -> list[str]:
    return [one.name for one in wall_names.held(cast.meeting_id).people]


def _meeting(cast: Cast) -> Meeting:
    return meetings.by_id(cast.meeting_id)


def _verbs() -> list[str]:
    """What these tests did, as the record has it; what went before is the making of the cast."""
    verbs = db.session().scalars(sa.select(Activity.verb).order_by(Activity.id))
    return [verb for verb in verbs if verb.startswith(("wall.", "meeting.walls", "delegate.name"))]
