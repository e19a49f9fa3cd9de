"""The ground floor

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("province", sa.String(length=6), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval", sa.String(length=24), nullable=False),
        sa.Column("open_to", sa.String(length=24), nullable=False),
        sa.Column("notice", sa.String(length=2000), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "registration_opens_at < registration_closes_at", name=op.f("ck_meetings_registration_in_order")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meetings_times_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("slug", name=op.f("uq_meetings_slug")),
    )
    op.create_table(
        "roster_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_clock")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("province", sa.String(length=6), nullable=False),
        sa.Column("district", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("proposed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_units_credit_code")),
        sa.UniqueConstraint("name", "province", name=op.f("uq_units_name_province")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_province"), ["province"], unique=False)

    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=24), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_activities_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index("ix_activities_of_meeting", ["meeting_id", "id"], unique=False)
        batch_op.create_index("ix_activities_of_subject", ["subject", "subject_id"], unique=False)

    op.create_table(
        "agenda_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_sessions_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_sessions")),
    )
    with op.batch_alter_table("agenda_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_sessions_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_tokens_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_api_tokens_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "uq_api_tokens_live_name",
            ["name"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND account_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND account_id IS NULL"),
        )

    op.create_table(
        "delegates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("pinyin", sa.String(length=400), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("queue_mode", sa.String(length=24), nullable=True),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=True),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(ticket IS NULL) = (queue_mode IS NULL)", name=op.f("ck_delegates_ticket_has_line")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_delegates_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_delegates_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegates")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_delegates_meeting_id_number")),
    )
    with op.batch_alter_table("delegates", schema=None) as batch_op:
        batch_op.create_index("ix_delegates_by_name", ["meeting_id", "pinyin", "id"], unique=False)
        batch_op.create_index("ix_delegates_by_status", ["meeting_id", "status", "id"], unique=False)
        batch_op.create_index("ix_delegates_by_unit", ["meeting_id", "unit_id", "id"], unique=False)
        batch_op.create_index("ix_delegates_changed", ["meeting_id", "changed"], unique=False)
        batch_op.create_index("ix_delegates_by_phone", ["meeting_id", "phone_index"], unique=False)
        batch_op.create_index("ix_delegates_by_email", ["meeting_id", "email_index"], unique=False)
        batch_op.create_index(
            "uq_delegates_active_email_index",
            ["meeting_id", "email_index"],
            unique=True,
            sqlite_where=sa.text("email_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
            postgresql_where=sa.text("email_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
        )
        batch_op.create_index(
            "uq_delegates_active_phone_index",
            ["meeting_id", "phone_index"],
            unique=True,
            sqlite_where=sa.text("phone_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
            postgresql_where=sa.text("phone_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
        )
        batch_op.create_index(
            "uq_delegates_first_in_line",
            ["meeting_id", "queue_mode", "ticket"],
            unique=True,
            sqlite_where=sa.text("ticket IS NOT NULL"),
            postgresql_where=sa.text("ticket IS NOT NULL"),
        )

    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role = 'administrator') = (meeting_id IS NULL)", name=op.f("ck_grants_administrator_everywhere")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_grants_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("account_id", "meeting_id", "role", name=op.f("uq_grants_account_id_meeting_id_role")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "lines",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("next_ticket", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("capacity IS NULL OR taken <= capacity + granted", name=op.f("ck_lines_within_capacity")),
        sa.CheckConstraint("taken >= 0 AND granted >= 0 AND repeats >= 0", name=op.f("ck_lines_not_negative")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_lines_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("meeting_id", "mode", name=op.f("pk_lines")),
    )
    op.create_table(
        "meeting_hosts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_hosts_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_hosts")),
    )
    with op.batch_alter_table("meeting_hosts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_hosts_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "participations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_limit", sa.Integer(), nullable=True),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=False),
        sa.Column("link_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("active >= 0 AND granted >= 0", name=op.f("ck_participations_not_negative")),
        sa.CheckConstraint(
            "delegate_limit IS NULL OR active <= delegate_limit + granted", name=op.f("ck_participations_within_limit")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_participations_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_participations_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("link_digest", name=op.f("uq_participations_link_digest")),
        sa.UniqueConstraint("meeting_id", "unit_id", name=op.f("uq_participations_meeting_id_unit_id")),
    )
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participations_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_in_links_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_links_digest")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_account_id"), ["account_id"], unique=False)

    op.create_table(
        "tallies",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_tallies_not_negative")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_tallies_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_tallies_unit_id_units")),
        sa.PrimaryKeyConstraint("meeting_id", "unit_id", "mode", "status", name=op.f("pk_tallies")),
    )
    op.create_table(
        "turnouts",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.CheckConstraint("present >= 0 AND inside >= 0", name=op.f("ck_turnouts_not_negative")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_turnouts_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_turnouts_unit_id_units")),
        sa.PrimaryKeyConstraint("meeting_id", "unit_id", name=op.f("pk_turnouts")),
    )
    op.create_table(
        "arrivals",
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("admissions", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_arrivals_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_arrivals_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_arrivals_unit_id_units")),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_arrivals")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reentry", sa.Boolean(), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_checkpoints_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_checkpoints_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoints")),
    )
    with op.batch_alter_table("checkpoints", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkpoints_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_consents_delegate_id_delegates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_delegate_id"), ["delegate_id"], unique=False)

    op.create_table(
        "idempotency_keys",
        sa.Column("token_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_idempotency_keys_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name=op.f("fk_idempotency_keys_token_id_api_tokens")),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_idempotency_keys_delegate_id"), ["delegate_id"], unique=False)

    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_outbox_messages_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_outbox_messages_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_messages_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index("ix_outbox_messages_due", ["sent_at", "next_attempt_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_messages_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "repeat_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_repeat_entries_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_repeat_entries_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_repeat_entries_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat_entries")),
    )
    with op.batch_alter_table("repeat_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repeat_entries_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_repeat_entries_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_repeat_entries_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "talks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("speaker", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_talks_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talks_session_id"), ["session_id"], unique=False)

    op.create_table(
        "access_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_access_links_delegate_id_delegates")),
        sa.ForeignKeyConstraint(
            ["repeat_id"], ["repeat_entries.id"], name=op.f("fk_access_links_repeat_id_repeat_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_links_digest")),
    )
    with op.batch_alter_table("access_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_links_delegate_id"), ["delegate_id"], unique=False)

    op.create_table(
        "check_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checkpoint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("token_id", sa.BigInteger(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=True),
        sa.Column("text_sha256", sa.String(length=64), nullable=True),
        sa.Column("text_head", sa.String(length=8), nullable=True),
        sa.Column("gate", sa.String(length=200), nullable=False),
        sa.Column("direction", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw_scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_offline", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_check_ins_checkpoint_id_checkpoints")
        ),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_check_ins_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_check_ins_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("meeting_id", "nonce", name=op.f("uq_check_ins_meeting_id_nonce")),
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index("ix_check_ins_feed", ["meeting_id", "id"], unique=False)
        batch_op.create_index("ix_check_ins_of_delegate", ["delegate_id", "checkpoint_id", "scanned_at"], unique=False)

    op.create_table(
        "codes",
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_codes_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["repeat_id"], ["repeat_entries.id"], name=op.f("fk_codes_repeat_id_repeat_entries")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_codes")),
    )
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_codes_delegate_id"), ["delegate_id"], unique=False)

    op.create_table(
        "presences",
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checkpoint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("last_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_gate", sa.String(length=200), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_presences_checkpoint_id_checkpoints")
        ),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_presences_delegate_id_delegates")),
        sa.PrimaryKeyConstraint("delegate_id", "checkpoint_id", name=op.f("pk_presences")),
    )
    with op.batch_alter_table("presences", schema=None) as batch_op:
        batch_op.create_index("ix_presences_changed", ["checkpoint_id", "changed"], unique=False)
    op.execute("INSERT INTO roster_clock (id, n) VALUES (1, 0)")


def downgrade() -> None:
    with op.batch_alter_table("presences", schema=None) as batch_op:
        batch_op.drop_index("ix_presences_changed")

    op.drop_table("presences")
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_codes_delegate_id"))

    op.drop_table("codes")
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_index("ix_check_ins_of_delegate")
        batch_op.drop_index("ix_check_ins_feed")

    op.drop_table("check_ins")
    with op.batch_alter_table("access_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_links_delegate_id"))

    op.drop_table("access_links")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talks_session_id"))

    op.drop_table("talks")
    with op.batch_alter_table("repeat_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_repeat_entries_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_repeat_entries_delegate_id"))
        batch_op.drop_index(batch_op.f("ix_repeat_entries_code"))

    op.drop_table("repeat_entries")
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_messages_meeting_id"))
        batch_op.drop_index("ix_outbox_messages_due")
        batch_op.drop_index(batch_op.f("ix_outbox_messages_delegate_id"))

    op.drop_table("outbox_messages")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_delegate_id"))
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_delegate_id"))

    op.drop_table("consents")
    with op.batch_alter_table("checkpoints", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkpoints_meeting_id"))

    op.drop_table("checkpoints")
    op.drop_table("arrivals")
    op.drop_table("turnouts")
    op.drop_table("tallies")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_links_account_id"))

    op.drop_table("sign_in_links")
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participations_unit_id"))

    op.drop_table("participations")
    with op.batch_alter_table("meeting_hosts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_hosts_meeting_id"))

    op.drop_table("meeting_hosts")
    op.drop_table("lines")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grants_meeting_id"))

    op.drop_table("grants")
    with op.batch_alter_table("delegates", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_delegates_first_in_line",
            sqlite_where=sa.text("ticket IS NOT NULL"),
            postgresql_where=sa.text("ticket IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_delegates_active_phone_index",
            sqlite_where=sa.text("phone_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
            postgresql_where=sa.text("phone_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
        )
        batch_op.drop_index(
            "uq_delegates_active_email_index",
            sqlite_where=sa.text("email_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
            postgresql_where=sa.text("email_index IS NOT NULL AND status IN ('pending', 'confirmed', 'waitlisted')"),
        )
        batch_op.drop_index("ix_delegates_changed")
        batch_op.drop_index("ix_delegates_by_phone")
        batch_op.drop_index("ix_delegates_by_email")
        batch_op.drop_index("ix_delegates_by_unit")
        batch_op.drop_index("ix_delegates_by_status")
        batch_op.drop_index("ix_delegates_by_name")

    op.drop_table("delegates")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_api_tokens_live_name",
            sqlite_where=sa.text("revoked_at IS NULL AND account_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND account_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_api_tokens_account_id"))

    op.drop_table("api_tokens")
    with op.batch_alter_table("agenda_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_sessions_meeting_id"))

    op.drop_table("agenda_sessions")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index("ix_activities_of_subject")
        batch_op.drop_index("ix_activities_of_meeting")

    op.drop_table("activities")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_province"))

    op.drop_table("units")
    op.drop_table("roster_clock")
    op.drop_table("meetings")
    op.drop_table("accounts")
