"""Units in a crowd: nobody above a limit by mode, a merge while people come in and scan, one liaison, one answer."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Liaison, Participation, Tally, Unit
from conference.services import activity, liaisons, places_requests, registration, units
from conference.services.delegates import Doing
from conference.services.units import UnitFacts
from conference.vocabulary import ACTIVE_STATUSES, Mode, Origin
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import Deed, deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 12
ROUNDS = 24  # of a control, until the race shows


def test_a_mode_of_a_unit_is_filled_and_no_more(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 4}, _doing(cast, now))  # one is there
    db.release()
    said = at_once([_newcomer(cast, n, cast.yuquan_id) for n in range(CROWD)])
    assert Counter(said) == {"confirmed": 3, "unit_mode_full": CROWD - 3}
    assert _in_person(cast.yuquan_id) == 4
    assert_whole(cast.meeting_id)


def test_without_the_lock_a_mode_passes_its_limit(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for turn in range(ROUNDS):
        limit = _in_person(cast.yuquan_id) + 2
        units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": limit}, _doing(cast, now))
        # What the last turn left behind counts too.
        _recount(cast.meeting_id, cast.yuquan_id)
        people = [_newcomer(cast, turn * CROWD + n, cast.yuquan_id) for n in range(CROWD)]
        at_once(people, without="locks")
        if _in_person(cast.yuquan_id) > limit:
            return
    pytest.fail("the race did not show")


def test_switching_and_coming_in_share_the_places_of_a_mode(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    doing = _doing(cast, now)
    online = [_register(cast, 800 + n, cast.yuquan_id, now, mode=Mode.ONLINE) for n in range(6)]
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 5}, doing)  # one is there
    db.release()
    crowd = [_newcomer(cast, n, cast.yuquan_id) for n in range(6)]
    crowd += [deed(deeds.switch, cast.meeting_id, id_, "in_person") for id_ in online]
    said = Counter(at_once(crowd))
    assert said["confirmed"] + said["in_person"] == 4
    assert said["unit_mode_full"] + said["Refused: unit_mode_full"] == 8
    assert _in_person(cast.yuquan_id) == 5
    assert_whole(cast.meeting_id)


def test_two_units_are_merged_while_people_come_in_and_scan(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    twin_id = _twin(cast, now)
    codes = [_code(_register(cast, 700 + n, twin_id, now)) for n in range(4)]
    db.release()
    crowd = [deed(deeds.merge_units, cast.yuquan_id, twin_id) for _ in range(2)]
    crowd += [_newcomer(cast, n, (twin_id, cast.yuquan_id)[n % 2]) for n in range(6)]
    crowd += [deed(deeds.scan, cast.meeting_id, code, cast.venue_id, f"scan-{code}", "一号门") for code in codes]
    crowd += [deed(deeds.cancel, cast.meeting_id, cast.liran_id)]
    crowd += [deed(deeds.move_unit, cast.meeting_id, cast.chenzhuo_id, twin_id)]
    said = at_once(crowd)
    assert said[:2] == [cast.yuquan_id, cast.yuquan_id]
    assert Counter(said[2:8]) == {"confirmed": 6}
    assert Counter(answer["outcome"] for answer in said[8:12]) == {"admitted": 4}
    assert said[12] == "cancelled"
    assert said[13] in {twin_id, cast.yuquan_id}
    db.release()
    session = db.session()
    assert session.get_one(Unit, twin_id).merged_into_id == cast.yuquan_id
    assert session.scalar(sa.select(sa.func.count()).where(Delegate.unit_id == twin_id)) == 0
    assert session.scalar(sa.select(sa.func.count()).where(Participation.unit_id == twin_id)) == 0
    assert_whole(cast.meeting_id)


def test_a_merge_the_other_way_round_at_the_same_time_is_refused(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    twin_id = _twin(cast, now)
    db.release()
    said = at_once(
        [deed(deeds.merge_units, cast.yuquan_id, twin_id), deed(deeds.merge_units, twin_id, cast.yuquan_id)] * 3
    )
    kept = {answer for answer in said if isinstance(answer, int)}
    assert kept in ({cast.yuquan_id}, {twin_id})
    assert {answer for answer in said if not isinstance(answer, int)} == {"Refused: same_unit"}
    assert_whole(cast.meeting_id)


def test_a_unit_let_in_while_it_is_merged_is_the_kept_one(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    twin_id = _twin(cast, now)
    db.release()
    crowd: list[Deed] = [deed(deeds.merge_units, cast.yuquan_id, twin_id)]
    crowd += [deed(deeds.let_in_unit, cast.meeting_id, "玉泉区民政局", "150000") for _ in range(5)]
    said = at_once(crowd)
    assert set(said) <= {cast.yuquan_id, twin_id}
    db.release()
    taking_part = set(db.session().scalars(sa.select(Participation.unit_id)))
    assert taking_part == {cast.yuquan_id, cast.kenli_id}
    assert_whole(cast.meeting_id)


def test_of_many_hand_overs_one_liaison_is_left(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    names = [f"联络员{n}" for n in range(6)]
    said = at_once([deed(deeds.hand_over, cast.meeting_id, cast.yuquan_id, name) for name in names])
    assert sorted(said) == names
    db.release()
    liaison = liaisons.of(units.one(cast.meeting_id, cast.yuquan_id).id)
    assert liaison is not None
    assert liaison.name in names
    ended = db.session().scalar(sa.select(sa.func.count()).where(Liaison.until.is_not(None)))
    assert ended == 5


def test_a_request_is_decided_once(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    doing = _doing(cast, now)
    units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 1}, doing)
    part_id = units.one(cast.meeting_id, cast.yuquan_id).id
    request_id = places_requests.ask(part_id, in_person=3, online=0, reason="", doing=doing).id
    db.release()
    said = at_once([deed(deeds.grant_places, cast.meeting_id, request_id, 3) for _ in range(6)])
    assert Counter(said) == {"granted": 1, "decided_already": 5}
    db.release()
    assert units.one(cast.meeting_id, cast.yuquan_id).in_person_limit == 4


def _doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def _twin(cast: Cast, now: datetime) -> int:
    return units.add(cast.meeting_id, UnitFacts("玉泉区民政局", "150000"), _doing(cast, now))[0].unit_id


def _newcomer(cast: Cast, n: int, unit_id: int) -> Deed:
    return deed(deeds.register, cast.meeting_id, unit_id, f"代表{n}", f"137{n:08d}")


def _register(cast: Cast, n: int, unit_id: int, now: datetime, *, mode: Mode = Mode.IN_PERSON) -> int:
    entry = registration.Entry(name=f"代表{n}", unit_id=unit_id, mode=mode, phone=f"136{n:08d}")
    return registration.register(
        cast.meeting_id, entry, actor=activity.SYSTEM, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
    ).delegate_id


def _code(delegate_id: int) -> str:
    return db.session().get_one(Delegate, delegate_id).codes[0].code


def _in_person(unit_id: int) -> int:
    db.release()
    query = sa.select(sa.func.count()).where(
        Delegate.unit_id == unit_id, Delegate.mode == Mode.IN_PERSON, Delegate.status.in_(ACTIVE_STATUSES)
    )
    return db.session().scalar(query) or 0


def _recount(meeting_id: int, unit_id: int) -> None:
    """Bring the tallies of a unit back to its people, after a turn without locks."""
    found = _in_person(unit_id)
    db.release()
    with db.transaction() as session:
        session.execute(
            sa.update(Tally)
            .where(Tally.meeting_id == meeting_id, Tally.unit_id == unit_id, Tally.mode == Mode.IN_PERSON)
            .values(n=0)
        )
        tally = session.scalars(
            sa.select(Tally).where(
                Tally.meeting_id == meeting_id, Tally.unit_id == unit_id, Tally.mode == Mode.IN_PERSON
            )
        ).first()
        assert tally is not None
        tally.n = found
