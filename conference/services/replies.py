"""Reply forms (回执) understood and brought in: the one way for commands, the organisers' desk and the unit's desk.

    said = replies.read(data, file_name)                      -> Understood; raises Unreadable
    plan = replies.check(meeting_id, said, now=now)           -> what bringing it in would do; writes nothing
    done = replies.bring_in(meeting_id, said, doing)          -> the good rows, in one transaction

The unit's desk passes `unit_id` to all three: then people whose row names no unit are of that unit, rows that name
another unit are problems, and nothing is told of other units' people. Kept uploads, previews and marked workbooks:
`reply_forms`, with the same `unit_id`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Meeting, Participation, ReplyRow, Unit
from conference.rules import places, registration, unit_desk
from conference.rules.replies import Person, Problem, Spot, Understood, understand
from conference.rules.reply_facts import in_order
from conference.services import activity, change_requests, delegates, reply_files, reply_forecast, reply_matching, units
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.services.registration import Entry, Registered, register_all
from conference.services.reply_matching import Matched
from conference.vocabulary import (
    ActorKind,
    DelegateStatus,
    Fault,
    FileFault,
    Malformed,
    Mode,
    Origin,
    Prospect,
    Refusal,
    Refused,
    RowNews,
    Unreadable,
)


@dataclass(frozen=True)
class Checked:
    """What would be done with a form: `rows` that are whole, each with its news; `problems` in the file's order."""

    understood: Understood
    rows: Sequence[Matched]
    problems: Sequence[Problem]

    @property
    def prospect(self) -> Prospect:
        """What there is to bring in, in a word."""
        counts = self.counts
        if counts[RowNews.NEW] or counts[RowNews.CHANGED]:
            return Prospect.SOMEBODY
        if self.problems:
            return Prospect.REST_KNOWN if self.rows else Prospect.ALL_FAULTY
        return Prospect.ALL_KNOWN if self.rows else Prospect.NOBODY

    @property
    def counts(self) -> dict[RowNews, int]:
        found = Counter(row.news for row in self.rows)
        return {news: found[news] for news in RowNews}


@dataclass(frozen=True)
class Done:
    """What was done: how many rows of each kind, and every problem of the file, refusals of the rules with them.

    `waiting` are those of the new ones who found no place free and stand in a line.
    """

    counts: dict[RowNews, int]
    problems: Sequence[Problem]
    waiting: int = 0


def read(data: bytes, file_name: str = "", *, unit_id: int | None = None, mode: Mode | None = None) -> Understood:
    """Understand a file by its content. `mode` is for forms that say none. Raises Unreadable.

    A text in which no table is found is no form with a fault where it is called a workbook: it is no workbook.
    """
    own = db.session().get(Unit, unit_id) if unit_id is not None else None
    said = understand(
        reply_files.sheets_of(data),
        file_name=file_name,
        mode=mode,
        unit=(own.name, own.province) if own is not None else None,
    )
    if not said.sheets and reply_files.is_misnamed(data, file_name):
        raise Unreadable(FileFault.NOT_A_WORKBOOK)
    return said


def check(
    meeting_id: int, understood: Understood, *, now: datetime, unit_id: int | None = None, late: bool = False
) -> Checked:
    """What bringing it in would do now. What others do meanwhile shows only then."""
    session, at_desk = db.session(), unit_id is not None
    rows, problems = _sorted_out(reply_matching.match(session, meeting_id, understood.people, unit_id=unit_id))
    refusals = reply_forecast.refusals(session, meeting_id, rows, now=now, late=late, by_unit=at_desk)
    refused = [_refused(row, Refused(no), at_desk=at_desk) for row, no in zip(rows, refusals, strict=True) if no]
    kept = [row for row, no in zip(rows, refusals, strict=True) if no is None]
    return Checked(understood, kept, in_order([*understood.problems, *problems, *refused]))


