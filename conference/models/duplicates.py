"""Two places that may be one person's, and what somebody said of them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from conference.db import Base
from conference.models.columns import reference, word
from conference.vocabulary import Likeness


class DuplicatePair(Base):
    """`first_id` is the lower of the two. `distinct_at` is set once somebody said that they are two people."""

    __tablename__ = "duplicate_pairs"
    __table_args__ = (
        sa.CheckConstraint("first_id < second_id", name="in_order"),
        sa.Index(
            "ix_duplicate_pairs_open",
            "meeting_id",
            "first_id",
            sqlite_where=sa.text("distinct_at IS NULL"),
            postgresql_where=sa.text("distinct_at IS NULL"),
        ),
    )

    first_id: Mapped[int] = reference("delegates.id", primary_key=True)
    second_id: Mapped[int] = reference("delegates.id", primary_key=True, index=True)
    meeting_id: Mapped[int] = reference("meetings.id")
    likeness: Mapped[Likeness] = word(Likeness)
    found_at: Mapped[datetime]
    distinct_at: Mapped[datetime | None]
