"""The hall plan (座位): a hall's rows, who they are meant for, and who sits where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.vocabulary import SeatNumbering


class Hall(Base):
    """The hall of a meeting. `version` is raised by every change of the plan, so that two editors notice each other.

    `rows` are from the stage backwards: {label, seats, aisles: [after how many seats from the left]}.
    `blocks` say whom seats are meant for: {row, first, last, kind, value}, counted from the left.
    """

    __tablename__ = "halls"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", unique=True)
    name: Mapped[Short]
    version: Mapped[int] = mapped_column(default=1)
    numbering: Mapped[SeatNumbering] = word(SeatNumbering)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Seating(Base):
    """Somebody's seat: one person a seat, one seat a person in a hall. `pinned` ones stay when others are set anew.

    `row` counts from the stage, from 0; `number` is what stands on the seat.
    `Delegate.seat` is what the seat is called, for badges, pages and the door; it is written with this.
    """

    __tablename__ = "seatings"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "row", "number"),
        sa.UniqueConstraint("delegate_id"),
        sa.CheckConstraint("number >= 1 AND row >= 0", name="in_the_hall"),
    )

    id: Mapped[Id]
    hall_id: Mapped[int] = reference("halls.id")
    row: Mapped[int]
    number: Mapped[int]
    delegate_id: Mapped[int] = reference("delegates.id")
    pinned: Mapped[bool] = mapped_column(default=False)
    seated_at: Mapped[datetime]


class Precedence(Base):
    """The standing order of those in the front rows: people set it, the machine never guesses."""

    __tablename__ = "precedences"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    rank: Mapped[int]
