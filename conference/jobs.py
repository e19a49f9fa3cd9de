"""The background queue: where it is kept, and the decorator that puts a task into it. Task bodies are services.

SQLite in the instance folder by default, Redis where `REDIS_URL` names one. Tasks travel pickled, so they are
signed: somebody who can write into the store cannot run code here.
"""

from __future__ import annotations

from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer

from conference.settings import Settings

_QUEUES: dict[str, Huey] = {}


def configure(settings: Settings) -> None:
    """Say where the queue lives; called once when the application is made."""
    serializer = SignedSerializer(secret=settings.secret_key, salt="conference.jobs")
    if settings.redis_url:
        _QUEUES["current"] = RedisHuey("conference", url=settings.redis_url, serializer=serializer)
    else:
        _QUEUES["current"] = SqliteHuey(
            "conference", filename=str(settings.instance / "jobs.sqlite"), serializer=serializer
        )


def queue() -> Huey:
    """The queue of this process."""
    return _QUEUES["current"]
