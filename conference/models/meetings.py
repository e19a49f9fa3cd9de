"""A meeting (推进会), its hosts, and a line for each mode."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.vocabulary import Approval, HostRole, MeetingStatus, Mode, OpenTo


class Meeting(Base):
    """From `frozen_at` on, changes by people and liaisons are requests; after `line_moves_until` the waiting lines move
    only by an organiser's hand. Personal data is erased at `kept_until` (None: a year after the end). `uncounted` are
    the categories that the hall's figure leaves out. While `walls_blanked_at` is set, every wall of the hall is blank.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="times_in_order"),
        sa.CheckConstraint("registration_opens_at < registration_closes_at", name="registration_in_order"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[Short]
    theme: Mapped[Short] = mapped_column(default="")
    place: Mapped[Short]
    province: Mapped[str] = mapped_column(sa.String(6))
    timezone: Mapped[str] = mapped_column(sa.String(64))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[MeetingStatus] = word(MeetingStatus)
    registration_opens_at: Mapped[datetime]
    registration_closes_at: Mapped[datetime]
    approval: Mapped[Approval] = word(Approval)
    open_to: Mapped[OpenTo] = word(OpenTo)
    frozen_at: Mapped[datetime | None]
    line_moves_until: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
    uncounted: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    notice: Mapped[str] = mapped_column(sa.String(2000), default="")
    walls_blanked_at: Mapped[datetime | None]
    agenda_version: Mapped[int] = mapped_column(default=0)
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    hosts: Mapped[list[MeetingHost]] = relationship(
        order_by="MeetingHost.rank", cascade="all, delete-orphan", lazy="selectin"
    )


class MeetingHost(Base):
    __tablename__ = "meeting_hosts"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    rank: Mapped[int]
    name: Mapped[Short]
    role: Mapped[HostRole] = word(HostRole)


class Line(Base):
    """The places of one mode of a meeting and the line that waits for them; locked before any delegate.

    `granted` counts places given beyond the capacity by an organiser's right; `repeats` the live repeat entries,
    which the public count of free places hides behind. The meeting's next short number is the greater of both lines'
    `next_number`: it is written with whichever line is.
    """

    __tablename__ = "lines"
    __table_args__ = (
        sa.CheckConstraint("capacity IS NULL OR taken <= capacity + granted", name="within_capacity"),
        sa.CheckConstraint("taken >= 0 AND granted >= 0 AND repeats >= 0", name="not_negative"),
    )

    meeting_id: Mapped[int] = reference("meetings.id", primary_key=True)
    mode: Mapped[Mode] = word(Mode, primary_key=True)
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    granted: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    next_ticket: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    next_number: Mapped[int] = mapped_column(default=1)

    @property
    def places_left(self) -> int | None:
        """Free places; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity + self.granted - self.taken)
