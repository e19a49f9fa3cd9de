"""Attendance reports of outside rooms (腾讯会议, Zoom …): looked at, brought in once, taken back.

    report_id, fresh = platform_reports.receive(meeting, data, file_name, doing)
    card = platform_reports.show(meeting, report_id)
    platform_reports.bring_in(meeting, report_id, doing)
    platform_reports.take_back(meeting.id, report_id, doing)

They are evidence of a grade of its own, apart from beats. What is doubtful is settled in `platform_review`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from conference import db
from conference.models import Account, Meeting, PlatformReport, PlatformStay
from conference.rules import platform_reports as rules
from conference.rules.platform_names import Found
from conference.rules.platform_reports import Line
from conference.rules.platform_times import Around
from conference.services import activity, attendance, platform_files, platform_matching, reply_files
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, FileFault, LineOddity, Missing, PlatformMatch, Unreadable

LARGEST = 5 * 1024 * 1024
LISTED = 100
SHOWN = 20  # lines of a preview
_reports = cast(sa.Table, PlatformReport.__table__)
_stays = cast(sa.Table, PlatformStay.__table__)


@dataclass(frozen=True)
class Counts:
    """Lines, and those of each kind; `people` are delegates who were found, each once."""

    lines: int
    people: int
    by_match: Mapping[PlatformMatch, int]


@dataclass(frozen=True)
class Previewed:
    line: Line
    found: Found
    oddity: LineOddity | None


@dataclass(frozen=True)
class Card:
    """A report as its page shows it: before it is brought in what would become of its first lines, then what did.

    `preview` is None once it is brought in, and where its file is forgotten. `odd` counts the lines that give nobody
    minutes of a session.
    """

    report: PlatformReport
    file_name: str
    by: str
    counts: Counts
    preview: Sequence[Previewed] | None
    odd: Mapping[LineOddity, int]


@dataclass(frozen=True)
class Listed:
    report: PlatformReport
    file_name: str
    by: str
    counts: Counts


def receive(meeting: Meeting, data: bytes, file_name: str, doing: Doing) -> tuple[int, bool]:
    """Keep a report, to be looked at. Its id, and whether it was not there yet. Raises Unreadable; what cannot be read
    is not kept.
    """
    if len(data) > LARGEST:
        raise Unreadable(FileFault.TOO_LARGE)
    if not data:
        raise Unreadable(FileFault.EMPTY)
    digest = hashlib.sha256(data).hexdigest()
    same = sa.select(PlatformReport.id).where(PlatformReport.meeting_id == meeting.id, PlatformReport.sha256 == digest)
    known = db.session().scalars(same).first()
    if known is None:
        _looked_at(meeting, data, file_name)
    name, sealed = reply_files.name_sealed(file_name), reply_files.sealed(file_name, data)
    values = {
        "meeting_id": meeting.id,
        "name_sealed": name,
        "file_sealed": sealed,
        "sha256": digest,
        "account_id": doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None,
        "added_at": doing.now,
    }
    with db.transaction() as session:
        made = db.insert(session, _reports).values(**values).on_conflict_do_nothing()
        fresh = session.connection().execute(made).rowcount == 1
        report_id = session.scalars(same).one()
        held = _held(session, meeting.id, report_id)
        if held.brought_in_at is None and held.file_sealed is None:  # forgotten before it was brought in
            held.name_sealed, held.file_sealed, held.added_at = name, sealed, doing.now
        return report_id, fresh


def _looked_at(meeting: Meeting, data: bytes, file_name: str) -> None:
    """Raises Unreadable; what is only called a workbook is said to be none."""
    try:
        rules.read(platform_files.sheets_of(data), _around(meeting))
    except Unreadable as error:
        called_so = file_name.casefold().endswith((".xlsx", ".xlsm", ".xls")) and not data.startswith(b"PK")
        if error.fault is FileFault.NOT_A_REPORT and called_so:
            raise Unreadable(FileFault.NOT_A_WORKBOOK) from None
        raise


def show(meeting: Meeting, report_id: int, *, now: datetime) -> Card:
    """Raises Missing."""
    report = _one(meeting.id, report_id)
    by = db.session().get(Account, report.account_id) if report.account_id is not None else None
    name, who = platform_files.name_of(report), by.name if by else ""
    days = attendance.days_of(meeting)
    if report.brought_in_at is not None or report.file_sealed is None:
        kept = sa.select(PlatformStay.joined_at, PlatformStay.left_at, PlatformStay.seconds)
        stays = db.session().execute(kept.where(PlatformStay.report_id == report_id))
        odd = [rules.oddity(*stay, days, now=now) for stay in stays]
        return Card(report, name, who, counts([report_id]).get(report_id, _NONE), None, _odd(odd))
    lines = _read(meeting, report)
    found = platform_matching.matched(meeting.id, lines)
    odd = [line.oddity or rules.oddity(line.joined_at, line.left_at, line.seconds, days, now=now) for line in lines]
    preview = [Previewed(*one) for one in islice(zip(lines, found, odd, strict=True), SHOWN)]
    return Card(report, name, who, _counted(found), preview, _odd(odd))


def bring_in(meeting: Meeting, report_id: int, doing: Doing) -> bool:
    """Keep its lines, each with whom it means. False where that was done already, or the file is forgotten.

    Raises Missing.
    """
    report = _one(meeting.id, report_id)
    if report.brought_in_at is not None or report.file_sealed is None:
        return False
    lines, meeting_id = _read(meeting, report), meeting.id
    found = platform_matching.matched(meeting_id, lines)  # the hall's scans do not wait for all of this
    rows = [_stay(meeting_id, report_id, line, who) for line, who in zip(lines, found, strict=True)]
    with db.transaction() as session:
        held = _held(session, meeting_id, report_id)
        if held.brought_in_at is not None or held.file_sealed is None:  # so it may have come to be meanwhile
            return False
        still = platform_matching.active(meeting_id)
        for row in rows:
            if row["delegate_id"] is not None and row["delegate_id"] not in still:
                row["match"], row["delegate_id"] = PlatformMatch.NOBODY, None
        session.connection().execute(sa.insert(_stays), rows)
        held.brought_in_at = doing.now
        people = {row["delegate_id"] for row in rows} - {None}
        _record(session, doing, "platform_report.brought_in", held, {"lines": len(rows), "matched_people": len(people)})
    return True


def take_back(meeting_id: int, report_id: int, doing: Doing) -> None:
    """It counts no more, until it is restored; again, nothing changes. One that was only looked at goes.

    Raises Missing.
    """
    with db.transaction() as session:
        held = _held(session, meeting_id, report_id)
        if held.brought_in_at is None:
            session.delete(held)
        elif held.removed_at is None:
            held.removed_at = doing.now
            _record(session, doing, "platform_report.taken_back", held, {})


def restore(meeting_id: int, report_id: int, doing: Doing) -> None:
    """One that was taken back counts again. Raises Missing."""
    with db.transaction() as session:
        held = _held(session, meeting_id, report_id)
        if held.removed_at is not None:
            held.removed_at = None
            _record(session, doing, "platform_report.restored", held, {})


def listed(meeting_id: int) -> list[Listed]:
    """The newest first."""
    query = (
        sa.select(PlatformReport, Account.name)
        .outerjoin(Account, Account.id == PlatformReport.account_id)
        .where(PlatformReport.meeting_id == meeting_id)
        .options(defer(PlatformReport.file_sealed))
        .order_by(PlatformReport.id.desc())
        .limit(LISTED)
    )
    rows = db.session().execute(query).all()
    told = counts([report.id for report, _ in rows])
    return [Listed(report, platform_files.name_of(report), by or "", told.get(report.id, _NONE)) for report, by in rows]


def counts(report_ids: Sequence[int]) -> dict[int, Counts]:
    """What became of the lines of reports that were brought in."""
    of = PlatformStay.report_id.in_(report_ids)
    by: dict[int, dict[PlatformMatch, int]] = {}
    query = sa.select(PlatformStay.report_id, PlatformStay.match, sa.func.count())
    for report_id, match, n in db.session().execute(
        query.where(of).group_by(PlatformStay.report_id, PlatformStay.match)
    ):
        by.setdefault(report_id, {})[match] = n
    people = dict(
        db.session()
        .execute(
            sa.select(PlatformStay.report_id, sa.func.count(PlatformStay.delegate_id.distinct()))
            .where(of)
            .group_by(PlatformStay.report_id)
        )
        .all()
    )
    return {id_: Counts(sum(found.values()), people.get(id_, 0), found) for id_, found in by.items()}


_NONE = Counts(0, 0, {})


def _counted(found: Sequence[Found]) -> Counts:
    by: dict[PlatformMatch, int] = {}
    for one in found:
        by[one.match] = by.get(one.match, 0) + 1
    people = {one.people[0].id for one in found if one.match is PlatformMatch.SURE}
    return Counts(len(found), len(people), by)


def _odd(found: Sequence[LineOddity | None]) -> dict[LineOddity, int]:
    """In the vocabulary's order, those there are."""
    return {kind: n for kind in LineOddity if (n := found.count(kind))}


