"""Releases of the agenda (发布): what the draft would change, the release itself, and those that were.

    preview = agenda_releases.preview(meeting_id)
    agenda_releases.release(meeting_id, doing, note="", overruled={}, version=preview.version, tell=True)

A release is what everybody sees from then on; nobody changes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from conference import db
from conference.models import Account, AgendaRelease, Meeting, OutboxMessage
from conference.rules import agenda_changes, agenda_conflicts
from conference.rules import agenda_releases as rules
from conference.rules.agenda import Agenda, read, written
from conference.rules.agenda_changes import Change
from conference.rules.agenda_conflicts import Conflict
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.services import activity, agenda_content, agenda_notices, agenda_portraits, agenda_rooms
from conference.services.agenda_news import News
from conference.services.agenda_news import of as news_of
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, AgendaConflict, Fault, Malformed, Missing, Refusal, Refused

NOTE_LIMIT = 500
NEWEST = 100  # releases in a list
ASKED = 200  # conflicts that can be overruled at once; of more, some have to be mended first


@dataclass(frozen=True)
class Preview:
    """What a release of the draft would do: its `number`, what would be different, what does not go together, and whom
    it `touches`: by the id of a delegate the changed sessions that are theirs. `version` is the draft's; `refusal` is
    why there can be none, conflicts apart; `reasons` are those of the last release, by the keys of its conflicts.
    """

    number: int
    version: int
    draft: Agenda
    released: Agenda | None
    changes: Sequence[Change]
    conflicts: Sequence[Conflict]
    touches: Mapping[int, Sequence[int]]
    is_draft_same: bool
    refusal: Refusal | None
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """To how many messages would go."""
        return len(self.touches)

    @property
    def asked(self) -> Sequence[Conflict]:
        """The conflicts for which a page asks a reason."""
        return self.conflicts[:ASKED]


@dataclass(frozen=True)
class Overruled:
    """A conflict that somebody let stand, and why."""

    conflict: Conflict
    reason: str


@dataclass(frozen=True)
class Released:
    """A release without what is in it; `by` is the account's name, and `messages` how many it made."""

    release: AgendaRelease
    by: str
    changes: Sequence[Change]
    overruled: Sequence[Overruled]
    messages: int


@dataclass(frozen=True)
class ReleaseNews:
    """A release as everybody may read of it; the first one has no news."""

    number: int
    released_at: datetime
    note: str
    changes: Sequence[News]


def preview(meeting_id: int) -> Preview:
    """What releasing the draft as it stands now would do. Raises Missing."""
    meeting = db.session().get(Meeting, meeting_id)
    if meeting is None:
        raise Missing
    return _preview(db.session(), meeting)


def release(
    meeting_id: int, doing: Doing, *, note: str, overruled: Mapping[str, str], version: int, tell: bool = False
) -> AgendaRelease:
    """Let everybody see the draft from now on; with `tell` those whose items changed get a message.

    `version` is the draft's that was seen, `overruled` a reason by the key of each conflict. Raises Missing, Malformed
    (note, or a key of `overruled`) and Refused: meeting_over, changed_meanwhile, nothing_to_release, agenda_conflicts.
    """
    note, reasons = note.strip(), {key: reason.strip() for key, reason in overruled.items()}
    _read(note, reasons)
    with db.transaction() as session:
        meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).first()
        if meeting is None:
            raise Missing
        agenda_portraits.hold(session, meeting_id)
        seen = _preview(session, meeting)
        if seen.refusal is not None:
            raise Refused(seen.refusal)
        if version != seen.version:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        if any(not reasons.get(one.key) for one in seen.conflicts):
            raise Refused(Refusal.AGENDA_CONFLICTS)
        made = AgendaRelease(
            meeting_id=meeting_id,
            number=seen.number,
            content=written(rules.following(seen.released, seen.draft)),
            changes=agenda_changes.written(seen.changes),
            overruled=[asdict(one) | {"reason": reasons[one.key]} for one in seen.conflicts],
            note=note,
            account_id=doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None,
            released_at=doing.now,
        )
        session.add(made)
        session.flush()
        agenda_portraits.forget_unshown(session, meeting_id)
        told = agenda_notices.put(session, made, seen.touches) if tell else 0
        _record(session, doing, made, told)
        return made


