"""For whom which papers were made already; and forgetting somebody who is on some."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import PaperRun, PrintedPaper
from conference.vocabulary import PaperKind


def known(meeting_id: int, kind: PaperKind) -> Mapping[int, str]:
    """The ids of those for whom this kind was made, and what stands for what it said of them."""
    query = sa.select(PrintedPaper.delegate_id, PrintedPaper.says).where(
        PrintedPaper.meeting_id == meeting_id, PrintedPaper.kind == kind
    )
    found: dict[int, str] = dict(db.session().execute(query).all())
    return found


def keep(session: Session, meeting_id: int, kind: PaperKind, people: Mapping[int, str], *, now: datetime) -> None:
    """Note for whom a paper was made, and what stands for what it says of them."""
    if not people:
        return
    rows = [
        {"meeting_id": meeting_id, "kind": kind, "delegate_id": delegate_id, "says": says, "printed_at": now}
        for delegate_id, says in people.items()
    ]
    statement = db.insert(session, cast(sa.Table, PrintedPaper.__table__))
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["delegate_id", "kind"],
            set_={"says": statement.excluded.says, "printed_at": statement.excluded.printed_at},
        ),
        rows,
    )


def forget_person(session: Session, meeting_id: int, delegate_id: int) -> None:
    """Delete what was printed for somebody, and every long paper that they are on: with its row goes its key."""
    for run in session.scalars(sa.select(PaperRun).where(PaperRun.meeting_id == meeting_id)):
        if delegate_id in run.asked["ids"]:
            session.delete(run)
    # The worker holds a run while it notes for whom it was printed: the notes go after it, in that order too.
    session.flush()
    session.execute(sa.delete(PrintedPaper).where(PrintedPaper.delegate_id == delegate_id))
