"""Several people who bring the same report of an outside room in at one instant."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, PlatformReport, PlatformStay
from conference.services import platform_reports
from conference.services.delegates import Doing
from tests.cast import Cast
from tests.races import platform_deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.services.test_platform_reports import doing, meeting_of, report

__all__ = ["doing", "report"]  # fixtures
pytestmark = pytest.mark.races
CROWD = 5
ROUNDS = 24  # of the control, until the race shows


@pytest.fixture
def report_id(context: APIFlask, cast: Cast, report: bytes, doing: Doing) -> int:
    made, _ = platform_reports.receive(meeting_of(cast), report, "参会记录.csv", doing)
    db.release()
    return made


def test_one_brings_it_in_and_the_others_are_told(cast: Cast, report_id: int, at_once: Crowd) -> None:
    said = at_once([deed(platform_deeds.bring_in, cast.meeting_id, report_id)] * CROWD)
    assert sorted(said) == [False] * (CROWD - 1) + [True]
    rows = db.session().scalars(sa.select(PlatformStay.row).order_by(PlatformStay.row)).all()
    verbs = db.session().scalars(sa.select(Activity.verb).where(Activity.subject == "platform_report")).all()
    assert (rows, verbs) == ([4, 5, 6, 7, 8, 9, 10], ["platform_report.brought_in"])


def test_without_locks_the_constraint_refuses_the_second(cast: Cast, report_id: int, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        said = at_once([deed(platform_deeds.bring_in, cast.meeting_id, report_id)] * CROWD, without="locks")
        if any("platform_stays" in str(one) for one in said):
            return
        with db.transaction() as session:
            session.execute(sa.delete(PlatformStay))
            session.execute(sa.update(PlatformReport).values(brought_in_at=None))
        db.release()
    pytest.fail("the race did not show")
