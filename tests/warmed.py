"""Read once by the server of tests/forked.py: an application, whose parts the next ones in a process find made.

It opens no database, so that nothing is shared by those who fork but what was read and computed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import orm

import tests.made_once  # noqa: F401 — before there is an application
from conference import jobs
from conference.app import create_app
from tests import instances
from tests.conftest import settings_for

with tempfile.TemporaryDirectory() as _folder:
    create_app(settings_for("sqlite:///nothing", instances.made(Path(_folder))))
    jobs.queue().storage.close()
orm.configure_mappers()
