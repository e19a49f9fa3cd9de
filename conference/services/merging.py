"""Two entries of one person become one: the place that is kept takes over what the other one has and it lacks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import (
    AccessLink,
    AgendaPerson,
    AttendanceCorrection,
    Code,
    Consent,
    Delegate,
    MaterialVersion,
    Nod,
    PersonalDetail,
    QuestionAnswer,
    RepeatEntry,
    Star,
    StoredFile,
    WalkIn,
)
from conference.rules import duplicates as rules
from conference.services import (
    beats,
    closing,
    delegates,
    duplicates,
    hall_question_keeping,
    links,
    polls,
    seatings,
    sign_ups,
    still_here,
)
from conference.services.delegates import Doing
from conference.services.line_rows import mark
from conference.services.places import Places, refuse
from conference.vocabulary import DelegateStatus, Missing

FIELDS = ("name", "position", "category", "seat", "phone", "email")


def merge(meeting_id: int, keep_id: int, drop_id: int, take: Collection[str], doing: Doing) -> Delegate:
    """Keep one of two places of the same person; of the other one's `FIELDS` those in `take` are taken over.

    The place that is given up falls to the line at once; its code and links are dead; what was answered, agreed to and
    entered again for it goes to the kept one, where that has nothing there. A repeat changes nothing. Raises Missing,
    Refused (not_active, both_came, came_is_kept) and what `delegates.edit` raises.
    """
    if keep_id == drop_id:
        raise Missing
    with db.transaction() as session:
        places = Places(session, meeting_id, doing.now)
        held = {id_: places.delegate(id_) for id_ in sorted((keep_id, drop_id))}  # in the order of ids, as everywhere
        keep, drop = held[keep_id], held[drop_id]
        if keep is None or drop is None:
            raise Missing
        if drop.merged_into_id == keep.id:
            return keep
        there = duplicates.came(session, held)
        refuse(
            rules.refusal_to_merge(keep.status, drop.status, kept_came=keep.id in there, dropped_came=drop.id in there)
        )
        before = delegates.facts(drop)
        _hand_over(session, keep, drop, now=doing.now)
        places.end(drop, DelegateStatus.CANCELLED)
        closing.place_over(session, drop.id, now=doing.now)
        links.revoke_all(session, drop.id, now=doing.now)
        drop.merged_into_id = keep.id
        moves = places.settle()
        mark(session, keep, drop)
        _record(session, keep, drop, before, doing)
        delegates.tell_moved(session, [move for move in moves if move.delegate is not drop], doing)
        if taken := {name: before[name] for name in FIELDS if name in take}:
            delegates.edit(meeting_id, keep.id, taken, doing)
        return keep


def _hand_over(session: Session, keep: Delegate, drop: Delegate, *, now: datetime) -> None:
    for table, column in ((QuestionAnswer, "question_id"), (PersonalDetail, "purpose"), (Star, "session_id")):
        mine = set(session.scalars(sa.select(getattr(table, column)).where(table.delegate_id == keep.id)))
        missing = table.delegate_id == drop.id, getattr(table, column).not_in(mine)
        session.execute(sa.update(table).where(*missing).values(delegate_id=keep.id))
    agreed = sa.select(Consent.purpose).where(Consent.delegate_id == keep.id, Consent.withdrawn_at.is_(None))
    session.execute(
        sa.update(Consent)
        .where(
            Consent.delegate_id == drop.id,
            Consent.withdrawn_at.is_(None),
            Consent.purpose.not_in(set(session.scalars(agreed))),
        )
        .values(delegate_id=keep.id)
    )
    for whole in (StoredFile, RepeatEntry, Nod, WalkIn, AgendaPerson, MaterialVersion, AttendanceCorrection):
        session.execute(sa.update(whole).where(whole.delegate_id == drop.id).values(delegate_id=keep.id))
    seatings.hand_rank_over(session, keep, drop)
    sign_ups.pass_on(session, drop, keep, now=now)
    beats.hand_over(session, keep.id, drop.id)
    hall_question_keeping.hand_over(session, keep.id, drop.id)
    polls.hand_over(session, keep.id, drop.id)
    still_here.hand_over(session, keep.id, drop.id)
    _hand_over_access(session, keep, drop, now=now)


def _hand_over_access(session: Session, keep: Delegate, drop: Delegate, *, now: datetime) -> None:
    """Repeat entries stand for the kept place from now on, with a code only under the kept one's own name."""
    session.execute(
        sa.update(AccessLink)
        .where(AccessLink.delegate_id == drop.id, AccessLink.repeat_id.is_not(None))
        .values(delegate_id=keep.id)
    )
    named = sa.select(RepeatEntry.id, RepeatEntry.name).where(RepeatEntry.delegate_id == keep.id)
    same = [id_ for id_, name in session.execute(named) if rules.bare(name) == rules.bare(keep.name)]
    session.execute(
        sa.update(Code).where(Code.delegate_id == drop.id, Code.repeat_id.in_(same)).values(delegate_id=keep.id)
    )
    session.execute(
        sa.update(Code).where(Code.delegate_id == drop.id, Code.revoked_at.is_(None)).values(revoked_at=now)
    )
    session.expire(drop, ["codes"])
    session.expire(keep, ["codes"])


def _record(session: Session, keep: Delegate, drop: Delegate, before: dict[str, object], doing: Doing) -> None:
    """The trail of each names the other by number alone: erasing one need not look into the other's."""
    gone = {"status": drop.status, "waiting_for": drop.waiting_for, "merged_into": keep.number}
    for delegate, verb, was, facts in (
        (drop, "delegate.merged_away", {name: before[name] for name in ("status", "waiting_for")}, gone),
        (keep, "delegate.merged", {}, {"other_number": drop.number}),
    ):
        delegates.record(session, doing, verb, delegate, was, facts)
