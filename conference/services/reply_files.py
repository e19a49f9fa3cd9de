"""The files of reply forms that were sent in: sealed, kept for a while, forgotten with a person whom they name."""

from __future__ import annotations

import io
import zlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.documents import delimited, workbooks
from conference.documents.packages import is_workbook
from conference.models import ReplyForm, ReplyRow
from conference.rules import reply_storing
from conference.rules.reply_headers import is_word
from conference.rules.sheets import Sheet
from conference.rules.text import legible
from conference.sealing import seal_bytes, unseal_bytes
from conference.vocabulary import FileFault, Unreadable

KEPT = timedelta(days=30)
_LONGEST_NAME = 120


def sheets_of(data: bytes) -> list[Sheet]:
    """What a file holds, by its content. Raises Unreadable."""
    if is_workbook(data):
        return workbooks.read(data)
    sheets = delimited.read(data)
    if sheets[0].rows and not _has_table(sheets[0]):
        raise Unreadable(FileFault.NOT_A_WORKBOOK)
    return sheets


def is_misnamed(data: bytes, file_name: str) -> bool:
    """Whether a text goes by the name of something else than a text."""
    ending = file_name.casefold().rpartition(".")[2] if "." in file_name else ""
    return not is_workbook(data) and ending not in {"", "csv", "tsv", "txt"}


def _has_table(sheet: Sheet) -> bool:
    """Whether a text has cells beside each other, or at least a header; else it is a letter, whatever it is called."""
    return any(len(cells) > 1 for cells in sheet.rows.values()) or any(
        is_word(cell) for cells in sheet.rows.values() for cell in cells
    )


def name_sealed(file_name: str) -> bytes:
    """The name alone, for lists that open no file."""
    return seal_bytes(_plain_name(file_name).encode())


def name_of(form: ReplyForm) -> str:
    """What the file was called; empty where that is forgotten, and for forms that were sent in before 0003."""
    return unseal_bytes(form.name_sealed).decode() if form.name_sealed is not None else ""


def _plain_name(file_name: str) -> str:
    return legible(file_name.replace("\\", "/").rpartition("/")[2])[-_LONGEST_NAME:]


def sealed(file_name: str, data: bytes) -> bytes:
    """Name and content together: a name may name a person too."""
    name = _plain_name(file_name).encode()
    return seal_bytes(len(name).to_bytes(2, "big") + name + zlib.compress(data, 1))


def opened(form: ReplyForm) -> tuple[str, bytes]:
    """The name of the file and what is in it; empty where it is forgotten."""
    return unwrapped(form.file_sealed)


def unwrapped(file_sealed: bytes | None) -> tuple[str, bytes]:
    """The same of what `sealed` made."""
    if file_sealed is None:
        return "", b""
    whole = io.BytesIO(unseal_bytes(file_sealed))
    name = whole.read(int.from_bytes(whole.read(2), "big")).decode()
    return name, zlib.decompress(whole.read())


def sweep(now: datetime) -> None:
    """Forget what was in forms older than `KEPT`; that they were sent, by whom and when stays."""
    with db.transaction() as session:
        session.execute(
            sa.update(ReplyForm)
            .where(
                ReplyForm.uploaded_at <= now - KEPT,
                sa.or_(ReplyForm.file_sealed.is_not(None), ReplyForm.name_sealed.is_not(None)),
            )
            .values(name_sealed=None, file_sealed=None, understood_sealed=None)
        )


def forget_person(session: Session, meeting_id: int, delegate_id: int, *texts: str | None) -> None:
    """Forget every kept form of a meeting in which any of these texts (name, phone, e-mail) stands, as a whole."""
    session.execute(sa.delete(ReplyRow).where(ReplyRow.delegate_id == delegate_id))
    wanted = [flat for text in texts if text and (flat := reply_storing.flat(text))]
    kept = (
        ReplyForm.meeting_id == meeting_id,
        sa.or_(ReplyForm.file_sealed.is_not(None), ReplyForm.name_sealed.is_not(None)),
    )
    ids = session.scalars(sa.select(ReplyForm.id).where(*kept).order_by(ReplyForm.id)).all()
    for id_ in ids:  # a meeting may have hundreds of files: one at a time is in memory
        form = session.scalars(db.lock(sa.select(ReplyForm).where(ReplyForm.id == id_, *kept))).first()
        if form is None:
            continue
        if _mentions(form, wanted):
            form.name_sealed = form.file_sealed = form.understood_sealed = None
            session.flush()
        session.expunge(form)


def _mentions(form: ReplyForm, wanted: list[str]) -> bool:
    name, data = opened(form)
    if any(one in reply_storing.flat(name + name_of(form)) for one in wanted):
        return True
    if not data:  # one that could not be read: of it the name alone is kept
        return False
    try:
        return reply_storing.mentions(sheets_of(data), wanted)
    except Unreadable:  # kept only until somebody has looked at it
        return True
