"""Commands: parse, call a service, print."""

from __future__ import annotations

import click

from conference.cli import accounts, backup, instance, privacy, replies, run, tokens, worker


def install(group: click.Group) -> None:
    """Join every command to the group."""
    for command in (
        instance.init,
        instance.demo,
        accounts.account,
        tokens.token,
        replies.replies,
        privacy.privacy,
        backup.backup,
        backup.restore,
        worker.worker,
        run.run,
    ):
        group.add_command(command)
