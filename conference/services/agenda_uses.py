"""What hangs on a session or a talk of the draft: while there is any, it cannot be taken away."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import (
    AgendaSession,
    AttendanceCorrection,
    Checkpoint,
    Delay,
    HallQuestion,
    Material,
    Poll,
    Replay,
    SignUp,
    StageCall,
    Star,
)
from conference.rules.agenda import Agenda
from conference.services import agenda_content


@dataclass(frozen=True)
class Uses:
    """How many of each there are; `checkpoints` by their names, `materials` without those that were taken down.

    `released`: it is on the release that holds. What people did by that release does not hold it then: they are told
    at the next one. `kept`: something refers to it, so that its row stays even where it is taken away.
    """

    released: bool
    kept: bool
    checkpoints: tuple[str, ...] = ()
    materials: int = 0
    sign_ups: int = 0
    calls: int = 0
    replays: int = 0
    questions: int = 0
    attendance: int = 0
    stars: int = 0

    @property
    def held(self) -> bool:
        """Whether it cannot be taken away."""
        always = self.checkpoints or self.materials or self.replays or self.attendance
        return bool(always or (not self.released and (self.sign_ups or self.calls or self.questions)))


def of_session(meeting_id: int, session_id: int) -> Uses:
    """What hangs on a session and its talks."""
    session = db.session()
    names = session.scalars(sa.select(Checkpoint.name).where(Checkpoint.session_id == session_id))
    line = sa.select(AgendaSession.sign_up_line_id).where(AgendaSession.id == session_id).scalar_subquery()
    found = Uses(
        released=session_id in (agenda_content.released(meeting_id) or Agenda()).session,
        kept=bool(_count(session, Material, Material.session_id == session_id)),
        checkpoints=tuple(names.all()),
        materials=_count(session, Material, Material.session_id == session_id, Material.removed_at.is_(None)),
        sign_ups=_count(session, SignUp, SignUp.line_id == line),
        calls=_count(session, StageCall, StageCall.session_id == session_id)
        + _count(session, Delay, Delay.session_id == session_id),
        replays=_count(session, Replay, Replay.session_id == session_id),
        questions=_count(session, HallQuestion, HallQuestion.session_id == session_id)
        + _count(session, Poll, Poll.session_id == session_id),
        attendance=_count(session, AttendanceCorrection, AttendanceCorrection.session_id == session_id),
        stars=_count(session, Star, Star.session_id == session_id),
    )
    return replace(found, kept=found.kept or found.released)


def of_talk(talk_id: int) -> Uses:
    """What hangs on one talk."""
    materials = _count(db.session(), Material, Material.talk_id == talk_id, Material.removed_at.is_(None))
    return Uses(released=False, kept=False, materials=materials)


def _count(session: Session, model: type, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0
