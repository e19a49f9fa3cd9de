"""Organisers who release the same draft at one instant, and one who edits it meanwhile."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AgendaPerson, AgendaRelease, OutboxMessage
from conference.services import activity, agenda, agenda_releases
from conference.services.agenda import SessionFacts
from conference.services.agenda_draft import RoleSaid
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, AgendaRoleKind
from tests.cast import Cast
from tests.races import agenda_deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
CROWD = 5
ROUNDS = 24  # of the control, until the race shows


def test_one_of_many_releases_and_each_is_told_once(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    version = _draft(cast, now)
    said = at_once([deed(agenda_deeds.release, cast.meeting_id, version) for _ in range(CROWD)])
    assert Counter(said) == {"1": 1, "nothing_to_release": CROWD - 1}
    assert _numbers() == [1]
    assert _told() == [cast.liran_id]


def test_a_release_and_an_edit_meet(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    """Either the edit came first, and the draft is looked at again, or the release went out without it."""
    version = _draft(cast, now)
    said = at_once(
        [
            deed(agenda_deeds.release, cast.meeting_id, version),
            deed(agenda_deeds.add_session, cast.meeting_id, "加场"),
        ]
    )
    db.release()
    released = [one.content for one in db.session().scalars(sa.select(AgendaRelease))]
    titles = [[item["title"] for item in content["sessions"]] for content in released]
    assert (said[0], titles) in [("1", [["主旨发言"]]), ("changed_meanwhile", [])]


def test_without_locks_and_constraint_the_same_is_released_twice(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    db.release()
    unguarded.drop(database_url, "agenda_releases", "uq_agenda_releases_meeting_id_number")
    version = _draft(cast, now)
    for _ in range(ROUNDS):
        at_once([deed(agenda_deeds.release, cast.meeting_id, version) for _ in range(CROWD)], without="locks")
        if len(_numbers()) > 1:
            assert len(_told()) > 1
            return
        with db.transaction() as session:
            session.execute(sa.delete(OutboxMessage).where(OutboxMessage.agenda_release_id.is_not(None)))
            session.execute(sa.delete(AgendaRelease))
    pytest.fail("the race did not show")


def _draft(cast: Cast, now: datetime) -> int:
    """A session in which 李然 speaks; returns the draft's version."""
    with db.transaction() as session:
        person = AgendaPerson(meeting_id=cast.meeting_id, name="李然", delegate_id=cast.liran_id, created_at=now)
        session.add(person)
        session.flush()
        speaks = (RoleSaid(AgendaRoleKind.SPEAKER, person.id),)
    begins = now + timedelta(hours=2)
    facts = SessionFacts(
        AgendaKind.SPEECH, "主旨发言", starts_at=begins, ends_at=begins + timedelta(hours=1), roles=speaks
    )
    agenda.add(cast.meeting_id, facts, Doing(activity.SYSTEM, now, cast.public_url))
    version = agenda_releases.preview(cast.meeting_id).version
    db.release()
    return version


def _numbers() -> list[int]:
    db.release()
    return list(db.session().scalars(sa.select(AgendaRelease.number).order_by(AgendaRelease.id)))


def _told() -> list[int | None]:
    db.release()
    query = sa.select(OutboxMessage.delegate_id).where(OutboxMessage.agenda_release_id.is_not(None))
    return list(db.session().scalars(query))
