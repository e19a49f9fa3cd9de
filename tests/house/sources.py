"""What the tests about the code itself read: the files of the repository, and an application without a database."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from apiflask import APIFlask

from conference.app import create_app
from tests.conftest import settings_for

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "conference"
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


@functools.cache
def application() -> APIFlask:
    """The application, for its routes and templates; its database is never opened."""
    folder = Path(tempfile.mkdtemp(prefix="tongxing-house-"))
    (folder / "assets").mkdir()
    return create_app(settings_for(f"sqlite:///{folder / 'nothing.sqlite'}", folder))


def python_files(*folders: Path) -> Iterator[Path]:
    for folder in folders or (PACKAGE,):
        yield from sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def templates() -> Iterator[Path]:
    yield from sorted(TEMPLATES.rglob("*.html"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
