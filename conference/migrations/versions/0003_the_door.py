"""The door: paired phones, every way in, screens in the hall, seats, paper

Revision ID: 0003
Revises: 0002

Tables that others point to are given columns, as in 0002. There is no way down: restore the backup that was made before
the upgrade.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _devices()
    _ways_in()
    _walls()
    _seats()
    _papers()
    _numbers()
    op.add_column("reply_forms", sa.Column("name_sealed", sa.LargeBinary(), nullable=True))
    # A place that is over keeps no seat.
    op.execute("UPDATE delegates SET seat = '' WHERE status IN ('cancelled', 'declined') AND seat <> ''")
    op.add_column("change_requests", sa.Column("ended", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("checkpoint_ids", sa.JSON(), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=False),
        sa.Column("pairing_digest", sa.String(length=64), nullable=False),
        sa.Column("pairing_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pairing_expires_at", _MOMENT, nullable=False),
        sa.Column("pairings", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("paired_at", _MOMENT, nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_devices_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_devices_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("pairing_digest", name=op.f("uq_devices_pairing_digest")),
    )
    op.create_index("ix_devices_meeting_id", "devices", ["meeting_id"])
    op.create_index(
        "uq_devices_live_name",
        "devices",
        ["meeting_id", "name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "scan_reviews",
        sa.Column("check_in_id", _NUMBER, nullable=False),
        sa.Column("account_id", _NUMBER, nullable=False),
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("reviewed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_scan_reviews_account_id_accounts")),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_ins.id"], name=op.f("fk_scan_reviews_check_in_id_check_ins")),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_scan_reviews")),
    )
    _add_reference("api_tokens", "device_id", "devices")
    op.create_index("ix_api_tokens_device_id", "api_tokens", ["device_id"])
    op.add_column("api_tokens", sa.Column("checkpoint_ids", sa.JSON(), nullable=True))
    # Gates of two meetings may have one name, and so may the tokens of their phones.
    op.drop_index("uq_api_tokens_live_name", "api_tokens")
    live = sa.text("revoked_at IS NULL AND account_id IS NULL AND device_id IS NULL")
    op.create_index(
        "uq_api_tokens_live_name", "api_tokens", ["name"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_index(
        "ix_check_ins_flagged",
        "check_ins",
        ["meeting_id", "id"],
        sqlite_where=sa.text("flagged"),
        postgresql_where=sa.text("flagged"),
    )


def _ways_in() -> None:
    op.create_table(
        "walk_ins",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("check_in_id", _NUMBER, nullable=True),
        sa.Column("gate", sa.String(length=200), nullable=False),
        sa.Column("past_capacity", sa.Boolean(), nullable=False),
        sa.Column("registered_at", _MOMENT, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_ins.id"], name=op.f("fk_walk_ins_check_in_id_check_ins")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_walk_ins_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_walk_ins_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_ins")),
        sa.UniqueConstraint("meeting_id", "nonce", name=op.f("uq_walk_ins_meeting_id_nonce")),
    )
    op.create_index("ix_walk_ins_delegate_id", "walk_ins", ["delegate_id"])
    op.create_table(
        "nods",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("checkpoint_id", _NUMBER, nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("ticket_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("gate", sa.String(length=200), nullable=False),
        sa.Column("check_in_id", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_ins.id"], name=op.f("fk_nods_check_in_id_check_ins")),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_nods_checkpoint_id_checkpoints")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_nods_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_nods_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nods")),
        sa.UniqueConstraint("ticket_digest", name=op.f("uq_nods_ticket_digest")),
    )
    op.create_index("ix_nods_delegate_id", "nods", ["delegate_id"])
    op.create_index(
        "ix_nods_open",
        "nods",
        ["checkpoint_id", "id"],
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    for moment in ("empties_at", "emptied_at"):
        op.add_column("checkpoints", sa.Column(moment, _MOMENT, nullable=True))


def _walls() -> None:
    op.create_table(
        "walls",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("checkpoint_id", _NUMBER, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("surname_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_walls_checkpoint_id_checkpoints")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_walls_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walls")),
        sa.UniqueConstraint("digest", name=op.f("uq_walls_digest")),
    )
    op.create_index("ix_walls_meeting_id", "walls", ["meeting_id"])
    op.create_table(
        "name_releases",
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("released_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_name_releases_account_id_accounts")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_name_releases_delegate_id_delegates")),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_name_releases")),
    )
    op.add_column("meetings", sa.Column("walls_blanked_at", _MOMENT, nullable=True))
    op.add_column("delegates", sa.Column("name_by", sa.String(length=24), nullable=True))
    # Who mended their own name before now: the trail knows, and the walls hold it back.
    op.execute(
        "UPDATE delegates SET name_by = 'delegate' WHERE id IN (SELECT subject_id FROM activities WHERE "
        "subject = 'delegate' AND actor_kind = 'delegate' AND verb = 'delegate.edited' "
        'AND CAST("after" AS TEXT) LIKE \'%"name":%\')'
    )


def _seats() -> None:
    op.create_table(
        "halls",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("numbering", sa.String(length=24), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_halls_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halls")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_halls_meeting_id")),
    )
    op.create_table(
        "seatings",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("hall_id", _NUMBER, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("seated_at", _MOMENT, nullable=False),
        sa.CheckConstraint("number >= 1 AND row >= 0", name=op.f("ck_seatings_in_the_hall")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_seatings_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_seatings_hall_id_halls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seatings")),
        sa.UniqueConstraint("delegate_id", name=op.f("uq_seatings_delegate_id")),
        sa.UniqueConstraint("hall_id", "row", "number", name=op.f("uq_seatings_hall_id_row_number")),
    )
    op.create_table(
        "precedences",
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_precedences_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_precedences_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_precedences")),
    )
    op.create_index("ix_precedences_meeting_id", "precedences", ["meeting_id"])


def _papers() -> None:
    op.create_table(
        "paper_settings",
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_paper_settings_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_paper_settings")),
    )
    op.create_table(
        "paper_runs",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("account_id", _NUMBER, nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("claimed_at", _MOMENT, nullable=True),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_paper_runs_within_total")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_paper_runs_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_paper_runs_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_runs")),
        sa.UniqueConstraint("meeting_id", "nonce", name=op.f("uq_paper_runs_meeting_id_nonce")),
    )
    op.create_table(
        "printed_papers",
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("says", sa.String(length=64), nullable=False),
        sa.Column("printed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_printed_papers_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_printed_papers_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("delegate_id", "kind", name=op.f("pk_printed_papers")),
    )
    op.create_index("ix_printed_papers_meeting_id", "printed_papers", ["meeting_id"])


def _numbers() -> None:
    """A meeting's count of numbers stands in its lines, which whoever takes a number holds and writes anyway."""
    op.add_column("lines", sa.Column("next_number", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE lines SET next_number = (SELECT next_number FROM meetings WHERE meetings.id = lines.meeting_id)")
    op.drop_column("meetings", "next_number")


def _add_reference(table: str, column: str, target: str) -> None:
    name = f"fk_{table}_{column}_{target}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)")
        return
    op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    op.create_foreign_key(name, table, target, [column], ["id"])
