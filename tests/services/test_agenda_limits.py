"""What the draft of an agenda does not take: what is wrong is told beside its field, and there is a most of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask

from conference import db
from conference.models import AgendaSession, Talk
from conference.services import activity, agenda, agenda_content, agenda_talks
from conference.services.agenda import SessionFacts
from conference.services.agenda_draft import RoleSaid
from conference.services.agenda_talks import TalkFacts
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, AgendaRoleKind, Fault, Malformed, TalkKind
from tests.cast import Cast

NINE = datetime(2027, 5, 10, 1, tzinfo=UTC)
LATER = NINE + timedelta(minutes=30)


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


@pytest.mark.parametrize(
    ("wrong", "field", "fault"),
    [
        ({"starts_at": NINE}, "ends", Fault.REQUIRED),
        ({"ends_at": NINE}, "begins", Fault.REQUIRED),
        ({"starts_at": LATER, "ends_at": LATER}, "ends", Fault.TIMES_BACKWARDS),
        ({"room_id": 10**9}, "room", Fault.UNKNOWN_ID),
        ({"roles": (RoleSaid(AgendaRoleKind.CHAIR, person_id=10**9),)}, "roles", Fault.UNKNOWN_ID),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    cast: Cast, doing: Doing, wrong: dict[str, object], field: str, fault: Fault
) -> None:
    with pytest.raises(Malformed) as told:
        agenda.add(cast.meeting_id, SessionFacts(AgendaKind.SPEECH, "开幕", **wrong), doing)  # type: ignore[arg-type]
    assert told.value.faults == {field: fault}
    assert agenda_content.draft(cast.meeting_id).sessions == ()


def test_there_is_a_most_of_each(cast: Cast, doing: Doing) -> None:
    id_ = agenda.add(cast.meeting_id, SessionFacts(AgendaKind.EXCHANGE, "交流"), doing).session.id
    with db.transaction() as session:
        session.add_all(Talk(session_id=id_, rank=n, kind=TalkKind.SPEECH, title=str(n)) for n in range(60))
        session.add_all(
            AgendaSession(meeting_id=cast.meeting_id, rank=n, kind=AgendaKind.OTHER, title=str(n))
            for n in range(1, 500)
        )
    for act in (
        lambda: agenda_talks.add(cast.meeting_id, id_, TalkFacts(title="再一个"), doing),
        lambda: agenda.add(cast.meeting_id, SessionFacts(AgendaKind.OTHER, "再一场"), doing),
        lambda: agenda.duplicate(cast.meeting_id, id_, doing),
    ):
        with pytest.raises(Malformed) as told:
            act()
        assert told.value.faults == {"title": Fault.TOO_MANY}
