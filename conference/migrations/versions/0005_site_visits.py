"""Site visits: stops, departures with their stays and checkpoints, settings, swaps

Revision ID: 0005
Revises: 0004

There is no way down: restore the backup that was made before the upgrade.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stops",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("map_url", sa.String(length=500), nullable=False),
        sa.Column("shows", sa.String(length=2000), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("stay_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_stops_some_room")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_stops_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stops")),
        sa.UniqueConstraint("meeting_id", "name", name=op.f("uq_stops_meeting_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "visit_settings",
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("hall", sa.String(length=200), nullable=False),
        sa.Column("window_starts_at", _MOMENT, nullable=True),
        sa.Column("window_ends_at", _MOMENT, nullable=True),
        sa.Column("stay_minutes", sa.Integer(), nullable=False),
        sa.Column("ride_minutes", sa.Integer(), nullable=False),
        sa.Column("by_delegates", sa.Boolean(), nullable=False),
        sa.Column("by_liaisons", sa.Boolean(), nullable=False),
        sa.Column("opens_at", _MOMENT, nullable=True),
        sa.Column("freezes_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_visit_settings_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_visit_settings")),
    )
    op.create_table(
        "departures",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("line_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("boards_at", sa.String(length=200), nullable=False),
        sa.Column("leaves_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("returns_at", _MOMENT, nullable=True),
        sa.Column("accessible", sa.Boolean(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("leader_name", sa.String(length=50), nullable=False),
        sa.Column("leader_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("guide_name", sa.String(length=50), nullable=False),
        sa.Column("guide_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("leaves_at < ends_at", name=op.f("ck_departures_times_in_order")),
        sa.ForeignKeyConstraint(["line_id"], ["sign_up_lines.id"], name=op.f("fk_departures_line_id_sign_up_lines")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_departures_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departures")),
        sa.UniqueConstraint("line_id", name=op.f("uq_departures_line_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_departures_meeting_id"), "departures", ["meeting_id"], unique=False)
    op.create_table(
        "seat_swaps",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("asker_id", _NUMBER, nullable=False),
        sa.Column("other_id", _NUMBER, nullable=False),
        sa.Column("asker_line_id", _NUMBER, nullable=False),
        sa.Column("other_line_id", _NUMBER, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["delegates.id"], name=op.f("fk_seat_swaps_asker_id_delegates")),
        sa.ForeignKeyConstraint(
            ["asker_line_id"], ["sign_up_lines.id"], name=op.f("fk_seat_swaps_asker_line_id_sign_up_lines")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_seat_swaps_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["other_id"], ["delegates.id"], name=op.f("fk_seat_swaps_other_id_delegates")),
        sa.ForeignKeyConstraint(
            ["other_line_id"], ["sign_up_lines.id"], name=op.f("fk_seat_swaps_other_line_id_sign_up_lines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_swaps")),
    )
    op.create_index(op.f("ix_seat_swaps_meeting_id"), "seat_swaps", ["meeting_id"], unique=False)
    op.create_index("ix_seat_swaps_other", "seat_swaps", ["other_id"], unique=False)
    op.create_index(
        "uq_seat_swaps_asked",
        "seat_swaps",
        ["asker_id"],
        unique=True,
        sqlite_where=sa.text("status = 'asked'"),
        postgresql_where=sa.text("status = 'asked'"),
    )
    op.create_table(
        "stop_people",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("stop_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["stop_id"], ["stops.id"], name=op.f("fk_stop_people_stop_id_stops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_people")),
    )
    op.create_index(op.f("ix_stop_people_stop_id"), "stop_people", ["stop_id"], unique=False)
    op.create_table(
        "departure_stays",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("departure_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("stop_id", _NUMBER, nullable=False),
        sa.Column("arrives_at", _MOMENT, nullable=False),
        sa.Column("leaves_at", _MOMENT, nullable=False),
        sa.CheckConstraint("arrives_at < leaves_at", name=op.f("ck_departure_stays_times_in_order")),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departures.id"], name=op.f("fk_departure_stays_departure_id_departures")
        ),
        sa.ForeignKeyConstraint(["stop_id"], ["stops.id"], name=op.f("fk_departure_stays_stop_id_stops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure_stays")),
        sa.UniqueConstraint("departure_id", "rank", name=op.f("uq_departure_stays_departure_id_rank")),
    )
    op.create_index(op.f("ix_departure_stays_stop_id"), "departure_stays", ["stop_id"], unique=False)
    op.create_table(
        "stop_photos",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("stop_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("file_id", _NUMBER, nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_stop_photos_file_id_stored_files")),
        sa.ForeignKeyConstraint(["stop_id"], ["stops.id"], name=op.f("fk_stop_photos_stop_id_stops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_photos")),
    )
    op.create_index(op.f("ix_stop_photos_stop_id"), "stop_photos", ["stop_id"], unique=False)
    with op.batch_alter_table("attendance_corrections") as table:  # one without minutes takes another one back
        table.alter_column("minutes", existing_type=sa.Float(), nullable=True)
    _add_reference("checkpoints", "departure_id", "departures")
    op.add_column("checkpoints", sa.Column("leg", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_checkpoints_departure_id"), "checkpoints", ["departure_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _add_reference(table: str, column: str, target: str) -> None:
    name = f"fk_{table}_{column}_{target}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)")
        return
    op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    op.create_foreign_key(name, table, target, [column], ["id"])
