"""Databases of races lie on a real folder; a crowd comes on top of what every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.conftest import migrate, populate
from tests.races import crowd
from tests.races.crowd import Deed


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    template = populate if "cast" in request.fixturenames else migrate
    with databases.cloned(request.param, template, folder=tmp_path) as url:
        yield url


Crowd = Callable[..., list[Any]]


@pytest.fixture
def at_once(database_url: str, instance_folder: Path) -> Crowd:
    """`at_once(deeds, without=…)`: see tests/races/crowd.py."""

    def run(deeds: Sequence[Deed], *, without: str | None = None) -> list[Any]:
        return crowd.at_once(database_url, instance_folder, deeds, without=without)

    return run
