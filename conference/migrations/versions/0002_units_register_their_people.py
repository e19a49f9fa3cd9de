"""Units register their people: invitations, the unit desk, reply forms, the person's own answers, notices

Revision ID: 0002
Revises: 0001

On SQLite, tables that others point to are not made anew (dropping one would delete what points to it): columns are
added.
There is no way down: restore the backup that was made before the upgrade.
"""

from __future__ import annotations

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from conference.sealing import seal, unseal

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _units()
    _people()
    _outbox()
    _turnout()
    _lists()
    _replies()


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _units() -> None:
    _add_reference("units", "merged_into_id", "units")
    _add("units", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    _add("units", sa.Column("address", sa.String(200), nullable=False, server_default=""))
    op.create_index("ix_units_merged_into_id", "units", ["merged_into_id"])
    for limit in ("in_person_limit", "online_limit"):
        _add("participations", sa.Column(limit, sa.Integer(), nullable=True))
    for moment in ("reply_by", "answered_at", "invited_at"):
        _add("participations", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
    _add("participations", sa.Column("answer", sa.String(24), nullable=True))
    _add("participations", sa.Column("answer_reason", sa.String(500), nullable=False, server_default=""))
    op.create_table(
        "liaisons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("participation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participations.id"], name=op.f("fk_liaisons_participation_id_participations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaisons")),
    )
    op.create_index("ix_liaisons_email_index", "liaisons", ["email_index"], unique=False)
    op.create_index("ix_liaisons_participation_id", "liaisons", ["participation_id"], unique=False)
    op.create_index("ix_liaisons_phone_index", "liaisons", ["phone_index"], unique=False)
    op.create_index(
        "uq_liaisons_current",
        "liaisons",
        ["participation_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "places_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("participation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_person", sa.Integer(), nullable=False),
        sa.Column("online", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("given_in_person", sa.Integer(), nullable=False),
        sa.Column("given_online", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(granted IS NULL) = (decided_at IS NULL)", name=op.f("ck_places_requests_decided_with_answer")
        ),
        sa.CheckConstraint(
            "given_in_person >= 0 AND given_online >= 0", name=op.f("ck_places_requests_given_not_negative")
        ),
        sa.CheckConstraint(
            "in_person >= 0 AND online >= 0 AND in_person + online > 0", name=op.f("ck_places_requests_asks_for_some")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participations.id"], name=op.f("fk_places_requests_participation_id_participations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places_requests")),
    )
    op.create_index("ix_places_requests_participation_id", "places_requests", ["participation_id"], unique=False)
    op.create_index(
        "uq_places_requests_open",
        "places_requests",
        ["participation_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "desk_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("participation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("liaison_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["liaison_id"], ["liaisons.id"], name=op.f("fk_desk_links_liaison_id_liaisons")),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participations.id"], name=op.f("fk_desk_links_participation_id_participations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_desk_links_digest")),
    )
    op.create_index("ix_desk_links_participation_id", "desk_links", ["participation_id"], unique=False)
    op.create_table(
        "moved_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("participation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participations.id"], name=op.f("fk_moved_links_participation_id_participations")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_moved_links")),
    )
    op.create_index("ix_moved_links_participation_id", "moved_links", ["participation_id"], unique=False)


def _people() -> None:
    for moment in ("frozen_at", "line_moves_until", "kept_until"):
        _add("meetings", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
    _add("meetings", sa.Column("uncounted", sa.JSON(), nullable=False, server_default="[]"))
    _add_reference("delegates", "replaced_by_id", "delegates")
    _add_reference("delegates", "merged_into_id", "delegates")
    for sealed in ("contact_sealed", "answers_sealed", "told_sealed"):
        _add("repeat_entries", sa.Column(sealed, sa.LargeBinary(), nullable=True))
    for word in ("origin", "category"):
        _add("repeat_entries", sa.Column(word, sa.String(24), nullable=True))
    _add("repeat_entries", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    _add("access_links", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    _add("access_links", sa.Column("handed", sa.Boolean(), nullable=False, server_default=sa.false()))
    live = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_consents_live",
        "consents",
        ["delegate_id", "purpose"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("hint", sa.String(length=500), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("shown_if_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shown_if_value", sa.String(length=200), nullable=True),
        sa.Column("seen_by", sa.JSON(), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=True),
        sa.Column("file_kinds", sa.JSON(), nullable=False),
        sa.Column("largest_bytes", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(shown_if_id IS NULL) = (shown_if_value IS NULL)", name=op.f("ck_questions_condition_whole")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_questions_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["shown_if_id"], ["questions.id"], name=op.f("fk_questions_shown_if_id_questions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_of_meeting", "questions", ["meeting_id", "rank"], unique=False)
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_saved_filters_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_saved_filters_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint(
            "meeting_id", "account_id", "name", name=op.f("uq_saved_filters_meeting_id_account_id_name")
        ),
    )
    op.create_table(
        "change_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wish", sa.String(length=24), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(accepted IS NULL) = (settled_at IS NULL)", name=op.f("ck_change_requests_settled_with_answer")
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_change_requests_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_change_requests_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_requests")),
    )
    op.create_index("ix_change_requests_delegate_id", "change_requests", ["delegate_id"], unique=False)
    op.create_index(
        "ix_change_requests_of_meeting", "change_requests", ["meeting_id", "settled_at", "id"], unique=False
    )
    op.create_index(
        "uq_change_requests_open",
        "change_requests",
        ["delegate_id", "wish"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "personal_details",
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_personal_details_delegate_id_delegates")
        ),
        sa.PrimaryKeyConstraint("delegate_id", "purpose", name=op.f("pk_personal_details")),
    )
    op.create_table(
        "question_answers",
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_question_answers_delegate_id_delegates")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_answers_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("delegate_id", "question_id", name=op.f("pk_question_answers")),
    )
    op.create_index("ix_question_answers_question_id", "question_answers", ["question_id"], unique=False)
    op.create_table(
        "stored_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_stored_files_delegate_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_stored_files_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("path", name=op.f("uq_stored_files_path")),
    )
    op.create_index("ix_stored_files_delegate_id", "stored_files", ["delegate_id"], unique=False)
    op.create_index("ix_stored_files_meeting_id", "stored_files", ["meeting_id"], unique=False)


def _outbox() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "notices",
        sa.Column("id", number, nullable=False),
        sa.Column("meeting_id", number, nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("subject_en", sa.String(length=200), nullable=False),
        sa.Column("body_en", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_notices_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_meeting_id", "notices", ["meeting_id"], unique=False)
    op.create_table(
        "notice_templates",
        sa.Column("id", number, nullable=False),
        sa.Column("meeting_id", number, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_notice_templates_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_templates")),
        sa.UniqueConstraint(
            "meeting_id", "kind", "language", name=op.f("uq_notice_templates_meeting_id_kind_language")
        ),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", number, nullable=False),
        sa.Column("meeting_id", number, nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_one_time_codes_tries_not_negative")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_one_time_codes_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    op.create_index("ix_one_time_codes_asked", "one_time_codes", ["address_index", "created_at"], unique=False)
    op.create_index("ix_one_time_codes_meeting_id", "one_time_codes", ["meeting_id"], unique=False)
    op.create_table(
        "proof_tries",
        sa.Column("id", number, nullable=False),
        sa.Column("delegate_id", number, nullable=False),
        sa.Column("repeat_id", number, nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_proof_tries_delegate_id_delegates")),
        sa.ForeignKeyConstraint(
            ["repeat_id"], ["repeat_entries.id"], name=op.f("fk_proof_tries_repeat_id_repeat_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_tries")),
    )
    op.create_index("ix_proof_tries_of_delegate", "proof_tries", ["delegate_id", "tried_at"], unique=False)
    others = {"repeat_id": "repeat_entries", "liaison_id": "liaisons", "notice_id": "notices"}
    others["code_id"] = "one_time_codes"
    with op.batch_alter_table("outbox_messages") as batch:
        batch.drop_index("ix_outbox_messages_due")
        batch.drop_index("ix_outbox_messages_meeting_id")
        batch.alter_column("content_sealed", existing_type=sa.LargeBinary(), nullable=True)
        for column, target in others.items():
            batch.add_column(sa.Column(column, number, nullable=True))
            batch.create_foreign_key(f"fk_outbox_messages_{column}_{target}", target, [column], ["id"])
        batch.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("private_sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("state", sa.String(24), nullable=False, server_default="waiting"))
        for word in ("channel", "trouble"):
            batch.add_column(sa.Column(word, sa.String(24), nullable=True))
        batch.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("forgiven", sa.Integer(), nullable=False, server_default="0"))
        batch.create_index("ix_outbox_messages_due", ["state", "next_attempt_at"])
        batch.create_index("ix_outbox_messages_of_meeting", ["meeting_id", "state", "id"])
        batch.create_index("ix_outbox_messages_liaison_id", ["liaison_id"])
    op.create_index(
        "uq_outbox_messages_notice_once",
        "outbox_messages",
        ["notice_id", "delegate_id"],
        unique=True,
        sqlite_where=sa.text("notice_id IS NOT NULL"),
        postgresql_where=sa.text("notice_id IS NOT NULL"),
    )
    _take_links_out_of_old_messages()


def _turnout() -> None:
    """The turnout is kept by category too; what was counted without it is counted again from each person's own row."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    _add("arrivals", sa.Column("category", sa.String(24), nullable=False, server_default="delegate"))
    op.execute(
        "UPDATE arrivals SET category = (SELECT category FROM delegates WHERE delegates.id = arrivals.delegate_id)"
    )
    op.drop_table("turnouts")
    op.create_table(
        "turnouts",
        sa.Column("meeting_id", number, nullable=False),
        sa.Column("unit_id", number, nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.CheckConstraint("present >= 0 AND inside >= 0", name=op.f("ck_turnouts_not_negative")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_turnouts_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_turnouts_unit_id_units")),
        sa.PrimaryKeyConstraint("meeting_id", "unit_id", "category", name=op.f("pk_turnouts")),
    )
    op.execute(
        "INSERT INTO turnouts (meeting_id, unit_id, category, present, inside)"
        " SELECT meeting_id, unit_id, category,"
        " SUM(CASE WHEN admissions > 0 THEN 1 ELSE 0 END), SUM(CASE WHEN inside > 0 THEN 1 ELSE 0 END)"
        " FROM arrivals GROUP BY meeting_id, unit_id, category"
    )


def _lists() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_index(
        "ix_delegates_unanswered",
        "delegates",
        ["meeting_id", "status", "id"],
        unique=False,
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_index(
        "ix_delegates_by_category", "delegates", ["meeting_id", "category", "mode", "status", "unit_id"], unique=False
    )
    op.create_table(
        "bulk_deeds",
        sa.Column("id", number, nullable=False),
        sa.Column("meeting_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("done >= 0", name=op.f("ck_bulk_deeds_done_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_bulk_deeds_account_id_accounts")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_bulk_deeds_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_deeds")),
        sa.UniqueConstraint("meeting_id", "nonce", name=op.f("uq_bulk_deeds_meeting_id_nonce")),
    )
    op.create_index(
        "ix_bulk_deeds_unfinished",
        "bulk_deeds",
        ["id"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "duplicate_pairs",
        sa.Column("first_id", number, nullable=False),
        sa.Column("second_id", number, nullable=False),
        sa.Column("meeting_id", number, nullable=False),
        sa.Column("likeness", sa.String(length=24), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("distinct_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_pairs_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["delegates.id"], name=op.f("fk_duplicate_pairs_first_id_delegates")),
        sa.ForeignKeyConstraint(["second_id"], ["delegates.id"], name=op.f("fk_duplicate_pairs_second_id_delegates")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_duplicate_pairs_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_duplicate_pairs")),
    )
    op.create_index("ix_duplicate_pairs_second_id", "duplicate_pairs", ["second_id"], unique=False)
    op.create_index(
        "ix_duplicate_pairs_open",
        "duplicate_pairs",
        ["meeting_id", "first_id"],
        unique=False,
        sqlite_where=sa.text("distinct_at IS NULL"),
        postgresql_where=sa.text("distinct_at IS NULL"),
    )
    op.create_table(
        "submissions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("delegate_id", number, nullable=True),
        sa.Column("answer", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_submissions_delegate_id_delegates")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_submissions")),
    )
    op.create_index("ix_submissions_created_at", "submissions", ["created_at"], unique=False)
    op.create_index("ix_submissions_delegate_id", "submissions", ["delegate_id"], unique=False)


def _take_links_out_of_old_messages() -> None:
    """A message of the first migration keeps its text; the private link in it becomes a placeholder."""
    connection = op.get_bind()
    messages = sa.table(
        "outbox_messages",
        *(sa.column(name) for name in ("id", "content_sealed", "sent_at", "next_attempt_at", "attempts", "state")),
        sa.column("channel"),
    )
    found = connection.execute(sa.select(messages)).all()
    for message in found:
        content = json.loads(unseal(message.content_sealed))
        content["text"] = _LINK.sub("{link}", content["text"])
        if message.sent_at is not None:
            state = "sent"
        elif message.next_attempt_at is not None:
            state = "waiting"
        else:
            state = "failed" if message.attempts else "by_hand"
        kept = {"content_sealed": seal(json.dumps(content)), "state": state}
        kept["channel"] = "email" if message.sent_at is not None else None
        connection.execute(sa.update(messages).where(messages.c.id == message.id).values(kept))


_LINK = re.compile(r"https?://\S+/p/[A-Za-z0-9_-]{32}")


def _add(table: str, column: sa.Column[Any]) -> None:
    op.add_column(table, column)


def _add_reference(table: str, column: str, target: str) -> None:
    name = f"fk_{table}_{column}_{target}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)")
        return
    op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    op.create_foreign_key(name, table, target, [column], ["id"])


def _replies() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reply_forms",
        sa.Column("id", number, nullable=False),
        sa.Column("meeting_id", number, nullable=False),
        sa.Column("unit_id", number, nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("fault", sa.String(24), nullable=True),
        sa.Column("mode", sa.String(24), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("understood_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_kind", sa.String(24), nullable=False),
        sa.Column("uploaded_by", sa.String(200), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_reply_forms_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_reply_forms_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_forms")),
    )
    op.create_index("ix_reply_forms_of_meeting", "reply_forms", ["meeting_id", "id"])
    op.create_index("ix_reply_forms_unit_id", "reply_forms", ["unit_id"])
    op.create_table(
        "reply_rows",
        sa.Column("delegate_id", number, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegates.id"], name=op.f("fk_reply_rows_delegate_id_delegates")),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_reply_rows")),
    )
