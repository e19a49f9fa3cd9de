"""`conference worker`."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from conference import jobs
from conference.cli import asking
from conference.services import bulk, duplicates, retention, sweeping  # noqa: F401 — their tasks make themselves known


@click.command()
@with_appcontext
def worker() -> None:
    """Run the background work (messages, expiry) until SIGTERM; what has begun is finished."""
    jobs.work(asking.settings(), context=current_app.app_context)
