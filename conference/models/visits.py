"""Site visits (参访): the stops, the departures that go round them, and how seats are given."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.models.sign_ups import SignUpLine
from conference.vocabulary import DepartureKind, StopRole, SwapStatus


class VisitSettings(Base):
    """How a meeting's visits are planned and signed up for.

    Between `opens_at` and `freezes_at` delegates choose (`by_delegates`), or their liaisons for them (`by_liaisons`);
    organisers always. Departures begin and end at `hall`, inside the window.
    """

    __tablename__ = "visit_settings"

    meeting_id: Mapped[int] = reference("meetings.id", primary_key=True)
    hall: Mapped[Short] = mapped_column(default="")
    window_starts_at: Mapped[datetime | None]
    window_ends_at: Mapped[datetime | None]
    stay_minutes: Mapped[int] = mapped_column(default=40)
    ride_minutes: Mapped[int] = mapped_column(default=20)
    by_delegates: Mapped[bool] = mapped_column(default=True)
    by_liaisons: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None]
    freezes_at: Mapped[datetime | None]


class Stop(Base):
    """A place that is visited (参访点); `capacity` is how many people it holds at one time, `shows` what is to be seen.
    `stay_minutes` is its own, where it is not the meeting's.
    """

    __tablename__ = "stops"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "name"),
        sa.CheckConstraint("capacity >= 1", name="some_room"),
        {"sqlite_autoincrement": True},  # a page left open means no other one
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    rank: Mapped[int] = mapped_column(default=0)
    name: Mapped[Short]
    address: Mapped[Short] = mapped_column(default="")
    map_url: Mapped[str] = mapped_column(sa.String(500), default="")
    shows: Mapped[str] = mapped_column(sa.String(2000), default="")
    capacity: Mapped[int]
    stay_minutes: Mapped[int | None]

    people: Mapped[list[StopPerson]] = relationship(
        order_by="StopPerson.rank", cascade="all, delete-orphan", lazy="selectin"
    )
    photos: Mapped[list[StopPhoto]] = relationship(
        order_by="StopPhoto.rank", cascade="all, delete-orphan", lazy="selectin"
    )


class StopPerson(Base):
    """Who receives people at a stop, or guides them there."""

    __tablename__ = "stop_people"

    id: Mapped[Id]
    stop_id: Mapped[int] = reference("stops.id", index=True)
    rank: Mapped[int]
    role: Mapped[StopRole] = word(StopRole)
    name: Mapped[str] = mapped_column(sa.String(50))
    phone_sealed: Mapped[bytes | None]


class StopPhoto(Base):
    __tablename__ = "stop_photos"

    id: Mapped[Id]
    stop_id: Mapped[int] = reference("stops.id", index=True)
    rank: Mapped[int]
    file_id: Mapped[int] = reference("stored_files.id")
    caption: Mapped[Short] = mapped_column(default="")


class Departure(Base):
    """A bus or a group on foot (发车) with its stops in their order; its seats and who has them are a sign-up line's,
    without the leader's and the guide's.

    `ends_at` is when it leaves its last stop: with `leaves_at` it is the time in which nobody can be elsewhere. What is
    `pinned` stays as it is when visits are planned again. `boards_at` is a place.
    """

    __tablename__ = "departures"
    __table_args__ = (
        sa.CheckConstraint("leaves_at < ends_at", name="times_in_order"),
        {"sqlite_autoincrement": True},  # a page left open means no other one
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    line_id: Mapped[int] = reference("sign_up_lines.id", unique=True)
    rank: Mapped[int] = mapped_column(default=0)
    kind: Mapped[DepartureKind] = word(DepartureKind, default=DepartureKind.BUS)
    name: Mapped[Short]
    plate: Mapped[str] = mapped_column(sa.String(20), default="")
    boards_at: Mapped[Short] = mapped_column(default="")
    leaves_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    returns_at: Mapped[datetime | None]
    accessible: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=False)
    leader_name: Mapped[str] = mapped_column(sa.String(50), default="")
    leader_phone_sealed: Mapped[bytes | None]
    guide_name: Mapped[str] = mapped_column(sa.String(50), default="")
    guide_phone_sealed: Mapped[bytes | None]
    note: Mapped[str] = mapped_column(sa.String(500), default="")

    line: Mapped[SignUpLine] = relationship(lazy="joined", innerjoin=True)
    stays: Mapped[list[Stay]] = relationship(order_by="Stay.rank", cascade="all, delete-orphan", lazy="selectin")


class Stay(Base):
    """A departure at one of its stops, from arriving to leaving."""

    __tablename__ = "departure_stays"
    __table_args__ = (
        sa.UniqueConstraint("departure_id", "rank"),
        sa.CheckConstraint("arrives_at < leaves_at", name="times_in_order"),
    )

    id: Mapped[Id]
    departure_id: Mapped[int] = reference("departures.id")
    rank: Mapped[int]
    stop_id: Mapped[int] = reference("stops.id", index=True)
    arrives_at: Mapped[datetime]
    leaves_at: Mapped[datetime]


class SeatSwap(Base):
    """Somebody asks another one to change seats between their two departures; nobody asks two at a time."""

    __tablename__ = "seat_swaps"
    __table_args__ = (
        sa.Index(
            "uq_seat_swaps_asked",
            "asker_id",
            unique=True,
            sqlite_where=sa.text("status = 'asked'"),
            postgresql_where=sa.text("status = 'asked'"),
        ),
        sa.Index("ix_seat_swaps_other", "other_id"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    asker_id: Mapped[int] = reference("delegates.id")
    other_id: Mapped[int] = reference("delegates.id")
    asker_line_id: Mapped[int] = reference("sign_up_lines.id")
    other_line_id: Mapped[int] = reference("sign_up_lines.id")
    status: Mapped[SwapStatus] = word(SwapStatus)
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
