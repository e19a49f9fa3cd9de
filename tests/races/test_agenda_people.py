"""Somebody on the agenda is erased while the agenda is released: no release keeps what the erasure took away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AgendaRelease
from conference.services import activity, agenda, agenda_people_editing, agenda_releases, registration
from conference.services.agenda import SessionFacts
from conference.services.agenda_draft import RoleSaid
from conference.services.agenda_people_editing import PersonFacts
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, AgendaRoleKind, Mode, Origin
from tests.cast import Cast
from tests.races import agenda_deeds, crowd
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
ROUNDS = 3


def test_a_release_and_an_erasure_meet(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for turn in range(ROUNDS):
        delegate_id, version = _speaker(cast, now, turn)
        together = [
            deed(agenda_deeds.release, cast.meeting_id, version),
            deed(agenda_deeds.erase, cast.meeting_id, delegate_id),
        ]
        assert at_once(together) == [str(turn + 1), "erased"]
        assert _kept(turn) == {""}


def test_without_locks_a_release_keeps_what_was_erased(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    point = crowd.meeting_point(2)
    delegate_id, version = _speaker(cast, now, 0)
    together = [
        deed(agenda_deeds.release_while_erased, cast.meeting_id, version, point),
        deed(agenda_deeds.erase_while_released, cast.meeting_id, delegate_id, point),
    ]
    assert at_once(together, without="locks") == ["1", "erased"]
    assert _kept(0) == {"一线二十年"}


def _speaker(cast: Cast, now: datetime, turn: int) -> tuple[int, int]:
    """Somebody new with words about them, who speaks: the delegate's id, and the draft's version."""
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    delegate_id = registration.register(
        cast.meeting_id,
        registration.Entry(f"专家{turn}", cast.yuquan_id, Mode.ONLINE, phone=f"1370000{turn:04d}"),
        actor=activity.SYSTEM,
        origin=Origin.PROGRAM,
        public_url=cast.public_url,
        now=now,
    ).delegate.id
    facts = PersonFacts(f"专家{turn}", about="一线二十年", delegate_id=delegate_id)
    speaks = (RoleSaid(AgendaRoleKind.SPEAKER, agenda_people_editing.add(cast.meeting_id, facts, doing).id),)
    begins = now + timedelta(hours=2, minutes=20 * turn)
    said = SessionFacts(
        AgendaKind.SPEECH, "主旨发言", starts_at=begins, ends_at=begins + timedelta(minutes=20), roles=speaks
    )
    agenda.add(cast.meeting_id, said, doing)
    version = agenda_releases.preview(cast.meeting_id).version
    db.release()
    return delegate_id, version


def _kept(turn: int) -> set[str]:
    """What the releases say about the one of this turn."""
    db.release()
    released = [one.content for one in db.session().scalars(sa.select(AgendaRelease))]
    return {person["about"] for content in released for person in content["people"] if person["name"] == f"专家{turn}"}
