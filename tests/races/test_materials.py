"""Several people who bring another version of the same slides at one instant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Material, MaterialVersion
from conference.services import activity, large_files, material_lists, materials
from conference.services.delegates import Doing
from conference.services.materials import MaterialFacts, Spot
from tests.agendas import a_morning
from tests.cast import Cast
from tests.documents.test_handed_in import PDF
from tests.races import crowd, material_deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.services.test_materials import came

pytestmark = pytest.mark.races
CROWD = 5
ROUNDS = 24  # of the control, until the race shows


@pytest.fixture
def material_id(context: APIFlask, cast: Cast, now: datetime) -> int:
    morning = a_morning(cast.meeting_id, begins=now + timedelta(hours=1))
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    made = materials.add(cast.meeting_id, Spot(morning.tea), MaterialFacts(), came(), doing)
    db.release()
    return made.id


def test_each_becomes_a_version_and_none_is_lost(cast: Cast, material_id: int, at_once: Crowd) -> None:
    said = at_once([deed(material_deeds.bring, cast.meeting_id, material_id, n) for n in range(CROWD)])
    assert sorted(said) == ["2", "3", "4", "5", "6"]
    versions = material_lists.one(cast.meeting_id, material_id).versions
    assert [one.number for one in versions] == [6, 5, 4, 3, 2, 1]
    kept = [b"".join(large_files.one(one.file_id).pieces()) for one in versions if one.file_id]
    assert {content.removeprefix(PDF).decode() for content in kept} == {"", "0", "1", "2", "3", "4"}


def test_without_locks_two_take_the_same_number(cast: Cast, material_id: int, at_once: Crowd) -> None:
    """The constraint refuses the second, whose upload would be lost."""
    for n in range(ROUNDS):
        deeds = [deed(material_deeds.bring, cast.meeting_id, material_id, n) for _ in range(CROWD)]
        if any(
            "uq_material_versions" in one or "material_versions.number" in one
            for one in at_once(deeds, without="locks")
        ):
            return
    pytest.fail("the race did not show")


def erased_meanwhile(cast: Cast, material_id: int, at_once: Crowd, *, without: str | None = None) -> list[str]:
    """李然 is erased, who brought all there is of it, while an organiser adds a version."""
    with db.transaction() as session:
        session.execute(sa.update(MaterialVersion).values(delegate_id=cast.liran_id))
    db.release()
    point = crowd.meeting_point(2)
    erasing = deed(material_deeds.erase, cast.meeting_id, cast.liran_id, point)
    adding = deed(material_deeds.bring_while_erased, cast.meeting_id, material_id, point)
    return [one.partition(":")[0] for one in at_once([erasing, adding], without=without)]


def test_an_erasure_and_a_new_version_wait_for_each_other(cast: Cast, material_id: int, at_once: Crowd) -> None:
    assert erased_meanwhile(cast, material_id, at_once) == ["erased", "gone"]
    assert db.session().scalars(sa.select(Material.id)).all() == []


def test_without_locks_the_new_version_stops_the_erasure_or_is_lost(
    cast: Cast, material_id: int, at_once: Crowd
) -> None:
    said = erased_meanwhile(cast, material_id, at_once, without="locks")
    assert said in (["IntegrityError", "2"], ["erased", "1"])  # or, on SQLite, it is lost without a word
