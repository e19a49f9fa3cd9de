"""A crowd: real processes that do their deeds at one instant, with every guard in place or with some taken away.

Each is a process of its own with its own application and connections, forked from a server that has imported ours
and touched no database. They meet at a barrier after their first look at the database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.app import create_app
from tests.conftest import settings_for
from tests.forked import processes
from tests.races import unguarded

PATIENCE = 60.0


@dataclass(frozen=True)
class Deed:
    """A call of one of ours: a function of `tests.races.deeds` and what it is given."""

    call: Callable[..., Any]
    arguments: tuple[Any, ...]


def deed(call: Callable[..., Any], *arguments: Any) -> Deed:
    return Deed(call, arguments)


def meeting_point(n: int) -> Barrier:
    """Where `n` deeds wait for each other midway. Under the locks they would wait for ever: it is for controls."""
    return processes.Barrier(n)


def at_once(url: str, instance: Path, deeds: Sequence[Deed], *, without: str | None = None) -> list[Any]:
    """Do each deed in a process of its own, all at one instant; what each returned, or the exception's words."""
    barrier = processes.Barrier(len(deeds))
    running = []
    for one in deeds:
        ours, theirs = processes.Pipe()
        process = processes.Process(target=_live, args=(url, instance, one, without, barrier, theirs), daemon=True)
        process.start()
        theirs.close()
        running.append((process, ours))
    results = []
    for process, ours in running:
        assert ours.poll(PATIENCE), "a process of the crowd did not come back"
        results.append(ours.recv())
        ours.close()
        process.join(PATIENCE)
    return results


def _live(url: str, instance: Path, one: Deed, without: str | None, barrier: Any, pipe: Connection) -> None:
    if without:
        unguarded.without(without)
    app = create_app(settings_for(url, instance))
    with app.app_context():
        db.session().execute(sa.text("SELECT 1"))
        db.release()
        barrier.wait(PATIENCE)
        try:
            result = one.call(*one.arguments)
        except Exception as error:  # noqa: BLE001  # the test judges it
            result = f"{type(error).__name__}: {error}".splitlines()[0]
        with contextlib.suppress(Exception):
            db.release()
            db.db.engine.dispose()
    pipe.send(result)
    pipe.close()
