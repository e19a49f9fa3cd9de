"""What an organiser does to many people of a list at once: kept, so that it goes on where it stopped."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, reference, word
from conference.vocabulary import BulkAct


class BulkDeed(Base):
    """`ids` are the delegates as they were confirmed, `done` how many of them have had their turn.

    `facts_sealed` (JSON) is what the act needs (a reason may name people). `counts` says how many came out how;
    `outcomes` the first of each, by id, with those who moved up from a line because of it (`moved_up`).
    `failures` is a list of [delegate's id, why not]. `nonce` is of the form that asked: sent twice, it is one deed.
    """

    __tablename__ = "bulk_deeds"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "nonce"),
        sa.Index(
            "ix_bulk_deeds_unfinished",
            "id",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
        sa.CheckConstraint("done >= 0", name="done_not_negative"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    account_id: Mapped[int] = reference("accounts.id")
    nonce: Mapped[Digest]
    act: Mapped[BulkAct] = word(BulkAct)
    facts_sealed: Mapped[bytes]
    ids: Mapped[list[int]] = mapped_column(sa.JSON)
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    failures: Mapped[list[list[int | str]]] = mapped_column(sa.JSON, default=list)
    outcomes: Mapped[dict[str, list[int]]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