def bring_in(
    meeting_id: int, understood: Understood, doing: Doing, *, unit_id: int | None = None, late: bool = False
) -> Done:
    """Enter and mend the good rows, all in one transaction; a row that a rule refuses stops no other.

    The same rows again change nothing. `late` is an organiser's right to enter people when registration is closed.
    """
    return db.repeated(lambda: _bring_in(meeting_id, understood, doing, unit_id=unit_id, late=late))


def _bring_in(meeting_id: int, understood: Understood, doing: Doing, *, unit_id: int | None, late: bool) -> Done:
    with db.transaction() as session:
        Places(session, meeting_id)  # held from the start, so that two imports of one file come after each other
        rows, problems = _sorted_out(reply_matching.match(session, meeting_id, understood.people, unit_id=unit_id))
        work = _Work(session, meeting_id, doing, late=late)
        answers = work.mend([row for row in rows if row.news is RowNews.CHANGED])
        answers += work.enter([row for row in rows if row.news is RowNews.NEW])
        no = [(row, answer) for row, answer in answers if isinstance(answer, Refused | Malformed)]
        problems.extend(_refused(row, answer, at_desk=unit_id is not None) for row, answer in no)
        done = [(row, answer) for row, answer in answers if isinstance(answer, int | None)]
        work.remember([(answer, row.fingerprint) for row, answer in done if answer is not None])
        counts = Counter([row.news for row, _ in done])
        counts[RowNews.SAME] = sum(row.news is RowNews.SAME for row in rows)
        found = {news: counts[news] for news in RowNews}
        if done:
            work.record(found)
        return Done(found, in_order([*understood.problems, *problems]), work.waiting)


# What became of a row: the place's id, None for one that is hidden (a repeat entry), or why it was refused.
_Answer = int | None | Refused | Malformed


class _Work:
    def __init__(self, session: Session, meeting_id: int, doing: Doing, *, late: bool) -> None:
        self.session, self.meeting_id, self.doing, self.late = session, meeting_id, doing, late
        meeting = session.get_one(Meeting, meeting_id)
        self.closed = registration.refusal_to_open_form(meeting, now=doing.now)
        self.frozen = change_requests.needed(meeting, now=doing.now)
        self.waiting = 0  # of those who were entered
        self._made: dict[tuple[str, str], int] = {}
        self._part: set[int] = set(
            session.scalars(sa.select(Participation.unit_id).where(Participation.meeting_id == meeting_id))
        )

    def mend(self, rows: Sequence[Matched]) -> list[tuple[Matched, _Answer]]:
        return [(row, self._mended(row)) for row in rows]

    def enter(self, rows: Sequence[Matched]) -> list[tuple[Matched, _Answer]]:
        if self.closed and not self.late:  # else a unit would be made for nobody
            return [(row, Refused(self.closed)) for row in rows]
        people = [_entry(row.person, self._unit(row)) for row in rows]
        origin = Origin.LIAISON if self._by_liaison else Origin.IMPORT
        answers = register_all(
            self.meeting_id, people, actor=self.doing.actor, origin=origin, now=self.doing.now, late=self.late
        )
        places = [answer.place for answer in answers if isinstance(answer, Registered) and answer.place is not None]
        self.waiting += sum(place.status is DelegateStatus.WAITLISTED for place in places)
        return [(row, _answer(answer)) for row, answer in zip(rows, answers, strict=True)]

    def remember(self, said: Sequence[tuple[int, str]]) -> None:
        """What each row said, so that saying it again changes nothing."""
        if not said:
            return
        statement = db.insert(self.session, _ROWS)
        values = [
            {"delegate_id": delegate_id, "fingerprint": fingerprint, "imported_at": self.doing.now}
            for delegate_id, fingerprint in said
        ]
        self.session.execute(
            statement.on_conflict_do_update(
                index_elements=["delegate_id"],
                set_={name: statement.excluded[name] for name in ("fingerprint", "imported_at")},
            ),
            values,
        )

    def record(self, counts: dict[RowNews, int]) -> None:
        activity.record(
            self.session,
            self.doing.actor,
            "replies.imported",
            "meeting",
            self.meeting_id,
            meeting_id=self.meeting_id,
            now=self.doing.now,
            after={news.value: n for news, n in counts.items()},
        )

    @property
    def _by_liaison(self) -> bool:
        return self.doing.actor.kind is ActorKind.LIAISON

    def _mended(self, row: Matched) -> _Answer:
        assert row.holder is not None  # noqa: S101 — a changed row has one
        values: dict[str, Any] = {  # as `delegates.edit` takes them
            "name": row.person.name,
            "position": row.person.position,
            "category": row.person.category,
            "mode": row.person.mode,
            "phone": row.person.phone,
            "email": row.person.email,
        }
        try:
            if self._by_liaison and self.closed:
                raise Refused(self.closed)
            if self._by_liaison and self.frozen:
                raise Refused(Refusal.LIST_FROZEN)
            changes = {name: values[name] for name in row.changes if name in values}
            if "unit_id" in row.changes:
                changes["unit_id"] = self._unit(row)
            with self.session.begin_nested():
                delegates.edit(self.meeting_id, row.holder.id, changes, self.doing)
        except (Refused, Malformed) as said:
            return said
        return row.holder.id

    def _unit(self, row: Matched) -> int:
        if row.unit_id is not None and row.unit_id in self._part:
            return row.unit_id
        key = (row.person.unit, row.province)
        if key not in self._made:
            known = self.session.get(Unit, row.unit_id) if row.unit_id is not None else None
            said = units.UnitFacts(
                known.name if known else row.person.unit, row.province, district=places.district(row.person.unit)
            )
            part, _ = units.add(self.meeting_id, said, self.doing)
            self._made[key] = part.unit_id
            self._part.add(part.unit_id)
        return self._made[key]


