"""What a deed for many people does to each of them, and how it came out; `bulk` keeps the deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate
from conference.services import acknowledgements, delegates
from conference.services.delegates import Doing
from conference.vocabulary import BulkAct, Category, DelegateStatus, Malformed, Missing, Refusal, Refused


def do(
    session: Session, act: BulkAct, meeting_id: int, delegate_id: int, facts: Mapping[str, str], doing: Doing
) -> tuple[str, str]:
    """What became of one person, and why it could not be done."""
    try:
        with session.begin_nested():
            return _ACTS[act](meeting_id, delegate_id, facts, doing), ""
    except Refused as refused:
        return "refused", refused.refusal.value
    except Malformed as malformed:
        return "refused", next(iter(malformed.faults.values())).value
    except Missing:
        return "refused", ""


def _confirm(meeting_id: int, delegate_id: int, facts: Mapping[str, str], doing: Doing) -> str:
    before = db.session().scalar(sa.select(Delegate.status).where(Delegate.id == delegate_id))
    after = delegates.confirm(meeting_id, delegate_id, doing).status
    if after is before:
        return "in_line" if after is DelegateStatus.WAITLISTED else "unchanged"
    return "waitlisted" if after is DelegateStatus.WAITLISTED else "done"


def _decline(meeting_id: int, delegate_id: int, facts: Mapping[str, str], doing: Doing) -> str:
    delegates.decline(meeting_id, delegate_id, doing, reason=facts.get("reason", ""), told=True)
    return "done"


def _cancel(meeting_id: int, delegate_id: int, facts: Mapping[str, str], doing: Doing) -> str:
    delegates.cancel(meeting_id, delegate_id, doing, reason=facts.get("reason", ""), told=True)
    return "done"


def _category(meeting_id: int, delegate_id: int, facts: Mapping[str, str], doing: Doing) -> str:
    wished = Category(facts["category"])
    before = db.session().scalar(sa.select(Delegate.category).where(Delegate.id == delegate_id))
    delegates.edit(meeting_id, delegate_id, {"category": wished}, doing)
    return "unchanged" if before is wished else "done"


def _remind(meeting_id: int, delegate_id: int, facts: Mapping[str, str], doing: Doing) -> str:
    try:
        acknowledgements.remind(meeting_id, delegate_id, doing)
    except Refused as refused:
        if refused.refusal is Refusal.ANSWERED_ALREADY:
            return "answered"
        raise
    return "done"


_ACTS: dict[BulkAct, Callable[[int, int, Mapping[str, str], Doing], str]] = {
    BulkAct.CONFIRM: _confirm,
    BulkAct.DECLINE: _decline,
    BulkAct.CANCEL: _cancel,
    BulkAct.CATEGORY: _category,
    BulkAct.REMIND: _remind,
}