def listed(meeting_id: int) -> list[Released]:
    """The newest first, at most `NEWEST`."""
    session = db.session()
    rows = session.execute(
        sa.select(AgendaRelease, Account.name)
        .outerjoin(Account, Account.id == AgendaRelease.account_id)
        .where(AgendaRelease.meeting_id == meeting_id)
        .options(defer(AgendaRelease.content))
        .order_by(AgendaRelease.number.desc())
        .limit(NEWEST)
    )
    found = list(rows)
    sent = _messages(session, [one.id for one, _ in found])
    return [_released(one, name, sent.get(one.id, 0)) for one, name in found]


def one(meeting_id: int, number: int) -> tuple[Released, Agenda]:
    """A release, and the agenda as everybody saw it. Raises Missing."""
    session = db.session()
    found = session.execute(
        sa.select(AgendaRelease, Account.name)
        .outerjoin(Account, Account.id == AgendaRelease.account_id)
        .where(AgendaRelease.meeting_id == meeting_id, AgendaRelease.number == number)
    ).first()
    if found is None:
        raise Missing
    row, name = found
    return _released(row, name, _messages(session, [row.id]).get(row.id, 0)), read(row.content)


def public_changes(meeting_id: int, *, language: str) -> list[ReleaseNews]:
    """What each release made different, the newest first, at most `NEWEST`; the first release made all of it."""
    session = db.session()
    timezone = session.get_one(Meeting, meeting_id).timezone
    rows = session.execute(
        sa.select(AgendaRelease.number, AgendaRelease.released_at, AgendaRelease.note, AgendaRelease.changes)
        .where(AgendaRelease.meeting_id == meeting_id)
        .order_by(AgendaRelease.number.desc())
        .limit(NEWEST)
    )
    return [
        ReleaseNews(
            number,
            released_at,
            note,
            news_of(agenda_changes.read(changes), language=language, timezone=timezone) if number > 1 else [],
        )
        for number, released_at, note, changes in rows
    ]


def _preview(session: Session, meeting: Meeting) -> Preview:
    draft, last = agenda_content.draft(meeting.id), agenda_content.latest(meeting.id)
    released = read(last.content) if last else None
    draft = rules.spoken_of(draft)
    changes = agenda_changes.between(released or Agenda(), draft)
    same = rules.same(released, draft)
    return Preview(
        number=last.number + 1 if last else 1,
        version=meeting.agenda_version,
        draft=draft,
        released=released,
        changes=changes,
        conflicts=agenda_conflicts.found(
            draft,
            agenda_rooms.walks(meeting.id),
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            timezone=meeting.timezone,
        ),
        touches=agenda_notices.touched(session, changes),
        is_draft_same=same,
        refusal=rules.refusal_to_release(meeting.status, is_draft_same=same),
        reasons={one.conflict.key: one.reason for one in map(_overruled, last.overruled)} if last else {},
    )


def _read(note: str, reasons: Mapping[str, str]) -> None:
    faults: dict[str, Fault] = {}
    if fault := fault_in(note, limit=NOTE_LIMIT, required=False, lines=True):
        faults["note"] = fault
    for key, reason in reasons.items():
        if fault := fault_in(reason, limit=SHORT_LIMIT, required=False):
            faults[key] = fault
    if faults:
        raise Malformed(faults)


def _released(row: AgendaRelease, name: str | None, messages: int) -> Released:
    overruled = [_overruled(one) for one in row.overruled]
    return Released(row, name or "", agenda_changes.read(row.changes), overruled, messages)


def _overruled(said: Mapping[str, Any]) -> Overruled:
    conflict = Conflict(AgendaConflict(said["kind"]), tuple(said["session_ids"]), said["person_id"], said["room_id"])
    return Overruled(conflict, said["reason"])


def _messages(session: Session, release_ids: Sequence[int]) -> dict[int, int]:
    counted = (
        sa.select(OutboxMessage.agenda_release_id, sa.func.count())
        .where(OutboxMessage.agenda_release_id.in_(release_ids))
        .group_by(OutboxMessage.agenda_release_id)
    )
    return {id_: n for id_, n in session.execute(counted) if id_ is not None}


def _record(session: Session, doing: Doing, made: AgendaRelease, told: int) -> None:
    said = {"changes": len(made.changes), "overruled": len(made.overruled), "people": told}
    activity.record(
        session,
        doing.actor,
        "agenda.released",
        "agenda_release",
        made.id,
        meeting_id=made.meeting_id,
        now=doing.now,
        after={"release_number": made.number} | said,
    )
