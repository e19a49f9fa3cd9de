"""What several commands ask first: the settings, whether the tables are there, which meeting is meant."""

from __future__ import annotations

import click
from flask import current_app

from conference.services import instance, meetings
from conference.services.activity import Actor
from conference.settings import Settings
from conference.vocabulary import ActorKind, Missing

ACTOR = Actor(ActorKind.SYSTEM, None, "命令行")


def settings() -> Settings:
    """The settings of this process."""
    found: Settings = current_app.extensions["settings"]
    return found


def current_tables() -> None:
    """End with a clear line when the database is away or `conference init` has not been run."""
    if trouble := instance.trouble():
        raise click.ClickException(trouble)


def meeting_id(slug: str | None) -> int | None:
    """The meeting that an option `--meeting` names; None where it was left out. Exit 2 for an unknown one."""
    if slug is None:
        return None
    try:
        return meetings.by_slug(slug).id
    except Missing:
        raise click.BadParameter(f"there is no meeting {slug!r}", param_hint="--meeting") from None
