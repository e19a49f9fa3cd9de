"""One-time codes (验证码): six digits sent to an address, for one purpose, for some minutes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, reference, word
from conference.vocabulary import CodePurpose


class OneTimeCode(Base):
    """A code that was asked for, whether anybody is known at that address or not.

    `digest` is keyed, and set when the code is made, which is when it is sent. `tries` counts guesses.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (
        sa.Index("ix_one_time_codes_asked", "address_index", "created_at"),
        sa.CheckConstraint("tries >= 0", name="tries_not_negative"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    purpose: Mapped[CodePurpose] = word(CodePurpose)
    subject: Mapped[int | None] = mapped_column(sa.BigInteger)
    address_index: Mapped[Digest]
    digest: Mapped[Digest | None]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ProofTry(Base):
    """Somebody typed the last four digits of a place's number, where no code can be sent; counted against guessing."""

    __tablename__ = "proof_tries"
    __table_args__ = (sa.Index("ix_proof_tries_of_delegate", "delegate_id", "tried_at"),)

    id: Mapped[Id]
    delegate_id: Mapped[int] = reference("delegates.id")
    repeat_id: Mapped[int | None] = reference("repeat_entries.id", nullable=True)
    tried_at: Mapped[datetime]
