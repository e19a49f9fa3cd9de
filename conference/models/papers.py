"""Paper (证件与会务用纸): how a meeting's is set, and long runs that the worker makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, reference, word
from conference.vocabulary import PaperKind


class PaperSettings(Base):
    """How a meeting's badges and cards look: `chosen` is checked by the form of it; the logo is a stored file."""

    __tablename__ = "paper_settings"

    meeting_id: Mapped[int] = reference("meetings.id", primary_key=True)
    chosen: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    logo: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class PaperRun(Base):
    """A document of many pages that the worker makes: what was asked for, how far it is, where it lies sealed.

    `nonce` is of the form that asked: sent twice, it is one run. `asked` holds ids, not names; `trouble_sealed` says
    (JSON) why it could not be made. The file goes away with `ends_at`.
    """

    __tablename__ = "paper_runs"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "nonce"),
        sa.CheckConstraint("done >= 0 AND done <= total", name="within_total"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    account_id: Mapped[int] = reference("accounts.id")
    nonce: Mapped[Digest]
    kind: Mapped[PaperKind] = word(PaperKind)
    asked: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    trouble_sealed: Mapped[bytes | None]
    path: Mapped[str] = mapped_column(sa.String(100), default="")
    key_sealed: Mapped[bytes | None]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]


class PrintedPaper(Base):
    """That a paper of this kind was made for somebody; `says` stands for what it said of them (a keyed digest)."""

    __tablename__ = "printed_papers"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    kind: Mapped[PaperKind] = word(PaperKind, primary_key=True)
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    says: Mapped[Digest]
    printed_at: Mapped[datetime]
