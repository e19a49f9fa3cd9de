"""What belongs to a session or a talk: slides, texts, video links (资料), every version of them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.vocabulary import MaterialAudience, MaterialKind, MaterialMoment


class Material(Base):
    __tablename__ = "materials"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    session_id: Mapped[int] = reference("agenda_sessions.id", index=True)
    talk_id: Mapped[int | None] = reference("talks.id", nullable=True)
    rank: Mapped[int]
    kind: Mapped[MaterialKind] = word(MaterialKind)
    title: Mapped[Short]
    audience: Mapped[MaterialAudience] = word(MaterialAudience)
    shown: Mapped[MaterialMoment] = word(MaterialMoment)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class MaterialVersion(Base):
    """A file that is kept, or a link (`url`); the highest number is the one that holds.

    `delegate_id` is there where the speaker brought it themselves; outside the desk the highest number holds that an
    organiser approved.
    """

    __tablename__ = "material_versions"
    __table_args__ = (sa.UniqueConstraint("material_id", "number"),)

    id: Mapped[Id]
    material_id: Mapped[int] = reference("materials.id")
    number: Mapped[int]
    file_id: Mapped[int | None] = reference("stored_files.id", nullable=True)
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True)
    added_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
