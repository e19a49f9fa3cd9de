"""`conference token create` and `conference token revoke`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from conference import clock
from conference.cli import asking
from conference.services import tokens
from conference.vocabulary import Missing, Scope


@click.group()
def token() -> None:
    """Tokens of programs: scanners, kiosks, import scripts."""


@token.command()
@click.argument("name")
@click.option("--scope", required=True, type=click.Choice([scope.value for scope in Scope]))
@click.option("--meeting", "slug", metavar="SLUG", help="The one meeting that the token sees; without it, all.")
@with_appcontext
def create(name: str, scope: str, slug: str | None) -> None:
    """Print a new token, alone on one line, once. NAME is the gate where it scans."""
    asking.current_tables()
    meeting_id = asking.meeting_id(slug)
    click.echo(tokens.create(name, Scope(scope), meeting_id=meeting_id, actor=asking.ACTOR, now=clock.now()))


@token.command()
@click.argument("name")
@with_appcontext
def revoke(name: str) -> None:
    """The token of this name answers 401 from now on, in every process."""
    asking.current_tables()
    try:
        tokens.revoke(name, actor=asking.ACTOR, now=clock.now())
    except Missing:
        raise click.ClickException(f"no token named {name!r} is alive") from None
    click.echo(f"{name}: revoked.")
