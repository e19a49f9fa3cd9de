"""The console entry: the application's own Flask command group."""

from __future__ import annotations

import os
import sys

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import SQLAlchemyError

from conference import cli
from conference.app import create_app
from conference.vocabulary import Malformed, Missing, Refused
from conference.wording import say

FAILED, NOT_UNDERSTOOD = 1, 2


class Commands(FlaskGroup):
    """Our commands alone: what libraries offer to every Flask application is not part of this one."""

    def _load_plugin_commands(self) -> None:
        """Load none."""


@click.group(
    cls=Commands,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    help="Tongxing 同行: the meeting office of a committee that works through its member units.",
)
def group() -> None:
    """The group that the commands of `conference.cli` join."""


cli.install(group)


def main() -> None:
    """Run a command. What goes wrong is said in a line, not in a trace.

    Exit status: 1 when it could not be done (a rule forbids it, the database is away), 2 when what was typed, or a
    setting, cannot be understood.
    """
    os.umask(0o077)  # databases, keys and backups are nobody else's
    try:
        group(prog_name="conference")
    except Refused as refused:
        _end(FAILED, say(refused.refusal, "en"))
    except Malformed as malformed:
        _end(NOT_UNDERSTOOD, *(f"{field}: {say(fault, 'en')}" for field, fault in malformed.faults.items()))
    except Missing:
        _end(NOT_UNDERSTOOD, "there is no such thing")
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()
        _end(FAILED, f"the database does not do it: {reason[0] if reason else type(error).__name__}")
    except OSError as error:
        _end(FAILED, f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
    except ValueError as error:
        _end(NOT_UNDERSTOOD, str(error))


def _end(status: int, *lines: str) -> None:
    for line in lines:
        click.echo(f"conference: {line}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
