"""Filters of the list of people that an account keeps under a name, each for itself."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from conference import db
from conference.models import SavedFilter
from conference.rules.text import NAME_LIMIT, fault_in
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing

MOST = 20
LONGEST = 1_000


def kept(meeting_id: int, account_id: int) -> Sequence[SavedFilter]:
    """Those of an account, in the order in which they were kept."""
    return (
        db.session()
        .scalars(
            sa.select(SavedFilter)
            .where(SavedFilter.meeting_id == meeting_id, SavedFilter.account_id == account_id)
            .order_by(SavedFilter.id)
        )
        .all()
    )


def keep(meeting_id: int, account_id: int, name: str, query: str, doing: Doing) -> SavedFilter:
    """Keep `query` (of the list's address) under `name`; one of that name is replaced. Raises Malformed."""
    wanted = _name(name)
    if not query or len(query) > LONGEST:
        raise Malformed({"query": Fault.TOO_LONG if query else Fault.REQUIRED})
    with db.transaction() as session:
        db.one_at_a_time(session, account_id)
        mine = {filter_.name: filter_ for filter_ in kept(meeting_id, account_id)}
        if wanted in mine:
            mine[wanted].query = query
            return mine[wanted]
        if len(mine) >= MOST:
            raise Malformed({"name": Fault.TOO_MANY})
        made = SavedFilter(meeting_id=meeting_id, account_id=account_id, name=wanted, query=query, created_at=doing.now)
        session.add(made)
        return made


def rename(meeting_id: int, account_id: int, filter_id: int, name: str) -> None:
    """Raises Missing, and Malformed (name) where another of one's own is called so."""
    wanted = _name(name)
    with db.transaction() as session:
        db.one_at_a_time(session, account_id)
        mine = {filter_.id: filter_ for filter_ in kept(meeting_id, account_id)}
        if filter_id not in mine:
            raise Missing
        if any(filter_.name == wanted and filter_.id != filter_id for filter_ in mine.values()):
            raise Malformed({"name": Fault.NAME_IN_USE})
        mine[filter_id].name = wanted


def drop(meeting_id: int, account_id: int, filter_id: int) -> None:
    """Of one that is gone already nothing changes. Raises Missing where it is somebody else's, or another meeting's."""
    with db.transaction() as session:
        held = session.get(SavedFilter, filter_id)
        if held is not None and (held.meeting_id, held.account_id) != (meeting_id, account_id):
            raise Missing
        session.execute(
            sa.delete(SavedFilter).where(
                SavedFilter.id == filter_id,
                SavedFilter.meeting_id == meeting_id,
                SavedFilter.account_id == account_id,
            )
        )


def _name(text: str) -> str:
    if fault := fault_in(text, limit=NAME_LIMIT):
        raise Malformed({"name": fault})
    return text.strip()
