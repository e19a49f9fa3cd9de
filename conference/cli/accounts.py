"""`conference account create`."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from conference import clock
from conference.cli import asking
from conference.services import accounts
from conference.vocabulary import Role


@click.group()
def account() -> None:
    """Accounts of those who work for a meeting."""


@account.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name, 1 to 50 characters.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--meeting", "slug", metavar="SLUG", help="The meeting of the role; an administrator has none.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input, instead of making a link.")
@with_appcontext
def create(email: str, name: str, role: str, slug: str | None, password_stdin: bool) -> None:
    """Make an account, or give one that is there a further role; prints a one-time sign-in link."""
    asking.current_tables()
    wanted = Role(role)
    if wanted is Role.ADMINISTRATOR and slug is not None:
        raise click.BadParameter("an administrator is one for every meeting", param_hint="--meeting")
    if wanted is not Role.ADMINISTRATOR and slug is None:
        raise click.UsageError(f"the role {role} is of one meeting: say which, by --meeting SLUG")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    made, token = accounts.create(
        email,
        name=name,
        role=wanted,
        meeting_id=asking.meeting_id(slug),
        actor=asking.ACTOR,
        now=clock.now(),
        password=password,
    )
    if token is None:
        click.echo(f"{made.email} may sign in with the password.")
    else:
        click.echo(accounts.link_address(asking.settings().public_url, token))
