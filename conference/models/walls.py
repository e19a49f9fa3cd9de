"""Screens in the hall (墙), and the names that an organiser released for them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import WallKind


class Wall(Base):
    """A screen with a private address, whose secret is sealed so that organisers can show it again.

    `checkpoint_id` is where the rotating code lets people in, and whose figures are shown.
    """

    __tablename__ = "walls"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    name: Mapped[Short]
    kind: Mapped[WallKind] = word(WallKind)
    checkpoint_id: Mapped[int | None] = reference("checkpoints.id", nullable=True)
    digest: Mapped[Digest] = mapped_column(unique=True)
    secret_sealed: Mapped[bytes]
    surname_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class NameRelease(Base):
    """What an organiser made of a name that the public typed: released for the walls, or `refused`.

    It holds for that very text: once the name reads otherwise, it waits again.
    """

    __tablename__ = "name_releases"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    refused: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    released_at: Mapped[datetime]
