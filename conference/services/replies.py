"""Reply forms (回执) understood and brought in: the one way for commands, the organisers' desk and the unit's desk.

    said = replies.read(data, file_name)                      -> Understood; raises Unreadable
    plan = replies.check(meeting_id, said, now=now)           -> what bringing it in would do; writes nothing
    done = replies.bring_in(meeting_id, said, doing)          -> the good rows, in one transaction

The unit's desk passes `unit_id` to all three: then people whose row names no unit are of that unit, rows that name
another unit are problems, and nothing is told of other units' people. Uploads that are kept, previews and marked
workbooks are in `reply_forms`, which takes the same `unit_id`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.documents import delimited, workbooks
from conference.documents.packages import is_workbook
from conference.models import Meeting, Participation, ReplyRow, Unit
from conference.rules import places, registration
from conference.rules.replies import Person, Problem, Spot, Understood, understand
from conference.services import activity, delegates, reply_matching, units
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.services.registration import Entry, register
from conference.services.reply_matching import Matched
from conference.vocabulary import ActorKind, Fault, Malformed, Mode, Origin, Refusal, Refused, RowNews


@dataclass(frozen=True)
class Checked:
    """What would be done with a form: `rows` that are whole, each with its news; `problems` in the file's order."""

    understood: Understood
    rows: Sequence[Matched]
    problems: Sequence[Problem]

    @property
    def counts(self) -> dict[RowNews, int]:
        found = Counter(row.news for row in self.rows)
        return {news: found[news] for news in RowNews}


@dataclass(frozen=True)
class Done:
    """What was done: how many rows of each kind, and every problem of the file, refusals of the rules with them."""

    counts: dict[RowNews, int]
    problems: Sequence[Problem]


def read(data: bytes, file_name: str = "", *, unit_id: int | None = None, mode: Mode | None = None) -> Understood:
    """Understand a file by its content. `mode` is for forms that say none. Raises Unreadable."""
    sheets = workbooks.read(data) if is_workbook(data) else delimited.read(data)
    own = db.session().get(Unit, unit_id) if unit_id is not None else None
    return understand(
        sheets, file_name=file_name, mode=mode, unit=(own.name, own.province) if own is not None else None
    )


def check(
    meeting_id: int, understood: Understood, *, now: datetime, unit_id: int | None = None, late: bool = False
) -> Checked:
    """What bringing it in would do now. Limits by mode and what others do meanwhile show only then."""
    session = db.session()
    rows, problems = _sorted_out(reply_matching.match(session, meeting_id, understood.people, unit_id=unit_id))
    kept, refused = _forecast(session, meeting_id, rows, now=now, late=late)
    return Checked(understood, kept, _in_order([*understood.problems, *problems, *refused]))


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
        work = _Work(session, meeting_id, doing, origin=_origin(doing), late=late)
        counts: Counter[RowNews] = Counter()
        for row in rows:
            try:
                work.take(row)
            except Refused as refused:
                problems.append(_problem(row, refused.refusal))
            except Malformed as malformed:
                problems.append(_malformed(row, malformed))
            else:
                counts[row.news] += 1
        found = {news: counts[news] for news in RowNews}
        if found[RowNews.NEW] or found[RowNews.CHANGED]:
            work.record(found)
        return Done(found, _in_order([*understood.problems, *problems]))


