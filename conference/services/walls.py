"""Screens in the hall (大屏): added, shown again, revoked, and all of them blanked at once.

A wall's secret is a code that somebody may have to type on the hall's computer: 89 random bits in lower case. It is
kept sealed, since organisers show it again, and found by its digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Checkpoint, Meeting, Wall
from conference.rules import codes
from conference.sealing import digest, new_code, seal, unseal
from conference.services import activity
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, MeetingStatus, Missing, Refusal, Refused, WallKind

MOST = 50
NOTED_EVERY = timedelta(seconds=20)
IN_CONTACT = timedelta(seconds=60)
OF_A_CHECKPOINT = (WallKind.FIGURES, WallKind.CHECK_IN)


@dataclass(frozen=True)
class WallFacts:
    """A welcome wall has no checkpoint: it shows who came to the venue by any of them."""

    name: str
    kind: WallKind
    checkpoint_id: int | None = None
    surname_only: bool = False


@dataclass(frozen=True)
class Listed:
    """A wall as the desk lists it; `in_contact` while it asked within the last minute."""

    wall: Wall
    checkpoint: str
    in_contact: bool


def add(meeting_id: int, facts: WallFacts, doing: Doing) -> Wall:
    """Raises Malformed (checkpoint_id) and Refused (too_many_walls)."""
    with db.transaction() as session:
        _meeting(session, meeting_id)
        live = sa.select(sa.func.count()).where(Wall.meeting_id == meeting_id, Wall.revoked_at.is_(None))
        if (session.scalar(live) or 0) >= MOST:
            raise Refused(Refusal.TOO_MANY_WALLS)
        secret = new_code()
        wall = Wall(
            meeting_id=meeting_id,
            digest=digest(secret),
            secret_sealed=seal(secret),
            created_at=doing.now,
            **asdict(_checked(meeting_id, facts)),
        )
        session.add(wall)
        session.flush()
        _record(session, doing, "wall.added", wall, None, _facts(wall))
        return wall


def edit(meeting_id: int, wall_id: int, facts: WallFacts, doing: Doing) -> Wall:
    """Everything but the kind, which stays: who set the screen up knows what it shows. Raises Missing, Malformed."""
    with db.transaction() as session:
        wall = _held(session, meeting_id, wall_id)
        before = _facts(wall)
        said = _checked(meeting_id, WallFacts(facts.name, wall.kind, facts.checkpoint_id, facts.surname_only))
        wall.name, wall.checkpoint_id, wall.surname_only = said.name, said.checkpoint_id, said.surname_only
        _record(session, doing, "wall.edited", wall, before, _facts(wall))
        return wall


def revoke(meeting_id: int, wall_id: int, doing: Doing) -> None:
    """Its address and every browser that opened it are out at once; on one revoked already nothing changes."""
    with db.transaction() as session:
        query = sa.select(Wall).where(Wall.id == wall_id, Wall.meeting_id == meeting_id)
        wall = session.scalars(db.lock(query)).first()
        if wall is None:
            raise Missing
        if wall.revoked_at is None:
            wall.revoked_at = doing.now
            _record(session, doing, "wall.revoked", wall, None, {"name": wall.name})


def blank(meeting_id: int, doing: Doing) -> None:
    """Every wall of the meeting shows its title alone from now on; on blank ones nothing changes."""
    with db.transaction() as session:
        meeting = _meeting(session, meeting_id)
        if meeting.walls_blanked_at is None:
            meeting.walls_blanked_at = doing.now
            _record_meeting(session, doing, "meeting.walls_blanked", meeting_id)


def show_again(meeting_id: int, doing: Doing) -> None:
    """The walls go on; where none was blank nothing changes."""
    with db.transaction() as session:
        meeting = _meeting(session, meeting_id)
        if meeting.walls_blanked_at is not None:
            meeting.walls_blanked_at = None
            _record_meeting(session, doing, "meeting.walls_shown", meeting_id)


def is_dark(meeting: Meeting) -> bool:
    """Whether walls show the title alone: they were blanked, or the meeting is archived."""
    return meeting.walls_blanked_at is not None or meeting.status is MeetingStatus.ARCHIVED


def note_seen(wall: Wall, *, now: datetime) -> None:
    """The wall asked for its picture; written every 20 seconds at most."""
    if wall.seen_at is not None and now - wall.seen_at < NOTED_EVERY:
        return
    with db.transaction() as session:
        session.execute(sa.update(Wall).where(Wall.id == wall.id).values(seen_at=now))


def listed(meeting_id: int, *, now: datetime) -> Sequence[Listed]:
    """The live walls, in the order they were added."""
    found = db.session().execute(
        sa.select(Wall, Checkpoint.name)
        .outerjoin(Checkpoint, Checkpoint.id == Wall.checkpoint_id)
        .where(Wall.meeting_id == meeting_id, Wall.revoked_at.is_(None))
        .order_by(Wall.id)
    )
    return [
        Listed(wall, name or "", wall.seen_at is not None and now - wall.seen_at < IN_CONTACT) for wall, name in found
    ]


def one(meeting_id: int, wall_id: int) -> Wall:
    """A live wall. Raises Missing."""
    return _found(_live(Wall.id == wall_id, Wall.meeting_id == meeting_id))


def address(wall: Wall, *, public_url: str) -> str:
    """The private address: its last segment in lower case, in groups, so that it can be typed."""
    return f"{public_url}/wall/{codes.grouped(unseal(wall.secret_sealed)).replace(' ', '-').lower()}"


def by_secret(text: str) -> Wall | None:
    """The live wall of a secret, however it was typed."""
    secret = codes.parse(text)
    return None if secret is None else _live(Wall.digest == digest(secret))


def was_revoked(text: str) -> bool:
    """Whether this was a wall's secret once."""
    query = sa.select(Wall.id).where(Wall.digest == digest(codes.parse(text) or ""), Wall.revoked_at.is_not(None))
    return db.session().scalars(query).first() is not None


