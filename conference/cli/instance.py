"""`conference init` and `conference demo`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from conference import clock
from conference.cli import asking
from conference.services import demo as demonstrations
from conference.services import instance


@click.command()
@with_appcontext
def init() -> None:
    """Create or upgrade the tables; safe to repeat."""
    instance.upgrade()
    click.echo("Tables are current.")


@click.command()
@with_appcontext
def demo() -> None:
    """Load the two demonstrations, datong-2023 and demo; those that are there are left as they are."""
    asking.current_tables()
    demonstrations.load(public_url=asking.settings().public_url, now=clock.now(), tell=click.echo)
