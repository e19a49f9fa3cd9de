"""The files of outside rooms' attendance reports, and what their lines say of people: sealed, and forgotten in time.

A file is kept as long as a reply form's; with a person who is forgotten go the files that name them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.documents import delimited, workbooks
from conference.documents.packages import is_workbook
from conference.models import PlatformReport, PlatformStay
from conference.rules import reply_storing
from conference.rules.platform_headers import is_header_word
from conference.rules.platform_reports import Line
from conference.rules.sheets import Sheet
from conference.sealing import seal, unseal, unseal_bytes
from conference.services import reply_files
from conference.vocabulary import Unreadable

Facts = tuple[str, str, str, str]  # name, unit, phone, e-mail as they stood there
NO_FACTS: Facts = ("", "", "", "")
_KEYS = ("name", "unit", "phone", "email")


def sheets_of(data: bytes) -> list[Sheet]:
    """What a file holds, by its content. Raises Unreadable."""
    return workbooks.read(data) if is_workbook(data) else delimited.read(data, is_header=is_header_word)


def name_of(report: PlatformReport) -> str:
    """What the file was called; empty where that is forgotten."""
    return unseal_bytes(report.name_sealed).decode() if report.name_sealed is not None else ""


def facts_of(line: Line) -> Facts:
    return line.name, line.unit, line.phone or "", line.email or ""


def facts_sealed(facts: Facts) -> bytes:
    return seal(json.dumps({key: text for key, text in zip(_KEYS, facts, strict=True) if text}, ensure_ascii=False))


def facts_opened(sealed: bytes | None) -> Facts:
    """`NO_FACTS` where they are forgotten."""
    if sealed is None:
        return NO_FACTS
    said = json.loads(unseal(sealed))
    return said.get("name", ""), said.get("unit", ""), said.get("phone", ""), said.get("email", "")


def sweep(now: datetime) -> None:
    """Forget the files that are older than is kept, and reports that were only looked at; the stays remain."""
    old = PlatformReport.added_at <= now - reply_files.KEPT
    with db.transaction() as session:
        session.execute(sa.delete(PlatformReport).where(old, PlatformReport.brought_in_at.is_(None)))
        session.execute(_emptied().where(old))


def forget_person(session: Session, meeting_id: int, *texts: str | None) -> None:
    """Forget the files in which any of these texts (name, phone, e-mail) stands, and the lines that are nobody's and
    say one. Those that are the person's own go by their delegate. One that is brought in at this moment is waited for.
    """
    wanted = [flat for text in texts if text and (flat := reply_storing.flat(text))]
    kept = (PlatformReport.meeting_id == meeting_id, PlatformReport.file_sealed.is_not(None))
    ids = session.scalars(sa.select(PlatformReport.id).where(*kept).order_by(PlatformReport.id)).all()
    for id_ in ids:  # a meeting may have hundreds of files: one at a time is in memory
        report = session.scalars(db.lock(sa.select(PlatformReport).where(PlatformReport.id == id_, *kept))).first()
        if report is None:
            continue
        if _mentions(report, wanted):
            report.name_sealed = report.file_sealed = None
            session.flush()
        session.expunge(report)
    unknown = sa.select(PlatformStay.id, PlatformStay.facts_sealed).where(
        PlatformStay.meeting_id == meeting_id,
        PlatformStay.delegate_id.is_(None),
        PlatformStay.facts_sealed.is_not(None),
    )
    named = [id_ for id_, sealed in session.execute(unknown).all() if _says(facts_opened(sealed), wanted)]
    for at in range(0, len(named), 500):
        ids = named[at : at + 500]
        session.execute(sa.update(PlatformStay).where(PlatformStay.id.in_(ids)).values(facts_sealed=None))


def forget_meeting(session: Session, meeting_id: int) -> None:
    """All that reports said of people; that somebody was there stays counted."""
    session.execute(
        sa.delete(PlatformReport).where(PlatformReport.meeting_id == meeting_id, PlatformReport.brought_in_at.is_(None))
    )
    session.execute(_emptied().where(PlatformReport.meeting_id == meeting_id))
    said = (PlatformStay.meeting_id == meeting_id, PlatformStay.facts_sealed.is_not(None))
    session.execute(sa.update(PlatformStay).where(*said).values(facts_sealed=None))


def _emptied() -> sa.Update:
    kept = sa.or_(PlatformReport.file_sealed.is_not(None), PlatformReport.name_sealed.is_not(None))
    return sa.update(PlatformReport).where(kept).values(name_sealed=None, file_sealed=None)


def _mentions(report: PlatformReport, wanted: Sequence[str]) -> bool:
    name, data = reply_files.unwrapped(report.file_sealed)
    if any(one in reply_storing.flat(name) for one in wanted):
        return True
    try:
        return reply_storing.mentions(sheets_of(data), wanted)
    except Unreadable:  # read by an earlier version of ours
        return True


def _says(facts: Facts, wanted: Sequence[str]) -> bool:
    return any(one in reply_storing.flat(text) for text in facts if text for one in wanted)
