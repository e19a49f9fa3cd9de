"""The agenda as the component `agenda` takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from conference.rules.agenda import Agenda, Role, Session
from conference.services.meeting_page import AgendaDay, Doors
from conference.web.filters import words


def days(found: Sequence[AgendaDay], *, sample: bool) -> list[tuple[datetime | None, list[dict[str, Any]]]]:
    """Each day's heading (None where all is one day) with its items; `sample` marks times that were invented."""
    several = len(found) > 1
    return [
        (day.begins if several else None, [_item(item, day.agenda, sample) for item in day.sessions]) for day in found
    ]


def doors(found: Sequence[Doors], *, place: str, sample: bool) -> list[dict[str, Any]]:
    """Where and when people are checked in."""
    return [
        {
            "starts": door.opens_at or "",
            "ends": door.closes_at,
            "title": _("签到 · %(name)s", name=door.name),
            "place": place,
            "sample": sample and door.opens_at is not None,
        }
        for door in found
    ]


def _item(item: Session, agenda: Agenda, sample: bool) -> dict[str, Any]:
    kind = words(item.kind)

    def named(roles: Sequence[Role]) -> str:
        return "、".join(agenda.person[one.person_id].name for one in roles)

    return {
        "starts": item.starts_at or "",
        "ends": item.ends_at,
        "title": item.title,
        "place": "" if kind in item.title else kind,
        "note": item.detail,
        "people": [(words(one.role), named([one])) for one in item.roles]
        + [(talk.unit_name or words(talk.kind), named(talk.roles)) for talk in item.talks],
        "sample": sample and item.starts_at is not None,
    }
