"""Merging two units that are the same: everything goes over to the one that is kept; old links and ids lead there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Participation, Tally, Turnout, Unit
from conference.services import (
    activity,
    checkin,
    delegates,
    desks,
    figures,
    invitations,
    liaisons,
    meetings,
    places_requests,
    registration,
    unit_merging,
    units,
    viewing_rooms,
)
from conference.services.delegates import Doing
from conference.services.liaisons import LiaisonFacts
from conference.services.scans import Gate, Scan
from conference.services.units import UnitFacts
from conference.services.viewing_rooms import RoomFacts
from conference.vocabulary import DelegateStatus, Missing, Mode, Origin, Refusal, Refused
from tests.cast import Cast
from tests.recount import assert_whole

CREDIT = "91350100M000100Y43"
OTHER_CREDIT = "91140200MA0000001B"


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


@pytest.fixture
def twin(cast: Cast, doing: Doing) -> Participation:
    """玉泉 once more, under its short name, with one person in each mode."""
    facts = UnitFacts("玉泉区民政局", "150000", credit_code=CREDIT, address="昭君路 1 号", delegate_limit=2)
    part, _ = units.add(cast.meeting_id, facts, doing)
    for n, mode in enumerate(Mode):
        entry = registration.Entry(name=f"代表{n}", unit_id=part.unit_id, mode=mode, phone=f"1390000000{n}")
        registration.register(
            cast.meeting_id,
            entry,
            actor=activity.SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=doing.now,
        )
    return part


def test_people_limits_and_figures_go_over(cast: Cast, doing: Doing, twin: Participation) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 3}, doing)
    twin_id = twin.unit_id
    before = figures.of(cast.meeting_id, now=doing.now)
    watching = viewing_rooms.declare(cast.meeting_id, RoomFacts(twin_id, "三楼", "孙立", 12), doing).id
    kept = unit_merging.merge(cast.yuquan_id, twin_id, doing)
    assert [room.id for room in viewing_rooms.listed(cast.meeting_id, unit_id=kept.id)] == [watching]
    assert (kept.id, kept.credit_code, kept.address) == (cast.yuquan_id, CREDIT, "昭君路 1 号")
    part = units.one(cast.meeting_id, cast.yuquan_id)
    assert (part.active, part.delegate_limit, part.granted) == (4, 3, 1)
    db.release()
    session = db.session()
    merged = session.get_one(Unit, twin_id)
    assert (merged.merged_into_id, merged.merged_at, merged.name) == (cast.yuquan_id, doing.now, "玉泉区民政局")
    assert _count(Participation) == 2
    assert _count(Delegate, Delegate.unit_id == cast.yuquan_id) == 4
    assert _count(Tally, Tally.unit_id == twin_id, Tally.n > 0) == 0
    after = figures.of(cast.meeting_id, now=doing.now)
    assert (after.confirmed, after.status) == (before.confirmed, before.status)
    assert [unit.name for unit in after.units].count("玉泉区民政局") == 0
    assert_whole(cast.meeting_id)


def test_who_is_in_the_hall_is_counted_for_the_kept_one(cast: Cast, doing: Doing, twin: Participation) -> None:
    twin_id = twin.unit_id
    for n, code in enumerate((_code(twin_id), cast.liran_code)):
        scan = Scan(code, cast.venue_id, f"scan-{n}")
        checkin.check_in(cast.meeting_id, scan, Gate("一号门"), now=doing.now)
    unit_merging.merge(cast.yuquan_id, twin_id, doing)
    db.release()
    came = db.session().execute(
        sa.select(Turnout.unit_id, sa.func.sum(Turnout.present)).where(Turnout.present > 0).group_by(Turnout.unit_id)
    )
    assert [tuple(row) for row in came] == [(cast.yuquan_id, 2)]
    assert_whole(cast.meeting_id)


def test_old_links_and_ids_lead_to_the_kept_one(cast: Cast, doing: Doing, twin: Participation) -> None:
    token, twin_id = units.link_token(twin), twin.unit_id
    unit_merging.merge(cast.yuquan_id, twin_id, doing)
    assert units.by_link(token).unit_id == cast.yuquan_id
    assert units.one(cast.meeting_id, twin_id).unit_id == cast.yuquan_id
    edited = units.edit(cast.meeting_id, twin_id, {"delegate_limit": 9}, doing)
    assert (edited.unit_id, edited.delegate_limit) == (cast.yuquan_id, 9)
    again, new = units.add(cast.meeting_id, UnitFacts("玉泉区民政局", "150000"), doing)
    assert (again.unit_id, new) == (cast.yuquan_id, False)
    # A new common link ends the old ones, those of the merged unit too.
    units.renew_link(cast.meeting_id, cast.yuquan_id, doing)
    with pytest.raises(Missing):
        units.by_link(token)


def test_where_only_one_takes_part_its_part_goes_over_as_it_is(cast: Cast, doing: Doing, twin: Participation) -> None:
    year = timedelta(days=300)
    plan = meetings.Plan(
        slug="next-year",
        title="下一届",
        place="大同",
        province="140000",
        starts_at=doing.now + year,
        ends_at=doing.now + year + timedelta(hours=8),
        registration_opens_at=doing.now,
        registration_closes_at=doing.now + year,
        capacity={Mode.IN_PERSON: 10},
    )
    other = meetings.make(plan, doing).id
    part, _ = units.add(other, UnitFacts("玉泉区民政局", "150000", delegate_limit=7), doing)
    token, twin_id, part_id = units.link_token(part), twin.unit_id, part.id
    unit_merging.merge(cast.yuquan_id, twin_id, doing)
    kept = units.one(other, cast.yuquan_id)
    assert (kept.id, kept.delegate_limit, units.by_link(token).id) == (part_id, 7, part_id)
    verbs = [act.verb for act in activity.page(other, subject="unit").items]
    assert verbs[:2] == ["unit.merged_away", "unit.merged"]
    assert_whole(other)
    assert_whole(cast.meeting_id)


def test_of_two_liaisons_the_kept_ones_stays_and_the_others_links_die(
    cast: Cast, doing: Doing, twin: Participation
) -> None:
    liaisons.appoint(cast.meeting_id, cast.yuquan_id, LiaisonFacts("李然", "13800000001"), doing)
    liaisons.appoint(cast.meeting_id, twin.unit_id, LiaisonFacts("王敏", "13800000002"), doing)
    ours = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    theirs = invitations.make_link(cast.meeting_id, twin.unit_id, doing).rpartition("/")[2]
    places_requests.ask(twin.id, in_person=2, online=0, reason="两位专家", doing=doing)
    places_requests.ask(_part(cast.yuquan_id).id, in_person=1, online=3, reason="", doing=doing)
    unit_merging.merge(cast.yuquan_id, twin.unit_id, doing)
    part = _part(cast.yuquan_id)
    liaison = liaisons.of(part.id)
    assert liaison is not None
    assert liaison.name == "李然"
    assert (desks.by_token(ours) is not None, desks.by_token(theirs), desks.was_revoked(theirs)) == (True, None, True)
    waiting = places_requests.waiting(cast.meeting_id)
    assert [(one.request.in_person, one.request.online, one.request.reason) for one in waiting] == [(3, 3, "两位专家")]


def test_the_only_liaison_stays_with_their_link(cast: Cast, doing: Doing, twin: Participation) -> None:
    liaisons.appoint(cast.meeting_id, twin.unit_id, LiaisonFacts("王敏", "13800000002"), doing)
    token = invitations.make_link(cast.meeting_id, twin.unit_id, doing).rpartition("/")[2]
    unit_merging.merge(cast.yuquan_id, twin.unit_id, doing)
    link = desks.by_token(token)
    assert link is not None
    assert link.participation_id == _part(cast.yuquan_id).id
    assert _part(cast.yuquan_id).invited_at == doing.now


def test_a_line_goes_on_in_its_order(cast: Cast, doing: Doing, twin: Participation) -> None:
    units.edit(cast.meeting_id, twin.unit_id, {"delegate_limit": None}, doing)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 3}}, doing)
    waiting = registration.register(
        cast.meeting_id,
        registration.Entry(name="候补", unit_id=twin.unit_id, mode=Mode.IN_PERSON, phone="13911111111"),
        actor=activity.SYSTEM,
        origin=Origin.PROGRAM,
        public_url=cast.public_url,
        now=doing.now,
    ).delegate
    assert waiting.status is DelegateStatus.WAITLISTED
    unit_merging.merge(cast.yuquan_id, twin.unit_id, doing)
    assert_whole(cast.meeting_id)
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    db.release()
    moved = db.session().get_one(Delegate, waiting.id)
    assert (moved.status, moved.unit_id) == (DelegateStatus.CONFIRMED, cast.yuquan_id)
    assert_whole(cast.meeting_id)


def test_again_is_harmless_and_nonsense_is_refused(cast: Cast, doing: Doing, twin: Participation) -> None:
    twin_id = twin.unit_id
    unit_merging.merge(cast.yuquan_id, twin_id, doing)
    acts = len(activity.page(cast.meeting_id).items)
    assert unit_merging.merge(cast.yuquan_id, twin_id, doing).id == cast.yuquan_id
    assert len(activity.page(cast.meeting_id).items) == acts
    for kept_id, merged_id, refusal in (
        (cast.yuquan_id, cast.yuquan_id, Refusal.SAME_UNIT),
        (twin_id, cast.yuquan_id, Refusal.SAME_UNIT),
        (cast.kenli_id, twin_id, Refusal.DECIDED_ALREADY),
    ):
        with pytest.raises(Refused) as said:
            unit_merging.merge(kept_id, merged_id, doing)
        assert said.value.refusal is refusal
    with pytest.raises(Missing):
        unit_merging.merge(cast.yuquan_id, 999_999, doing)
    assert_whole(cast.meeting_id)


def test_one_step_always_leads_to_the_kept_one(cast: Cast, doing: Doing, twin: Participation) -> None:
    third, _ = units.add(cast.meeting_id, UnitFacts("玉泉民政局", "150000"), doing)
    third_id, twin_id = third.unit_id, twin.unit_id
    unit_merging.merge(twin_id, third_id, doing)
    unit_merging.merge(cast.yuquan_id, twin_id, doing)
    assert units.one(cast.meeting_id, third_id).unit_id == cast.yuquan_id
    assert_whole(cast.meeting_id)


def test_alike_names_are_suggested_and_two_codes_are_not(cast: Cast, doing: Doing, twin: Participation) -> None:
    units.add(cast.meeting_id, UnitFacts("呼和浩特市民政局", "150000"), doing)
    units.add(cast.meeting_id, UnitFacts("玉泉区民政局", "370000"), doing)
    pairs = [(pair.older.id, pair.newer.id) for pair in unit_merging.suggestions(cast.meeting_id)]
    assert pairs == [(cast.yuquan_id, twin.unit_id)]
    assert [unit.id for unit in unit_merging.likely(twin.unit)] == [cast.yuquan_id]
    units.edit(cast.meeting_id, cast.yuquan_id, {"credit_code": OTHER_CREDIT}, doing)
    assert unit_merging.suggestions(cast.meeting_id) == []


def test_a_proposed_one_is_kept_or_merged(cast: Cast, doing: Doing) -> None:
    part, _ = units.add(cast.meeting_id, UnitFacts("玉泉区民政局", "150000"), doing, proposed=True)
    other, _ = units.add(cast.meeting_id, UnitFacts("示例中心", "150000"), doing, proposed=True)
    part_id, other_id = part.unit_id, other.unit_id
    unit_merging.approve(cast.meeting_id, other_id, doing)
    unit_merging.approve(cast.meeting_id, other_id, doing)
    unit_merging.merge(cast.yuquan_id, part_id, doing)
    db.release()
    assert _count(Unit, Unit.proposed.is_(True)) == 0
    verbs = [act.verb for act in activity.page(cast.meeting_id, subject="unit", subject_id=other_id).items]
    assert verbs == ["unit.approved", "unit.added"]


def test_what_goes_over_as_it_is_has_no_row_for_each_unit() -> None:
    """A table that has one needs care when two units become one: it belongs to `COUNTED`, with lines of its own."""
    pointing = [*unit_merging.POINTS_TO_UNITS, *unit_merging.POINTS_TO_PARTICIPATIONS]
    for column in pointing:
        once = [
            constraint
            for constraint in column.table.constraints
            if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint) and column in [*constraint.columns]
        ]
        assert once == [], column
    # Beside these, each with a line of its own in `_join`: a liaison, an open request, at a time.
    once_at_a_time = {
        index.name for c in pointing for index in c.table.indexes if index.unique and c in [*index.columns]
    }
    assert once_at_a_time == {"uq_liaisons_current", "uq_places_requests_open"}


def _part(unit_id: int) -> Participation:
    return db.session().scalars(sa.select(Participation).where(Participation.unit_id == unit_id)).one()


def _code(unit_id: int) -> str:
    query = sa.select(Delegate).where(Delegate.unit_id == unit_id, Delegate.mode == Mode.IN_PERSON)
    found = db.session().scalars(query).one().codes[0].code
    db.release()
    return found


def _count(model: type[db.Base], *where: sa.ColumnElement[bool]) -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0
