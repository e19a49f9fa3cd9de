"""The instance as a whole: its tables."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from conference import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade() -> None:
    """Create or upgrade the tables; safe to repeat, and from several processes at once on PostgreSQL."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = db.db.engine
    db.release()
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(742017)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def trouble() -> str | None:
    """Why the instance cannot work, in a line; None when the database answers and its tables are current."""
    try:
        with db.db.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.SQLAlchemyError:
        return "the database does not answer"
    if found != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        return "the tables are not current; run `conference init`"
    return None
