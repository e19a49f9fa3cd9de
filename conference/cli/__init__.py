"""Commands: parse, call a service, print."""

from __future__ import annotations

import click

from conference.cli import instance


def install(group: click.Group) -> None:
    """Join every command to the group."""
    for command in (instance.init,):
        group.add_command(command)
