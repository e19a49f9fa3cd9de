"""`conference init`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from conference.services import instance


@click.command()
@with_appcontext
def init() -> None:
    """Create or upgrade the tables; safe to repeat."""
    instance.upgrade()
    click.echo("Tables are current.")
