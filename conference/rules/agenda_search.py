"""Finding sessions on an agenda, and its days.

found = agenda_search.found(agenda, Wanted(words="垦利 网格", online=True))      ids of sessions
agenda_search.days(agenda, "Asia/Shanghai")[0].sessions                         in the order in which they begin
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from conference.rules.agenda import Agenda, Session
from conference.vocabulary import AgendaKind


@dataclass(frozen=True)
class Wanted:
    """What is looked for; nothing is left out by a field that is None, False or empty. All `words` must be there: in
    the titles, the rooms, the names and positions of people and units.
    """

    kind: AgendaKind | None = None
    room_id: int | None = None
    online: bool = False
    words: str = ""

    @property
    def some(self) -> bool:
        return bool(self.kind or self.room_id or self.online or self.words.strip())


@dataclass(frozen=True)
class Day:
    """`day` and `begins` are None where no session has a time."""

    day: date | None
    begins: datetime | None
    sessions: Sequence[Session]


def found(agenda: Agenda, wanted: Wanted) -> frozenset[int]:
    """The ids of the sessions that are as wanted, on any day."""
    words = _plain(wanted.words).split()
    return frozenset(
        one.id
        for one in agenda.sessions
        if wanted.kind in (None, one.kind)
        and wanted.room_id in (None, one.room_id)
        and (one.online or not wanted.online)
        and all(word in _plain(" ".join(_texts(agenda, one))) for word in words)
    )


def days(agenda: Agenda, timezone: str) -> Sequence[Day]:
    """Day by day on the meeting's wall clock, each in the order in which its sessions begin.

    What has no time stays behind what stands before it, or, at the head, before what comes after it.
    """
    known = next((one.starts_at for one in agenda.sessions if one.starts_at), None)
    if known is None:
        return [Day(None, None, agenda.sessions)] if agenda.sessions else []
    placed: list[tuple[datetime, Session]] = []
    for one in agenda.sessions:
        known = one.starts_at or known
        placed.append((known, one))
    by_day: dict[date, list[tuple[datetime, Session]]] = {}
    for begins, one in sorted(placed, key=lambda pair: pair[0]):
        by_day.setdefault(begins.astimezone(ZoneInfo(timezone)).date(), []).append((begins, one))
    return [Day(day, items[0][0], [one for _, one in items]) for day, items in by_day.items()]


def _texts(agenda: Agenda, session: Session) -> Iterator[str]:
    yield session.title
    yield session.detail
    if room := agenda.room.get(session.room_id or 0):
        yield room.name
    for talk in session.talks:
        yield talk.title
        yield talk.unit_name
    for person_id in session.person_ids:
        if person := agenda.person.get(person_id):
            yield from (person.name, person.position, person.unit_name)


def _plain(text: str) -> str:
    """Full-width letters and capitals are found by plain ones."""
    return unicodedata.normalize("NFKC", text).casefold()
