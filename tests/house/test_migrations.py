"""Migrations are one line, and lead to what the models say, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from apiflask import APIFlask

from conference import db
from conference.models import Meeting
from conference.services import instance


def test_migrations_are_one_line() -> None:
    script = ScriptDirectory(str(instance.MIGRATIONS))
    revisions = list(script.walk_revisions())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert all(not revision.is_merge_point and not revision.is_branch_point for revision in revisions)
    assert sorted(revision.revision for revision in revisions) == [f"{n:04d}" for n in range(1, len(revisions) + 1)]


def test_the_tables_are_what_the_models_say(context: APIFlask) -> None:
    with db.db.engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(found, Meeting.metadata) == []


def test_constraints_are_there_too(context: APIFlask) -> None:
    """Alembic does not compare CHECK constraints; they are the last word, so they are compared here."""
    import sqlalchemy as sa

    inspector = sa.inspect(db.db.engine)
    for table in Meeting.metadata.sorted_tables:
        said = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint) and c.name}
        kept = {str(c["name"]) for c in inspector.get_check_constraints(table.name)}
        assert said == kept, table.name


def test_upgrading_again_changes_nothing(context: APIFlask) -> None:
    assert instance.trouble() is None
    instance.upgrade()
    assert instance.trouble() is None