_ROWS = cast(sa.Table, ReplyRow.__table__)


def _entry(person: Person, unit_id: int) -> Entry:
    return Entry(
        person.name,
        unit_id,
        person.mode,
        person.phone,
        person.email,
        position=person.position,
        category=person.category,
    )


def _answer(answer: Registered | Refused | Malformed) -> _Answer:
    if isinstance(answer, Registered):
        return answer.delegate_id if answer.repeat is None else None
    return answer


def _sorted_out(rows: Sequence[Matched]) -> tuple[list[Matched], list[Problem]]:
    """Rows to be brought in, and the problems of the others; nobody is entered by two rows."""
    good: list[Matched] = []
    problems: list[Problem] = []
    taken: set[int] = set()
    for row in rows:
        if row.fault is None and row.holder is not None and row.holder.id in taken:
            problems.append(_problem(row, Fault.TWICE_IN_FILE))
        elif row.fault is None:
            good.append(row)
            taken |= {row.holder.id} if row.holder is not None else set()
        else:
            problems.append(_problem(row, row.fault, row.spot))
    return good, problems


def _problem(row: Matched, fault: Fault | Refusal, spot: Spot | None = None) -> Problem:
    where = {
        Refusal.UNIT_FULL: "unit",
        Refusal.OWN_UNIT_FULL: "unit",
        Refusal.UNIT_MODE_FULL: "mode",
        Refusal.OWN_MODE_FULL: "mode",
        Refusal.ALREADY_REGISTERED: "phone" if row.person.phone else "email",
        Fault.TWICE_IN_FILE: "phone" if row.person.phone else "email",
    }
    return row.person.problem(spot or row.person.spots[where.get(fault, "name")], fault)


def _refused(row: Matched, said: Refused | Malformed, *, at_desk: bool) -> Problem:
    if isinstance(said, Refused):
        return _problem(row, unit_desk.to_liaison(said.refusal) if at_desk else said.refusal)
    field, fault = next(iter(said.faults.items()))
    return _problem(row, fault, row.person.spots.get(field, row.person.spots["name"]))
