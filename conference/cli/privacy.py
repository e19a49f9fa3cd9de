"""`conference privacy`: personal data whose time is up."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from conference import clock
from conference.cli import asking
from conference.services import retention


@click.group()
def privacy() -> None:
    """Personal data."""


@privacy.command()
@with_appcontext
def expire() -> None:
    """Erase personal data whose time is up; the figures stay. Safe to repeat; the worker does it daily."""
    asking.current_tables()
    done = retention.expire(clock.now())
    click.echo(
        f"Erased {done.people} people, {done.liaisons} liaisons, {done.messages} messages, {done.answers} answers."
    )
