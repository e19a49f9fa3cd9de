"""`conference backup` and `conference restore`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from conference import clock
from conference.cli import asking
from conference.services import backup as backups
from conference.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write one instant of the instance into FILE (mode 600), while the service runs. FILE must be new.

    It holds everything, the keys too: keep it as you keep a key.
    """
    asking.current_tables()
    settings = asking.settings()
    done = backups.save(file, folder=settings.instance, keys=_keys(settings), now=clock.now())
    click.echo(f"{file}: {done.rows} rows of {done.tables} tables, {done.uploads} uploads, and the keys.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Bring FILE back into an empty instance, without `init` before it; all of it, or nothing."""
    settings = asking.settings()
    done = backups.restore(file, folder=settings.instance, keys=_keys(settings))
    click.echo(f"Restored {done.rows} rows of {done.tables} tables, {done.uploads} uploads, and the keys.")
    if "secret_key" in done.kept:
        click.echo("SECRET_KEY of the environment is not the backup's and stays: browsers have to sign in again.")
    click.echo("Start the web server and the worker (again), so that they take the restored keys.")


def _keys(settings: Settings) -> dict[str, bytes]:
    return {"secret_key": settings.secret_key.encode(), "data_key": settings.data_key.hex().encode()}