def _stay(meeting_id: int, report_id: int, line: Line, found: Found) -> dict[str, Any]:  # the columns' values
    return {
        "report_id": report_id,
        "meeting_id": meeting_id,
        "row": line.row,
        "facts_sealed": platform_files.facts_sealed(platform_files.facts_of(line)),
        "joined_at": line.joined_at,
        "left_at": line.left_at,
        "seconds": line.seconds,
        "match": found.match,
        "delegate_id": found.people[0].id if found.match is PlatformMatch.SURE else None,
    }


def _read(meeting: Meeting, report: PlatformReport) -> list[Line]:
    _, data = reply_files.unwrapped(report.file_sealed)
    return rules.read(platform_files.sheets_of(data), _around(meeting))


def _around(meeting: Meeting) -> Around:
    return Around(meeting.timezone, meeting.starts_at, meeting.ends_at)


def _one(meeting_id: int, report_id: int) -> PlatformReport:
    found = db.session().get(PlatformReport, report_id)
    if found is None or found.meeting_id != meeting_id:
        raise Missing
    return found


def _held(session: Session, meeting_id: int, report_id: int) -> PlatformReport:
    found = session.scalars(db.lock(sa.select(PlatformReport).where(PlatformReport.id == report_id))).first()
    if found is None or found.meeting_id != meeting_id:
        raise Missing
    return found


def _record(session: Session, doing: Doing, verb: str, report: PlatformReport, facts: Mapping[str, Any]) -> None:
    """`facts` are plain values."""
    activity.record(
        session,
        doing.actor,
        verb,
        "platform_report",
        report.id,
        meeting_id=report.meeting_id,
        now=doing.now,
        after=facts,
    )
