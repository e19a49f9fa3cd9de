"""The background queue: where it is kept, and the decorator that puts a task into it. Task bodies are services.

SQLite in the instance folder by default, Redis where `REDIS_URL` names one. Tasks travel pickled, so they are
signed: somebody who can write into the store cannot run code here. The queue holds nothing that the database does
not know: one that is lost costs nothing but a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from huey import Huey, RedisHuey, SqliteHuey
from huey.api import TaskWrapper
from huey.consumer import Consumer, Scheduler
from huey.serializer import SignedSerializer

from conference import clock
from conference.settings import Settings

SHUTDOWN_SECONDS = 25
LOOKS_EVERY = 10  # seconds between two looks for what is due
Body = Callable[[Settings, datetime], object]
_QUEUES: dict[str, Huey] = {}


@dataclass
class _Periodic:
    body: Body
    seconds: int
    next_at: float = field(default=0.0)

    def due(self, _: datetime) -> bool:
        """Asked by the one scheduler of a worker; says yes once in `seconds`."""
        if time.monotonic() < self.next_at:
            return False
        self.next_at = time.monotonic() + self.seconds
        return True


_PERIODIC: list[_Periodic] = []
_WORKING: dict[str, Callable[[], None]] = {}
_TASKS: dict[str, TaskWrapper] = {}
_NUDGED: dict[str, float] = {}
GATHERED = 1.0  # seconds in which calls are joined


def configure(settings: Settings) -> None:
    """Say where the queue lives; called once when the application is made."""
    serializer = SignedSerializer(secret=settings.secret_key, salt="conference.jobs")
    if settings.redis_url:
        _QUEUES["current"] = RedisHuey("conference", url=settings.redis_url, serializer=serializer)
    else:
        _QUEUES["current"] = SqliteHuey(
            "conference", filename=str(settings.instance / "jobs.sqlite"), serializer=serializer
        )
    _TASKS["out of turn"] = _QUEUES["current"].task(name="out_of_turn")(_out_of_turn)


def queue() -> Huey:
    """The queue of this process."""
    return _QUEUES["current"]


def every(seconds: int) -> Callable[[Body], Body]:
    """Mark a service to be called by the worker once in so many seconds (at least 10), with the settings and the time.

    It may run beside itself where there are several workers, and must bear that.
    """

    def mark(body: Body) -> Body:
        _PERIODIC.append(_Periodic(body, seconds))
        return body

    return mark


def soon(name: str, *, gather: bool = False) -> None:
    """Have the worker call the periodic service of this name out of its turn: at once, or with `gather` in a second.

    Gathered calls of one process are joined, so that a burst costs one; whoever asks within that second is served by
    it. Nothing is lost where the queue is away: the periodic turn comes all the same.
    """
    asked = time.monotonic()
    if gather and asked - _NUDGED.get(name, -GATHERED) < GATHERED:
        return
    try:
        if gather:
            _TASKS["out of turn"].schedule((name,), delay=GATHERED)
            _NUDGED[name] = asked
        else:
            _TASKS["out of turn"](name)
    except Exception as error:  # noqa: BLE001 — whatever the store is made of, the deed is done
        structlog.get_logger().warning("queue away", task=name, error=type(error).__name__)


def work(settings: Settings, *, context: Callable[[], AbstractContextManager[object]]) -> None:
    """Be the worker: run tasks, each inside a `context` of its own, until SIGTERM; what has begun is finished."""
    here = queue()
    for periodic in _PERIODIC:
        name, task = periodic.body.__name__, _inside(periodic.body, settings, context)
        here.periodic_task(periodic.due, name=name)(task)
        _WORKING[name] = task
    Scheduler.periodic_task_seconds = LOOKS_EVERY
    consumer = Consumer(
        here, workers=3, initial_delay=0.2, max_delay=0.5, graceful_signal="TERM", shutdown_timeout=SHUTDOWN_SECONDS
    )
    consumer.run()


def _out_of_turn(name: str) -> None:
    """Runs in the worker."""
    _WORKING[name]()


def _inside(
    body: Body, settings: Settings, context: Callable[[], AbstractContextManager[object]]
) -> Callable[[], None]:
    def task() -> None:
        with context():
            body(settings, clock.now())

    return task
