"""The two demonstrations (示例): `datong-2023` from the public report, archived, and `demo`, open, for trying things.

Everything goes through the services that real people go through. What is invented says 示例 wherever it shows.
"""

from __future__ import annotations

from datetime import datetime

from conference.services.demonstration import datong, trial
from conference.services.demonstration.loading import Tell


def load(*, public_url: str, now: datetime, tell: Tell) -> None:
    """Load what is missing; a demonstration that is there stays as people left it. `tell` hears of the progress."""
    if not datong.load(public_url=public_url, tell=tell):
        tell("datong-2023 is there already")
    if not trial.load(public_url=public_url, now=now, tell=tell):
        tell("demo is there already")


def ways_in(*, public_url: str, now: datetime) -> dict[str, str]:
    """Fresh private links into the open one, by whom they let one be; see `trial.ways_in`."""
    return trial.ways_in(public_url=public_url, now=now)