def by_id(wall_id: int) -> Wall | None:
    """A live wall, for a browser that opened it before."""
    return _live(Wall.id == wall_id)


def _live(*conditions: sa.ColumnElement[bool]) -> Wall | None:
    return db.session().scalars(sa.select(Wall).where(*conditions, Wall.revoked_at.is_(None))).first()


def _found(wall: Wall | None) -> Wall:
    if wall is None:
        raise Missing
    return wall


def _held(session: Session, meeting_id: int, wall_id: int) -> Wall:
    query = sa.select(Wall).where(Wall.id == wall_id, Wall.meeting_id == meeting_id, Wall.revoked_at.is_(None))
    return _found(session.scalars(db.lock(query)).first())


def _meeting(session: Session, meeting_id: int) -> Meeting:
    return session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).one()


def _checked(meeting_id: int, facts: WallFacts) -> WallFacts:
    if facts.kind not in OF_A_CHECKPOINT:
        return WallFacts(facts.name, facts.kind, None, facts.surname_only)
    if facts.checkpoint_id is None:
        raise Malformed({"checkpoint_id": Fault.REQUIRED})
    point = db.session().get(Checkpoint, facts.checkpoint_id)
    if point is None or point.meeting_id != meeting_id:
        raise Malformed({"checkpoint_id": Fault.UNKNOWN_ID})
    return WallFacts(facts.name, facts.kind, facts.checkpoint_id, False)


def _facts(wall: Wall) -> dict[str, object]:
    return {name: getattr(wall, name) for name in ("name", "kind", "checkpoint_id", "surname_only")}


def _record(
    session: Session, doing: Doing, verb: str, wall: Wall, before: dict[str, object] | None, after: dict[str, object]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "wall",
        wall.id,
        meeting_id=wall.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )


def _record_meeting(session: Session, doing: Doing, verb: str, meeting_id: int) -> None:
    activity.record(session, doing.actor, verb, "meeting", meeting_id, meeting_id=meeting_id, now=doing.now)
