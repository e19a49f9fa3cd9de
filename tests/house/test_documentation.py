"""Every setting and every command stands in docs/operations.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from conference import __main__ as console
from tests.house.sources import PACKAGE, ROOT, python_files

OPERATIONS = ROOT / "docs" / "operations.md"
# What the system itself sets for its parts, and what belongs to others.
NOT_OURS = {"PATH", "HOME", "PROMETHEUS_MULTIPROC_DIR", "PYTHONUNBUFFERED"}
READ = re.compile(
    r"""(?:environ(?:\.get)?[\[(]|getenv\(|env\.get\(|_whole_number\(env, |_switch\(env, )\s*["']([A-Z_]+)"""
)


def _settings() -> set[str]:
    files = [*python_files(PACKAGE), ROOT / "deploy" / "gunicorn.conf.py", ROOT / "wsgi.py"]
    return {name for path in files for name in READ.findall(path.read_text("utf-8"))} - NOT_OURS


def _commands(group: click.Group, *before: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, *before, name)
        else:
            yield " ".join([*before, name])


def test_settings_are_found_at_all() -> None:
    assert {"DATABASE_URL", "CONFERENCE_INSTANCE", "CONFERENCE_PROXIES", "CONFERENCE_DEMO", "PORT"} <= _settings()


@pytest.mark.parametrize("name", sorted(_settings()))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in OPERATIONS.read_text("utf-8")


@pytest.mark.parametrize("command", sorted(_commands(console.group)))
def test_every_command_is_documented_and_says_what_it_does(command: str) -> None:
    assert f"conference {command}" in OPERATIONS.read_text("utf-8")
    found: click.Command = console.group
    for word in command.split():
        assert isinstance(found, click.Group)
        found = found.commands[word]
    assert (found.help or "").strip()