class _Work:
    def __init__(self, session: Session, meeting_id: int, doing: Doing, *, origin: Origin, late: bool) -> None:
        self.session, self.meeting_id, self.doing, self.origin, self.late = session, meeting_id, doing, origin, late
        self.open = registration.refusal_to_open_form(session.get_one(Meeting, meeting_id), now=doing.now) is None
        self._made: dict[tuple[str, str], int] = {}
        self._part: set[int] = set(
            session.scalars(sa.select(Participation.unit_id).where(Participation.meeting_id == meeting_id))
        )

    def take(self, row: Matched) -> None:
        """Raises Refused and Malformed before anything is written."""
        if row.news is RowNews.SAME:
            return
        if row.news is RowNews.NEW and not (self.open or self.late):
            raise Refused(Refusal.REGISTRATION_CLOSED)
        if row.news is RowNews.CHANGED and self.doing.actor.kind is ActorKind.LIAISON and not self.open:
            raise Refused(Refusal.REGISTRATION_CLOSED)
        unit_id = self._unit(row)
        delegate_id = self._enter(row.person, unit_id) if row.holder is None else self._mend(row, unit_id)
        if delegate_id is not None:
            self._remember(delegate_id, row.fingerprint)

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

    def _enter(self, person: Person, unit_id: int) -> int | None:
        made = register(
            self.meeting_id,
            Entry(
                person.name,
                unit_id,
                person.mode,
                person.phone,
                person.email,
                position=person.position,
                category=person.category,
            ),
            actor=self.doing.actor,
            origin=self.origin,
            public_url=self.doing.public_url,
            now=self.doing.now,
            late=self.late,
        )
        return made.delegate.id if made.repeat is None else None

    def _mend(self, row: Matched, unit_id: int) -> int:
        assert row.holder is not None  # noqa: S101 — a changed row has one
        values: dict[str, Any] = {  # as `delegates.edit` takes them
            "name": row.person.name,
            "position": row.person.position,
            "category": row.person.category,
            "mode": row.person.mode,
            "phone": row.person.phone,
            "email": row.person.email,
            "unit_id": unit_id,
        }
        changes = {name: values[name] for name in row.changes}
        delegates.edit(self.meeting_id, row.holder.id, changes, self.doing)
        return row.holder.id

    def _remember(self, delegate_id: int, fingerprint: str) -> None:
        table = ReplyRow.__table__
        statement = db.insert(self.session, table).values(  # type: ignore[arg-type]  # a table
            delegate_id=delegate_id, fingerprint=fingerprint, imported_at=self.doing.now
        )
        self.session.execute(
            statement.on_conflict_do_update(
                index_elements=["delegate_id"],
                set_={"fingerprint": fingerprint, "imported_at": self.doing.now},
            )
        )


def forget_person(session: Session, delegate_id: int) -> None:
    """Take out what the last row for somebody said."""
    session.execute(sa.delete(ReplyRow).where(ReplyRow.delegate_id == delegate_id))


def _origin(doing: Doing) -> Origin:
    return Origin.LIAISON if doing.actor.kind is ActorKind.LIAISON else Origin.IMPORT


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


def _forecast(
    session: Session, meeting_id: int, rows: Sequence[Matched], *, now: datetime, late: bool
) -> tuple[list[Matched], list[Problem]]:
    """What the rules for the meeting and for units will refuse, as far as can be told without trying."""
    closed = registration.refusal_to_open_form(session.get_one(Meeting, meeting_id), now=now) is not None and not late
    left: dict[int, int] = {
        part.unit_id: part.delegate_limit - part.active
        for part in session.scalars(
            sa.select(Participation).where(
                Participation.meeting_id == meeting_id, Participation.delegate_limit.is_not(None)
            )
        )
        if part.delegate_limit is not None
    }
    kept: list[Matched] = []
    problems: list[Problem] = []
    for row in rows:
        fresh = row.news is RowNews.NEW
        if fresh and closed:
            problems.append(_problem(row, Refusal.REGISTRATION_CLOSED))
        elif fresh and row.unit_id in left and left[row.unit_id] <= 0:
            problems.append(_problem(row, Refusal.UNIT_FULL))
        else:
            if fresh and row.unit_id in left:
                left[row.unit_id] -= 1
            kept.append(row)
    return kept, problems


def _problem(row: Matched, fault: Fault | Refusal, spot: Spot | None = None) -> Problem:
    where = {
        Refusal.UNIT_FULL: "unit",
        Refusal.ALREADY_REGISTERED: "phone" if row.person.phone else "email",
        Fault.TWICE_IN_FILE: "phone" if row.person.phone else "email",
    }
    return Problem(row.person.sheet, row.person.row, spot or row.person.spots[where.get(fault, "name")], fault)


def _malformed(row: Matched, malformed: Malformed) -> Problem:
    field, fault = next(iter(malformed.faults.items()))
    return _problem(row, fault, row.person.spots.get(field, row.person.spots["name"]))


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """By sheet as the sheets come first, then by row and column."""
    sheets = {sheet: n for n, sheet in enumerate(dict.fromkeys(problem.sheet for problem in problems))}
    return sorted(problems, key=lambda p: (sheets[p.sheet], p.row, -1 if p.spot.column is None else p.spot.column))
