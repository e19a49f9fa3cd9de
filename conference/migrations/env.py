"""Alembic's environment: the connection comes from `services.instance`, or from Flask-Migrate's command."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import conference.models  # noqa: F401  # makes every table known
from conference.db import Base, Moment, db
from conference.models.columns import Word


def render_item(type_: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Our own column types are written as the plain ones that they are stored as."""
    if type_ == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if type_ == "type" and isinstance(item, Word):
        return "sa.String(length=24)"
    return False


def run(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect() as connection:
        run(connection)
