"""What a form was opened with, carried in it, so that saving sees what others changed meanwhile.

Signed, not hidden: the person sees the same values in the fields. One that is missing, too long or not ours counts as
none, and the form then means all of what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from conference.services import editing
from conference.web import record

FIELD = "opened"
CHOICE = "use-"  # before a field's name: whose value is to hold, "theirs" or "mine"
LONGEST = 40_000


@dataclass(frozen=True)
class Shown:
    """A clash in words."""

    field: str
    label: str
    opened: str
    theirs: str
    yours: str


def write(facts: Mapping[str, Any]) -> str:
    return str(_signer().dumps(dict(facts)))


def read(text: str | None) -> dict[str, Any] | None:
    if not text or len(text) > LONGEST:
        return None
    try:
        found = _signer().loads(text)
    except BadData:
        return None
    return found if isinstance(found, dict) else None


def without_theirs(wished: Mapping[str, Any]) -> dict[str, Any]:
    """Of what the form wishes, what the person did not give up for somebody else's."""
    given_up = {name.removeprefix(CHOICE) for name, value in request.form.items() if value == "theirs"}
    return {name: value for name, value in wished.items() if name not in given_up}


def shown(
    subject: str, opened: Mapping[str, Any] | None, current: Mapping[str, Any], wished: Mapping[str, Any]
) -> list[Shown]:
    """What clashes, in words; nothing for a form that was not sent."""
    return [
        Shown(
            one.field,
            record.label(one.field, subject),
            *record.spoken(subject, one.field, one.opened, one.theirs, one.yours),
        )
        for one in editing.clashes(opened, current, wished)
    ]


def kept(fields: Iterable[str]) -> str:
    """That others changed these fields meanwhile, and that it stays so."""
    names: str = _("、").join(record.label(field) for field in fields)
    said: str = _("您填写期间，别人改了：%(fields)s。您没有动这几项，按别人改的保留。", fields=names)
    return said


def who(meeting_id: int, subject: str, subject_id: int) -> str:
    """Who changed it last; "" where the record does not say."""
    act = editing.last_change(meeting_id, subject, subject_id)
    return "" if act is None else record.actor(act)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="what a form was opened with")
