"""The day: the agenda's draft and releases, materials, sign-ups, the online half, questions and polls

Revision ID: 0004
Revises: 0003

What stood on an agenda was seen at once: it becomes its first release, so that nobody loses sight of it. Speakers were
words of a talk; they are people now. There is no way down: restore the backup that was made before the upgrade.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _tables()
    _columns()
    _speakers()
    _first_releases()
    op.drop_column("talks", "speaker")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _columns() -> None:
    _add_reference("agenda_sessions", "room_id", "agenda_rooms")
    _add_reference("agenda_sessions", "sign_up_line_id", "sign_up_lines")
    op.add_column("agenda_sessions", sa.Column("removed_at", _MOMENT, nullable=True))
    op.add_column("agenda_sessions", sa.Column("online", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("meetings", sa.Column("agenda_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("talks", sa.Column("kind", sa.String(length=24), nullable=False, server_default="experience"))
    op.add_column("talks", sa.Column("title", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("talks", sa.Column("abstract", sa.String(length=2000), nullable=False, server_default=""))
    op.add_column("talks", sa.Column("minutes", sa.Integer(), nullable=True))
    _add_reference("talks", "unit_id", "units")
    _add_reference("outbox_messages", "agenda_release_id", "agenda_releases")
    op.create_index(
        "uq_outbox_messages_release_once",
        "outbox_messages",
        ["agenda_release_id", "delegate_id"],
        unique=True,
        sqlite_where=sa.text("agenda_release_id IS NOT NULL"),
        postgresql_where=sa.text("agenda_release_id IS NOT NULL"),
    )


def _add_reference(table: str, column: str, target: str) -> None:
    name = f"fk_{table}_{column}_{target}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)")
        return
    op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    op.create_foreign_key(name, table, target, [column], ["id"])


def _speakers() -> None:
    """Who was named as a speaker becomes a person of the agenda, once in a meeting by that name."""
    meetings, sessions, talks = _table("meetings"), _table("agenda_sessions"), _table("talks")
    people, roles = _table("agenda_people"), _table("agenda_roles")
    link, known = op.get_bind(), dict[tuple[int, str], int]()
    found = link.execute(
        sa.select(talks.c.id, talks.c.speaker, sessions.c.id.label("session"), meetings.c.id.label("meeting"))
        .select_from(talks.join(sessions, talks.c.session_id == sessions.c.id))
        .join(meetings, sessions.c.meeting_id == meetings.c.id)
        .where(talks.c.speaker != "")
        .order_by(talks.c.id)
    ).all()
    created = {row.id: row.created_at for row in link.execute(sa.select(meetings.c.id, meetings.c.created_at))}
    for row in found:
        who = (row.meeting, row.speaker[:50])
        if who not in known:
            values = {"meeting_id": row.meeting, "name": who[1], "position": "", "unit_name": "", "about": ""}
            made = link.execute(people.insert().values(created_at=created[row.meeting], **values))
            known[who] = made.inserted_primary_key[0]
        said = {"session_id": row.session, "talk_id": row.id, "person_id": known[who], "role": "speaker", "rank": 0}
        link.execute(roles.insert().values(**said))


def _first_releases() -> None:
    """As services/agenda_content.py would write it, for each meeting that has an agenda."""
    link = op.get_bind()
    meetings, sessions, talks = _table("meetings"), _table("agenda_sessions"), _table("talks")
    people, roles, releases = _table("agenda_people"), _table("agenda_roles"), _table("agenda_releases")
    for meeting in link.execute(sa.select(meetings.c.id, meetings.c.created_at)).all():
        items = []
        of_meeting = sa.select(sessions).where(sessions.c.meeting_id == meeting.id).order_by(sessions.c.rank)
        for row in link.execute(of_meeting).all():
            said = []
            for talk in link.execute(sa.select(talks).where(talks.c.session_id == row.id).order_by(talks.c.rank)).all():
                holders = link.execute(sa.select(roles.c.person_id, roles.c.role).where(roles.c.talk_id == talk.id))
                said.append(
                    {"id": talk.id, "kind": talk.kind, "title": talk.title, "abstract": talk.abstract}
                    | {"minutes": None, "unit_id": None, "unit_name": talk.unit_name}
                    | {"roles": [{"person_id": one.person_id, "role": one.role} for one in holders]}
                )
            items.append(
                {"id": row.id, "kind": row.kind, "title": row.title, "detail": row.detail, "online": True}
                | {"starts_at": _text(row.starts_at), "ends_at": _text(row.ends_at), "room_id": None}
                | {"capacity": None, "sequence": 0, "roles": [], "talks": said}
            )
        if not items:
            continue
        named = link.execute(sa.select(people.c.id, people.c.name).where(people.c.meeting_id == meeting.id)).all()
        blank = {"position": "", "unit_id": None, "unit_name": "", "about": "", "portrait_id": None}
        content = {
            "rooms": [],
            "people": [{"id": one.id, "name": one.name, **blank} for one in named],
            "sessions": items,
            "gone": [],
        }
        values = {"content": content, "changes": [], "overruled": [], "note": ""}
        link.execute(
            releases.insert().values(meeting_id=meeting.id, number=1, released_at=meeting.created_at, **values)
        )


def _text(moment: datetime | None) -> str | None:
    """SQLite gives a time of UTC without its zone."""
    if moment is None:
        return None
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _tables() -> None:
    op.create_table(
        "agenda_releases",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("overruled", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("redactions", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("released_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_agenda_releases_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_releases_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_releases")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_agenda_releases_meeting_id_number")),
    )
    op.create_table(
        "agenda_rooms",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("walk_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_rooms_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_rooms")),
        sa.UniqueConstraint("meeting_id", "name", name=op.f("uq_agenda_rooms_meeting_id_name")),
    )
    op.create_table(
        "sign_up_lines",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("next_ticket", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_sign_up_lines_some_places")),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name=op.f("ck_sign_up_lines_within_capacity")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_sign_up_lines_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_lines")),
    )
    op.create_index(op.f("ix_sign_up_lines_meeting_id"), "sign_up_lines", ["meeting_id"], unique=False)
    op.create_table(
        "beats",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_beats_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_beats_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beats")),
    )
    op.create_index("ix_beats_of_delegate", "beats", ["meeting_id", "delegate_id", "at"], unique=False)
    op.create_table(
        "sign_ups",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("line_id", _NUMBER, nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("signed_up_at", _MOMENT, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(status = 'waitlisted') = (ticket IS NOT NULL)", name=op.f("ck_sign_ups_ticket_while_waiting")
        ),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_sign_ups_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["line_id"], ["sign_up_lines.id"], name=op.f("fk_sign_ups_line_id_sign_up_lines")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("line_id", "delegate_id", name=op.f("uq_sign_ups_line_id_delegate_id")),
    )
    op.create_index("ix_sign_ups_changed", "sign_ups", ["line_id", "changed"], unique=False)
    op.create_index(op.f("ix_sign_ups_delegate_id"), "sign_ups", ["delegate_id"], unique=False)
    op.create_index(
        "uq_sign_ups_ticket",
        "sign_ups",
        ["line_id", "ticket"],
        unique=True,
        sqlite_where=sa.text("ticket IS NOT NULL"),
        postgresql_where=sa.text("ticket IS NOT NULL"),
    )
    op.create_table(
        "still_here",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_still_here_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_still_here_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_still_here")),
        sa.UniqueConstraint("delegate_id", "number", name=op.f("uq_still_here_delegate_id_number")),
    )
    op.create_index(op.f("ix_still_here_meeting_id"), "still_here", ["meeting_id"], unique=False)
    op.create_table(
        "viewers",
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("first_at", _MOMENT, nullable=True),
        sa.Column("until", _MOMENT, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("device_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_viewers_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_viewers_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_viewers")),
    )
    op.create_index("ix_viewers_until", "viewers", ["meeting_id", "until"], unique=False)
    op.create_table(
        "agenda_people",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("unit_id", _NUMBER, nullable=True),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.Column("portrait_id", _NUMBER, nullable=True),
        sa.Column("delegate_id", _NUMBER, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_agenda_people_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_people_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["portrait_id"], ["stored_files.id"], name=op.f("fk_agenda_people_portrait_id_stored_files")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_agenda_people_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_people")),
    )
    op.create_index(op.f("ix_agenda_people_delegate_id"), "agenda_people", ["delegate_id"], unique=False)
    op.create_index(op.f("ix_agenda_people_meeting_id"), "agenda_people", ["meeting_id"], unique=False)
    op.create_table(
        "attendance_corrections",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=True),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("corrected_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_attendance_corrections_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_attendance_corrections_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_attendance_corrections_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_attendance_corrections_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_corrections")),
    )
    op.create_index(
        op.f("ix_attendance_corrections_meeting_id"), "attendance_corrections", ["meeting_id"], unique=False
    )
    op.create_table(
        "broadcasts",
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("audience", sa.String(length=24), nullable=False),
        sa.Column("room_name", sa.String(length=200), nullable=False),
        sa.Column("room_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("streams", sa.JSON(), nullable=False),
        sa.Column("captions_id", _NUMBER, nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("threshold_percent", sa.Integer(), nullable=False),
        sa.Column("threshold_session_ids", sa.JSON(), nullable=False),
        sa.Column("questions_open", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.CheckConstraint("checks >= 0 AND checks <= 2", name=op.f("ck_broadcasts_few_checks")),
        sa.CheckConstraint("threshold_percent >= 1 AND threshold_percent <= 100", name=op.f("ck_broadcasts_percent")),
        sa.ForeignKeyConstraint(
            ["captions_id"], ["stored_files.id"], name=op.f("fk_broadcasts_captions_id_stored_files")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_broadcasts_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_broadcasts")),
    )
    op.create_table(
        "delays",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("undone_at", _MOMENT, nullable=True),
        sa.CheckConstraint("minutes <> 0", name=op.f("ck_delays_not_nothing")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_delays_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_delays_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_delays_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delays")),
    )
    op.create_index(op.f("ix_delays_meeting_id"), "delays", ["meeting_id"], unique=False)
    op.create_table(
        "hall_questions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=True),
        sa.Column("delegate_id", _NUMBER, nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("pinned_at", _MOMENT, nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_hall_questions_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_hall_questions_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_hall_questions_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_questions")),
    )
    op.create_index("ix_hall_questions_shown", "hall_questions", ["meeting_id", "status"], unique=False)
    op.create_index("ix_hall_questions_delegate", "hall_questions", ["delegate_id"], unique=False)
    op.create_index(
        "uq_hall_questions_pinned",
        "hall_questions",
        ["meeting_id"],
        unique=True,
        sqlite_where=sa.text("pinned_at IS NOT NULL"),
        postgresql_where=sa.text("pinned_at IS NOT NULL"),
    )
    op.create_table(
        "platform_reports",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("brought_in_at", _MOMENT, nullable=True),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_platform_reports_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_platform_reports_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_reports")),
        sa.UniqueConstraint("meeting_id", "sha256", name=op.f("uq_platform_reports_meeting_id_sha256")),
    )
    op.create_table(
        "polls",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("result_shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_polls_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_polls_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
    )
    op.create_index(op.f("ix_polls_meeting_id"), "polls", ["meeting_id"], unique=False)
    op.create_table(
        "replays",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("audience", sa.String(length=24), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("begins_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_replays_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_replays_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    op.create_index(op.f("ix_replays_meeting_id"), "replays", ["meeting_id"], unique=False)
    op.create_table(
        "stars",
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=False),
        sa.Column("starred_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_stars_delegate_id_delegates")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_stars_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("delegate_id", "session_id", name=op.f("pk_stars")),
    )
    op.create_table(
        "viewing_rooms",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("unit_id", _NUMBER, nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("names_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("photo_id", _NUMBER, nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("declared_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.CheckConstraint("headcount >= 1", name=op.f("ck_viewing_rooms_somebody")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_viewing_rooms_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_viewing_rooms_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["photo_id"], ["stored_files.id"], name=op.f("fk_viewing_rooms_photo_id_stored_files")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_viewing_rooms_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewing_rooms")),
    )
    op.create_index(op.f("ix_viewing_rooms_meeting_id"), "viewing_rooms", ["meeting_id"], unique=False)
    op.create_table(
        "agenda_roles",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=False),
        sa.Column("talk_id", _NUMBER, nullable=True),
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["agenda_people.id"], name=op.f("fk_agenda_roles_person_id_agenda_people")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_agenda_roles_session_id_agenda_sessions")
        ),
        sa.ForeignKeyConstraint(["talk_id"], ["talks.id"], name=op.f("fk_agenda_roles_talk_id_talks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_roles")),
    )
    op.create_index("ix_agenda_roles_person", "agenda_roles", ["person_id"], unique=False)
    op.create_index(op.f("ix_agenda_roles_session_id"), "agenda_roles", ["session_id"], unique=False)
    op.create_table(
        "hall_question_votes",
        sa.Column("question_id", _NUMBER, nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("voted_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_hall_question_votes_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["hall_questions.id"], name=op.f("fk_hall_question_votes_question_id_hall_questions")
        ),
        sa.PrimaryKeyConstraint("question_id", "delegate_id", name=op.f("pk_hall_question_votes")),
    )
    op.create_index("ix_hall_question_votes_delegate", "hall_question_votes", ["delegate_id"], unique=False)
    op.create_table(
        "materials",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=False),
        sa.Column("talk_id", _NUMBER, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=24), nullable=False),
        sa.Column("shown", sa.String(length=24), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_materials_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_materials_session_id_agenda_sessions")
        ),
        sa.ForeignKeyConstraint(["talk_id"], ["talks.id"], name=op.f("fk_materials_talk_id_talks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
    )
    op.create_index(op.f("ix_materials_meeting_id"), "materials", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_materials_session_id"), "materials", ["session_id"], unique=False)
    op.create_table(
        "platform_stays",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("report_id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("joined_at", _MOMENT, nullable=True),
        sa.Column("left_at", _MOMENT, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("match", sa.String(length=24), nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=True),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_platform_stays_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_platform_stays_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_platform_stays_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["platform_reports.id"], name=op.f("fk_platform_stays_report_id_platform_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_stays")),
        sa.UniqueConstraint("report_id", "row", name=op.f("uq_platform_stays_report_id_row")),
    )
    op.create_index("ix_platform_stays_delegate", "platform_stays", ["meeting_id", "delegate_id"], unique=False)
    op.create_table(
        "poll_choices",
        sa.Column("poll_id", _NUMBER, nullable=False),
        sa.Column("delegate_id", _NUMBER, nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("chosen_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_poll_choices_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_choices_poll_id_polls")),
        sa.PrimaryKeyConstraint("poll_id", "delegate_id", "option", name=op.f("pk_poll_choices")),
    )
    op.create_index("ix_poll_choices_delegate", "poll_choices", ["delegate_id"], unique=False)
    op.create_table(
        "stage_calls",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("session_id", _NUMBER, nullable=True),
        sa.Column("talk_id", _NUMBER, nullable=True),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("called_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_stage_calls_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_stage_calls_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_sessions.id"], name=op.f("fk_stage_calls_session_id_agenda_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_calls")),
    )
    op.create_index(op.f("ix_stage_calls_meeting_id"), "stage_calls", ["meeting_id"], unique=False)
    op.create_table(
        "material_versions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("material_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", _NUMBER, nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=True),
        sa.Column("delegate_id", _NUMBER, nullable=True),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("approved_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_material_versions_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_material_versions_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_material_versions_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_material_versions_material_id_materials")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_versions")),
        sa.UniqueConstraint("material_id", "number", name=op.f("uq_material_versions_material_id_number")),
    )
