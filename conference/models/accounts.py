"""Who works for the meeting: accounts with roles, one-time links, tokens of programs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import Role, Scope


class Account(Base):
    """`epoch` is in every session of the account: raising it signs them all out."""

    __tablename__ = "accounts"

    id: Mapped[Id]
    email: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    grants: Mapped[list[Grant]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class Grant(Base):
    """A role of an account in a meeting; without a meeting it is the administrator's."""

    __tablename__ = "grants"
    __table_args__ = (
        sa.CheckConstraint("(role = 'administrator') = (meeting_id IS NULL)", name="administrator_everywhere"),
        sa.UniqueConstraint("account_id", "meeting_id", "role"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = reference("accounts.id")
    meeting_id: Mapped[int | None] = reference("meetings.id", nullable=True, index=True)
    role: Mapped[Role] = word(Role)
    created_at: Mapped[datetime]


class SignInLink(Base):
    __tablename__ = "sign_in_links"

    id: Mapped[Id]
    account_id: Mapped[int] = reference("accounts.id", index=True)
    digest: Mapped[Digest] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A program's bearer. Its name is the gate where it scans; `account_id` is set for one made for a browser,
    `device_id` for one of a paired phone. `checkpoint_ids` are where it may scan; None is everywhere in its meeting.
    """

    __tablename__ = "api_tokens"
    __table_args__ = (
        sa.Index(
            "uq_api_tokens_live_name",
            "name",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND account_id IS NULL AND device_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND account_id IS NULL AND device_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[Short]
    scope: Mapped[Scope] = word(Scope)
    meeting_id: Mapped[int | None] = reference("meetings.id", nullable=True)
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=True)
    device_id: Mapped[int | None] = reference("devices.id", nullable=True, index=True)
    checkpoint_ids: Mapped[list[int] | None] = mapped_column(sa.JSON(none_as_null=True))
    digest: Mapped[Digest] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """The first answer to a creating request; sealed, since it may hold personal data."""

    __tablename__ = "idempotency_keys"

    token_id: Mapped[int] = reference("api_tokens.id", primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    fingerprint: Mapped[Digest]
    status: Mapped[int]
    body_sealed: Mapped[bytes]
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True, index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
