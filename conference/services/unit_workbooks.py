"""Units out of a workbook (.xlsx or .csv): understood, shown with every problem, then brought in in one transaction."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from conference import db
from conference.documents import delimited, workbooks
from conference.documents.packages import is_workbook
from conference.models import Meeting, Participation, Unit
from conference.rules import unit_rows
from conference.rules.unit_rows import Problem, Understood, UnitRow
from conference.services import liaisons, units
from conference.services.delegates import Doing
from conference.services.liaisons import LiaisonFacts
from conference.services.places import Places
from conference.services.units import UnitFacts
from conference.vocabulary import Fault, FileFault, Malformed, Refused, RowNews, Unreadable

MOST_KEPT = 8 * 1024 * 1024  # characters of a file's texts, kept in the page between looking and bringing in


@dataclass(frozen=True)
class Judged:
    """A whole row with what it does; `stored` is the unit's name where the system has it under another one."""

    row: UnitRow
    news: RowNews
    stored: str = ""


@dataclass(frozen=True)
class Checked:
    """What bringing a file in would do, or has done; `problems` in the order of the file."""

    understood: Understood
    rows: Sequence[Judged]
    problems: Sequence[Problem]

    @property
    def counts(self) -> dict[RowNews, int]:
        found = Counter(judged.news for judged in self.rows)
        return {news: found[news] for news in RowNews}


def read(data: bytes) -> Understood:
    """Raises Unreadable."""
    return unit_rows.read(workbooks.read(data) if is_workbook(data) else delimited.read(data))


def kept(understood: Understood) -> str:
    """What was read, as a text that a page carries from the preview to the deed; it is understood again there."""
    texts = json.dumps([list(understood.columns), list(understood.raw)], ensure_ascii=False)
    return base64.b64encode(zlib.compress(texts.encode(), 9)).decode()


def again(text: str) -> Understood:
    """What `kept` wrote, understood afresh. Raises Unreadable for what it did not write."""
    try:
        inflated = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MOST_KEPT)
        columns, raw = json.loads(inflated)
        return unit_rows.understand(
            [(str(header), str(field) if field in unit_rows.FIELDS else None) for header, field in columns],
            [
                (int(number), {str(f): str(t)[:250] for f, t in dict(texts).items() if f in unit_rows.FIELDS})
                for number, texts in raw
            ],
        )
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError):
        raise Unreadable(FileFault.DAMAGED) from None


def check(meeting_id: int, understood: Understood) -> Checked:
    """What bringing it in would do now; writes nothing."""
    session = db.session()
    zone = ZoneInfo(session.get_one(Meeting, meeting_id).timezone)
    rows, problems = [], list(understood.problems)
    for row in understood.rows:
        unit, part = _found(session, meeting_id, row)
        fault = _clash(session, unit, row)
        if fault is not None:
            problems.append(Problem(row.number, _header(understood, "credit_code"), fault))
        else:
            rows.append(_judged(row, unit, part, zone))
    return Checked(understood, rows, sorted(problems, key=lambda problem: problem.row))


def bring_in(meeting_id: int, understood: Understood, doing: Doing) -> Checked:
    """Write the good rows, all in one transaction; a row that a rule refuses stops no other.

    Names that are known stay as they are; the same file again changes nothing.
    """
    return db.repeated(lambda: _bring_in(meeting_id, understood, doing))


def _bring_in(meeting_id: int, understood: Understood, doing: Doing) -> Checked:
    with db.transaction() as session:
        Places(session, meeting_id)  # held from the start, so that two imports of one file come after each other
        zone = ZoneInfo(session.get_one(Meeting, meeting_id).timezone)
        checked = check(meeting_id, understood)
        rows, problems = [], list(checked.problems)
        for judged in checked.rows:
            try:
                with session.begin_nested():
                    rows.append(_write(session, meeting_id, judged, zone, doing))
            except Malformed as malformed:
                field, fault = next(iter(malformed.faults.items()))
                problems.append(Problem(judged.row.number, _header(understood, field), fault))
            except Refused:  # another unit has this code since we looked
                problems.append(Problem(judged.row.number, _header(understood, "credit_code"), Fault.OTHER_CREDIT_CODE))
        return Checked(understood, rows, sorted(problems, key=lambda problem: problem.row))


def _write(session: Session, meeting_id: int, judged: Judged, zone: ZoneInfo, doing: Doing) -> Judged:
    row = judged.row
    unit, part = _found(session, meeting_id, row)
    judged = _judged(row, unit, part, zone)  # an earlier row may have made it
    if judged.news is RowNews.SAME:
        return judged
    said = _said(row, zone)
    if part is None:
        facts = {name: value for name, value in said.items() if value is not None}
        made, _ = units.add(meeting_id, UnitFacts(row.name, row.province, **facts), doing)
        unit_id = made.unit_id
    else:
        unit_id = part.unit_id
    units.edit(meeting_id, unit_id, said, doing)
    if row.liaison:
        liaisons.appoint(meeting_id, unit_id, LiaisonFacts(row.liaison, row.phone, row.email), doing)
    return judged


def _found(session: Session, meeting_id: int, row: UnitRow) -> tuple[Unit | None, Participation | None]:
    code = row.changes.get("credit_code")
    unit = units.known(session, name=row.name, province=row.province, credit_code=code)
    return unit, units.part_of(session, meeting_id, unit.id) if unit is not None else None


def _clash(session: Session, unit: Unit | None, row: UnitRow) -> Fault | None:
    code = row.changes.get("credit_code")
    return Fault.OTHER_CREDIT_CODE if unit is not None and code and unit.credit_code not in {None, code} else None


def _judged(row: UnitRow, unit: Unit | None, part: Participation | None, zone: ZoneInfo) -> Judged:
    stored = unit.name if unit is not None and unit.name != row.name else ""
    if unit is None or part is None:
        return Judged(row, RowNews.NEW, stored)
    held = units.facts(part)
    differs = any(held[name] != value for name, value in _said(row, zone).items()) or _other_liaison(part, row)
    return Judged(row, RowNews.CHANGED if differs else RowNews.SAME, stored)


def _other_liaison(part: Participation, row: UnitRow) -> bool:
    if not row.liaison:
        return False
    liaison = liaisons.of(part.id)
    return liaison is None or liaisons.differs(liaison, LiaisonFacts(row.liaison, row.phone, row.email))


def _said(row: UnitRow, zone: ZoneInfo) -> dict[str, Any]:
    """What the row says, as `units.edit` takes it; the deadline becomes a moment."""
    said = dict(row.changes)
    if said.get("reply_by") is not None:
        said["reply_by"] = said["reply_by"].replace(tzinfo=zone)
    return said


def _header(understood: Understood, field: str) -> str:
    return next((header for header, found in understood.columns if found == field), "")
