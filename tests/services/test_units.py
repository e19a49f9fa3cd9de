"""Units: one identity over meetings, a limit in each, a link of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Participation, Unit
from conference.services import activity, meetings, unit_lists, units
from conference.services.delegates import Doing
from conference.services.units import UnitFacts
from conference.vocabulary import Fault, Malformed, Missing, Mode, Refusal, Refused, UnitKind
from tests.cast import Cast

CREDIT = "91350100M000100Y43"


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


@pytest.fixture
def other_meeting(cast: Cast, doing: Doing) -> int:
    now = doing.now
    plan = meetings.Plan(
        slug="next-year",
        title="下一届",
        place="大同",
        province="140000",
        starts_at=now + timedelta(days=300),
        ends_at=now + timedelta(days=301),
        registration_opens_at=now,
        registration_closes_at=now + timedelta(days=299),
        capacity={Mode.IN_PERSON: 10},
    )
    return meetings.make(plan, doing).id


def test_the_same_name_and_province_is_the_same_unit_over_meetings(
    cast: Cast, doing: Doing, other_meeting: int
) -> None:
    part, new = units.add(other_meeting, UnitFacts("东营市垦利区民政局", "370000", delegate_limit=3), doing)
    assert (part.unit_id, new, part.delegate_limit) == (cast.kenli_id, True, 3)
    again, new = units.add(other_meeting, UnitFacts("东营市垦利区民政局", "370000", delegate_limit=9), doing)
    assert (again.id, new, again.delegate_limit) == (part.id, False, 3)
    elsewhere, _ = units.add(other_meeting, UnitFacts("东营市垦利区民政局", "150000"), doing)
    assert elsewhere.unit_id != cast.kenli_id
    assert units.link_token(part) != cast.kenli_link


def test_the_same_credit_code_is_the_same_unit_and_the_stored_name_stays(
    cast: Cast, doing: Doing, other_meeting: int
) -> None:
    first, _ = units.add(cast.meeting_id, UnitFacts("旧名中心", "140000", credit_code=CREDIT), doing)
    second, new = units.add(other_meeting, UnitFacts("新名中心", "140000", credit_code=CREDIT), doing)
    assert (second.unit_id, second.unit.name, new) == (first.unit_id, "旧名中心", True)
    units.edit(other_meeting, first.unit_id, {"name": "新名中心"}, doing)
    assert units.one(cast.meeting_id, first.unit_id).unit.name == "新名中心"
    trace = activity.page(other_meeting, subject="unit", subject_id=first.unit_id).items[0]
    assert (trace.verb, trace.before, trace.after) == ("unit.edited", {"name": "旧名中心"}, {"name": "新名中心"})


@pytest.mark.parametrize(
    ("facts", "faults"),
    [
        (UnitFacts("某单位", "999999"), {"province": Fault.NOT_A_PROVINCE}),
        (UnitFacts("某单位", "140100"), {"province": Fault.NOT_A_PROVINCE}),
        (UnitFacts("某单位", "140000", credit_code=CREDIT[:-1] + "4"), {"credit_code": Fault.NOT_A_CREDIT_CODE}),
    ],
)
def test_what_is_no_province_or_credit_code_is_named(
    cast: Cast, doing: Doing, facts: UnitFacts, faults: dict[str, Fault]
) -> None:
    with pytest.raises(Malformed) as said:
        units.add(cast.meeting_id, facts, doing)
    assert said.value.faults == faults
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Unit)) == 2


def test_a_unit_cannot_become_another_one(cast: Cast, doing: Doing) -> None:
    with pytest.raises(Refused) as said:
        units.edit(cast.meeting_id, cast.yuquan_id, {"name": "东营市垦利区民政局", "province": "370000"}, doing)
    assert said.value.refusal is Refusal.UNIT_EXISTS
    with pytest.raises(Malformed):
        units.edit(cast.meeting_id, cast.yuquan_id, {"province": "1"}, doing)
    with pytest.raises(Missing):
        units.edit(cast.meeting_id, 999_999, {"name": "某单位"}, doing)
    assert units.one(cast.meeting_id, cast.yuquan_id).unit.name == "呼和浩特市玉泉区民政局"


def test_the_kind_and_district_are_kept(cast: Cast, doing: Doing) -> None:
    part = units.edit(cast.meeting_id, cast.yuquan_id, {"kind": UnitKind.RELATED, "district": "玉泉区"}, doing)
    db.release()
    kept = units.one(cast.meeting_id, part.unit_id).unit
    assert (kept.kind, kept.district) == (UnitKind.RELATED, "玉泉区")


def test_a_renewed_link_kills_the_old_one(cast: Cast, doing: Doing) -> None:
    assert units.by_link(cast.kenli_link).unit_id == cast.kenli_id
    part = units.renew_link(cast.meeting_id, cast.kenli_id, doing)
    with pytest.raises(Missing):
        units.by_link(cast.kenli_link)
    assert units.by_link(units.link_token(part)).unit_id == cast.kenli_id
    trace = activity.page(cast.meeting_id, subject="unit", subject_id=cast.kenli_id).items[0]
    assert (trace.verb, trace.before, trace.after) == ("unit.link_renewed", {}, {})


def test_search_takes_wildcards_as_characters(cast: Cast, doing: Doing) -> None:
    assert [u.id for u in units.find(cast.meeting_id, search="垦利")] == [cast.kenli_id]
    assert units.find(cast.meeting_id, search="%") == []
    assert unit_lists.page(cast.meeting_id, search="_").total == 0
    assert unit_lists.page(cast.meeting_id, number=99).number == 1


def test_a_limit_lowered_under_those_there_is_kept_as_granted(cast: Cast, doing: Doing) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 1}, doing)
    part = db.session().scalars(sa.select(Participation).where(Participation.unit_id == cast.yuquan_id)).one()
    assert (part.active, part.delegate_limit, part.granted) == (2, 1, 1)
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": None}, doing)
    assert units.one(cast.meeting_id, cast.yuquan_id).granted == 0
