"""What organisers of a crowd do with an agenda. Results are plain, since they travel."""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from typing import Any

from conference.services import agenda, agenda_releases, delegates
from conference.services.activity import SYSTEM
from conference.services.agenda import SessionFacts
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, Refused


def release(meeting_id: int, version: int) -> str:
    """The number of the release, or the refusal; everybody whose items changed is told."""
    try:
        made = agenda_releases.release(meeting_id, _doing(), note="", overruled={}, version=version, tell=True)
    except Refused as refused:
        return refused.refusal.value
    return str(made.number)


def add_session(meeting_id: int, title: str) -> str:
    return agenda.add(meeting_id, SessionFacts(AgendaKind.OTHER, title), _doing()).session.title


def erase(meeting_id: int, delegate_id: int) -> str:
    delegates.erase(meeting_id, delegate_id, _doing())
    return "erased"


def release_while_erased(meeting_id: int, version: int, point: Barrier) -> str:
    """The same release, with an erasure between what it reads and what it writes."""
    write = agenda_releases.written

    def met(*arguments: Any) -> dict[str, Any]:
        point.wait(60)
        point.wait(60)
        return write(*arguments)

    agenda_releases.written = met
    return release(meeting_id, version)


def erase_while_released(meeting_id: int, delegate_id: int, point: Barrier) -> str:
    point.wait(60)
    said = erase(meeting_id, delegate_id)
    point.wait(60)
    return said


def _doing() -> Doing:
    return Doing(SYSTEM, datetime.now(UTC), "http://localhost")
