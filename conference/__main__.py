"""The console entry: the application's own Flask command group."""

from __future__ import annotations

import sys

import click
from flask.cli import FlaskGroup

from conference import cli
from conference.app import create_app


@click.group(
    cls=FlaskGroup,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    help="Tongxing 同行: the meeting office of a committee that works through its member units.",
)
def group() -> None:
    """The group that the commands of `conference.cli` join."""


cli.install(group)


def main() -> None:
    """Run a command; a setting that cannot be understood is said in a line, not in a trace."""
    try:
        group(prog_name="conference")
    except ValueError as error:
        click.echo(f"conference: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
