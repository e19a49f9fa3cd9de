"""The instance as a whole: its tables, and what a first start puts into them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from conference import db
from conference.models import Account, Meeting
from conference.services import accounts, activity
from conference.vocabulary import Role

OFFICE = ("office@tongxing.internal", "会务办公室")  # nobody is written to there; it is a name to sign in by
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade() -> None:
    """Create or upgrade the tables; safe to repeat, and from several processes at once on PostgreSQL."""
    engine = db.db.engine
    db.release()
    with engine.connect().execution_options(writing=True) as connection:
        hold(connection)
        migrate(connection, "head")
        connection.commit()


def hold(connection: sa.Connection) -> None:
    """Be the only one who makes or changes tables until the transaction ends (on SQLite, whoever writes is)."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(742017)"))


def migrate(connection: sa.Connection, revision: str) -> None:
    """Bring the tables up to `revision`, inside the transaction of `connection`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


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


def empty() -> bool:
    """Whether nobody has begun to work here: no account, no meeting."""
    session = db.session()
    return not any(session.scalar(sa.select(sa.exists().where(table.id.is_not(None)))) for table in (Account, Meeting))


def way_in(now: datetime) -> str | None:
    """The token of a fresh one-time sign-in link for an administrator, while none of them has a password.

    Where there is no administrator yet, one is made.
    """
    found = accounts.administrators()
    if any(account.password_hash for account in found):
        return None
    if found:
        return accounts.new_link(found[0].id, actor=activity.SYSTEM, meeting_id=None, now=now)
    email, name = OFFICE
    _, token = accounts.create(
        email, name=name, role=Role.ADMINISTRATOR, meeting_id=None, actor=activity.SYSTEM, now=now
    )
    return token


def close() -> None:
    """Give every connection back: this process will ask no more."""
    db.release()
    db.db.engine.dispose()
