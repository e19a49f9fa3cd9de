"""A unit (委员单位) that outlives meetings, its participation in one, and the tally kept by unit."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import DelegateStatus, Mode, UnitKind


class Unit(Base):
    __tablename__ = "units"
    __table_args__ = (sa.UniqueConstraint("name", "province"),)

    id: Mapped[Id]
    name: Mapped[Short]
    province: Mapped[str] = mapped_column(sa.String(6), index=True)
    district: Mapped[Short] = mapped_column(default="")
    kind: Mapped[UnitKind] = word(UnitKind)
    credit_code: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    proposed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Participation(Base):
    """A unit in a meeting: its limit, how many it has, and the private link its people register by.

    `active` counts pending, confirmed and waiting people of both modes; `granted` those kept above a limit that
    was lowered under them.
    """

    __tablename__ = "participations"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "unit_id"),
        sa.CheckConstraint("delegate_limit IS NULL OR active <= delegate_limit + granted", name="within_limit"),
        sa.CheckConstraint("active >= 0 AND granted >= 0", name="not_negative"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    unit_id: Mapped[int] = reference("units.id", index=True)
    delegate_limit: Mapped[int | None]
    active: Mapped[int] = mapped_column(default=0)
    granted: Mapped[int] = mapped_column(default=0)
    link_digest: Mapped[Digest] = mapped_column(unique=True)
    link_sealed: Mapped[bytes]
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class Tally(Base):
    """How many delegates of a unit stand in a mode and status; written with them, so that figures need not count."""

    __tablename__ = "tallies"
    __table_args__ = (sa.CheckConstraint("n >= 0", name="not_negative"),)

    meeting_id: Mapped[int] = reference("meetings.id", primary_key=True)
    unit_id: Mapped[int] = reference("units.id", primary_key=True)
    mode: Mapped[Mode] = word(Mode, primary_key=True)
    status: Mapped[DelegateStatus] = word(DelegateStatus, primary_key=True)
    n: Mapped[int]
