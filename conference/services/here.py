"""The rotating text (动态码) that a hall's screen shows: made for a checkpoint and a moment, and read again.

    here.shown(checkpoint_id, public_url=…, now=…)   what the screen shows now, and when it changes
    here.point(text, now=…)                          the checkpoint that a fresh text names

Nothing is kept: the text carries its step of thirty seconds, its checkpoint and a seal under the instance's key. What
switches self check-in on at a checkpoint is a wall that shows the text there; when the last one is revoked, its texts
are as good as old ones.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Checkpoint, Meeting, Wall
from conference.rules import here as rules
from conference.rules.here import Here
from conference.sealing import blind_index
from conference.vocabulary import Fault, Malformed, Refusal, Refused, WallKind


@dataclass(frozen=True)
class Shown:
    """`address` is what the QR holds, in upper case; both are replaced at `changes_at`."""

    text: str
    address: str
    changes_at: datetime


def text(checkpoint_id: int, moment: datetime) -> str:
    """The text of a checkpoint at a moment."""
    step = rules.step_of(moment)
    return rules.write(Here(checkpoint_id, step, _seal(checkpoint_id, step)))


def shown(checkpoint_id: int, *, public_url: str, now: datetime) -> Shown:
    """What the screen of a checkpoint shows now. It is good for thirty seconds more when it has gone."""
    made = text(checkpoint_id, now)
    address = f"{public_url.rstrip('/')}/h/{made}".upper()
    return Shown(made, address, rules.shown_from(rules.step_of(now) + 1))


def point(text: str, *, now: datetime) -> Checkpoint:
    """The checkpoint whose screen shows `text` (bare, or its address).

    Raises Malformed ({"here": …}) for what was never a text of ours, and Refused (here_expired) for one that is older
    than sixty seconds, or that no screen shows any more.
    """
    said = rules.parse(text)
    true = None if said is None else _seal(said.checkpoint_id, said.step)
    if said is None or not hmac.compare_digest(str(true), str(said.seal)):
        raise Malformed({"here": Fault.NOT_A_HERE_TEXT})
    found = db.session().get(Checkpoint, said.checkpoint_id)
    if found is None or not rules.is_fresh(said.step, now=now) or not is_open(found.id):
        raise Refused(Refusal.HERE_EXPIRED)
    return found


def is_open(checkpoint_id: int) -> bool:
    """Whether people check themselves in at a checkpoint: a screen shows its text."""
    query = sa.select(Wall.id).where(Wall.checkpoint_id == checkpoint_id, *_SHOWS_IT).limit(1)
    return db.session().scalar(query) is not None


def open_points(meeting_id: int) -> Sequence[Checkpoint]:
    """The checkpoints of a meeting where people check themselves in."""
    there = sa.select(Wall.checkpoint_id).where(Wall.meeting_id == meeting_id, *_SHOWS_IT)
    query = sa.select(Checkpoint).where(Checkpoint.meeting_id == meeting_id, Checkpoint.id.in_(there))
    return db.session().scalars(query.order_by(Checkpoint.id)).all()


def told(meeting: Meeting, *, now: datetime) -> Sequence[Checkpoint]:
    """The same for the eyes of its people: while the meeting is near or on."""
    return open_points(meeting.id) if rules.is_told(meeting.starts_at, meeting.ends_at, now=now) else []


_SHOWS_IT = (Wall.kind == WallKind.CHECK_IN, Wall.revoked_at.is_(None))


def _seal(checkpoint_id: int, step: int) -> int:
    return int(blind_index(f"here {checkpoint_id} {step}"), 16) % rules.SEALS
