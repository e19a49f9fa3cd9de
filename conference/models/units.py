"""A unit (委员单位) that outlives meetings, its participation in one, and the tally kept by unit."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import DelegateStatus, InvitationAnswer, Mode, UnitKind


class Unit(Base):
    """`merged_into_id` is the unit that this one turned out to be; whoever asks for it is given that one."""

    __tablename__ = "units"
    __table_args__ = (sa.UniqueConstraint("name", "province"),)

    id: Mapped[Id]
    name: Mapped[Short]
    province: Mapped[str] = mapped_column(sa.String(6), index=True)
    district: Mapped[Short] = mapped_column(default="")
    kind: Mapped[UnitKind] = word(UnitKind)
    credit_code: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    address: Mapped[Short] = mapped_column(default="")
    proposed: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = reference("units.id", nullable=True, index=True)
    merged_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Participation(Base):
    """A unit in a meeting: its limits, how many it has, and the common link its people register by.

    `active` counts pending, confirmed and waiting people of both modes; `granted` those kept above a limit that
    was lowered under them. `in_person_limit` and `online_limit` bound one mode each; how many a unit has in a mode
    is in the tallies, under the same lock. `reply_by` is the unit's own deadline, None for the meeting's.
    `invited_at` is when the liaison of now was first sent or handed an invitation.
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
    in_person_limit: Mapped[int | None]
    online_limit: Mapped[int | None]
    reply_by: Mapped[datetime | None]
    answer: Mapped[InvitationAnswer | None] = word(InvitationAnswer, nullable=True)
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    invited_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class Liaison(Base):
    """The liaison (联络员) of a unit in a meeting, for as long as they are; one at a time."""

    __tablename__ = "liaisons"
    __table_args__ = (
        sa.Index(
            "uq_liaisons_current",
            "participation_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    id: Mapped[Id]
    participation_id: Mapped[int] = reference("participations.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    phone_sealed: Mapped[bytes | None]
    phone_index: Mapped[Digest | None] = mapped_column(index=True)
    email_sealed: Mapped[bytes | None]
    email_index: Mapped[Digest | None] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(sa.String(2), default="zh")
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    participation: Mapped[Participation] = relationship()


class DeskLink(Base):
    """A private link to a unit's desk; made each time one is sent or copied, only its digest is kept."""

    __tablename__ = "desk_links"

    id: Mapped[Id]
    participation_id: Mapped[int] = reference("participations.id", index=True)
    liaison_id: Mapped[int | None] = reference("liaisons.id", nullable=True)
    digest: Mapped[Digest] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    participation: Mapped[Participation] = relationship()


class MovedLink(Base):
    """The common link of a participation that was merged into another one, to which it leads from then on."""

    __tablename__ = "moved_links"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = reference("participations.id", index=True)
    moved_at: Mapped[datetime]


class PlacesRequest(Base):
    """A unit asks for more places; `granted` is None until the organiser has decided.

    `given_in_person` and `given_online` are how many it was given, which may be others than it asked for.
    """

    __tablename__ = "places_requests"
    __table_args__ = (
        sa.CheckConstraint("in_person >= 0 AND online >= 0 AND in_person + online > 0", name="asks_for_some"),
        sa.CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_with_answer"),
        sa.CheckConstraint("given_in_person >= 0 AND given_online >= 0", name="given_not_negative"),
        sa.Index(
            "uq_places_requests_open",
            "participation_id",
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    participation_id: Mapped[int] = reference("participations.id", index=True)
    in_person: Mapped[int]
    online: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime]
    granted: Mapped[bool | None]
    given_in_person: Mapped[int] = mapped_column(default=0)
    given_online: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(sa.String(500), default="")

    participation: Mapped[Participation] = relationship()


class Tally(Base):
    """How many delegates of a unit stand in a mode and status; written with them, so that figures need not count."""

    __tablename__ = "tallies"
    __table_args__ = (sa.CheckConstraint("n >= 0", name="not_negative"),)

    meeting_id: Mapped[int] = reference("meetings.id", primary_key=True)
    unit_id: Mapped[int] = reference("units.id", primary_key=True)
    mode: Mapped[Mode] = word(Mode, primary_key=True)
    status: Mapped[DelegateStatus] = word(DelegateStatus, primary_key=True)
    n: Mapped[int]
