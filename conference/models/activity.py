"""The activity record (操作记录): every act, by whom, with before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.vocabulary import ActorKind


class Activity(Base):
    __tablename__ = "activities"
    __table_args__ = (
        sa.Index("ix_activities_of_meeting", "meeting_id", "id"),
        sa.Index("ix_activities_of_subject", "subject", "subject_id"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int | None] = reference("meetings.id", nullable=True)
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = word(ActorKind)
    actor_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    actor_name: Mapped[Short]
    verb: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # whatever the subject's fields hold
    after: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
