"""The agenda (议程): its draft, row by row, its releases, and what is said of it on the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.vocabulary import AgendaKind, AgendaRoleKind, TalkKind


class AgendaRoom(Base):
    """A place where sessions are held. `walk_minutes` is the way from the main hall: between two rooms it takes the
    sum of both.
    """

    __tablename__ = "agenda_rooms"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "name"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    rank: Mapped[int]
    name: Mapped[Short]
    location: Mapped[Short] = mapped_column(default="")
    seats: Mapped[int | None]
    walk_minutes: Mapped[int] = mapped_column(default=0)


class AgendaSession(Base):
    """One item of the draft (场次); without times it stands in its order alone.

    `sign_up_line_id` is there where the session has places of its own; `online` says that it is shown online.
    `removed_at` is set where a session that was released is taken out of the draft: the row stays, since stars,
    sign-ups and calls of the release that still holds refer to it, and their people are told at the next one.
    """

    __tablename__ = "agenda_sessions"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    rank: Mapped[int]
    kind: Mapped[AgendaKind] = word(AgendaKind)
    title: Mapped[Short]
    detail: Mapped[str] = mapped_column(sa.String(1000), default="")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    room_id: Mapped[int | None] = reference("agenda_rooms.id", nullable=True)
    online: Mapped[bool] = mapped_column(default=True)
    sign_up_line_id: Mapped[int | None] = reference("sign_up_lines.id", nullable=True)
    removed_at: Mapped[datetime | None]

    talks: Mapped[list[Talk]] = relationship(order_by="Talk.rank", cascade="all, delete-orphan", lazy="selectin")
    roles: Mapped[list[AgendaRole]] = relationship(
        order_by="AgendaRole.rank", cascade="all, delete-orphan", lazy="selectin"
    )


class Talk(Base):
    """What one unit or one person says in a session; its time follows from the `minutes` of those before it.

    `unit_name` is what stands on the agenda; `unit_id` the unit where it is one of ours.
    """

    __tablename__ = "talks"

    id: Mapped[Id]
    session_id: Mapped[int] = reference("agenda_sessions.id", index=True)
    rank: Mapped[int]
    kind: Mapped[TalkKind] = word(TalkKind, default=TalkKind.EXPERIENCE)
    title: Mapped[Short] = mapped_column(default="")
    abstract: Mapped[str] = mapped_column(sa.String(2000), default="")
    minutes: Mapped[int | None]
    unit_id: Mapped[int | None] = reference("units.id", nullable=True)
    unit_name: Mapped[Short] = mapped_column(default="")


class AgendaPerson(Base):
    """Somebody who stands on the agenda; `delegate_id` where they have a place in the meeting."""

    __tablename__ = "agenda_people"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    position: Mapped[Short] = mapped_column(default="")
    unit_id: Mapped[int | None] = reference("units.id", nullable=True)
    unit_name: Mapped[Short] = mapped_column(default="")
    about: Mapped[str] = mapped_column(sa.String(2000), default="")
    portrait_id: Mapped[int | None] = reference("stored_files.id", nullable=True)
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True, index=True)
    created_at: Mapped[datetime]


class AgendaRole(Base):
    """What a person does in a session, or in one talk of it (`talk_id`)."""

    __tablename__ = "agenda_roles"
    __table_args__ = (sa.Index("ix_agenda_roles_person", "person_id"),)

    id: Mapped[Id]
    session_id: Mapped[int] = reference("agenda_sessions.id", index=True)
    talk_id: Mapped[int | None] = reference("talks.id", nullable=True)
    person_id: Mapped[int] = reference("agenda_people.id")
    role: Mapped[AgendaRoleKind] = word(AgendaRoleKind)
    rank: Mapped[int]


class AgendaRelease(Base):
    """The agenda as everybody saw it from `released_at` on; never changed.

    `content` is the whole agenda, as services/agenda_content.py writes it; `changes` what was different from the
    release before; `overruled` the conflicts that somebody let stand, each with a reason; `redactions` counts how often
    personal data was taken out of `content`, so that whoever keeps it reads it again.
    """

    __tablename__ = "agenda_releases"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    overruled: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    redactions: Mapped[int] = mapped_column(default=0)
    released_at: Mapped[datetime]


class StageCall(Base):
    """Somebody said what is on stage now; without a session the clock says it again. The last one holds.

    `talk_id` is one of the release that held then: its row may have left the draft.
    """

    __tablename__ = "stage_calls"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    session_id: Mapped[int | None] = reference("agenda_sessions.id", nullable=True)
    talk_id: Mapped[int | None] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"))
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    called_at: Mapped[datetime]


class Delay(Base):
    """From a session on, the rest of its day is `minutes` later (or earlier) than released."""

    __tablename__ = "delays"
    __table_args__ = (sa.CheckConstraint("minutes <> 0", name="not_nothing"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    session_id: Mapped[int] = reference("agenda_sessions.id")
    minutes: Mapped[int]
    reason: Mapped[Short] = mapped_column(default="")
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    said_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Star(Base):
    """A session that a delegate marked for their own agenda."""

    __tablename__ = "stars"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    session_id: Mapped[int] = reference("agenda_sessions.id", primary_key=True)
    starred_at: Mapped[datetime]
