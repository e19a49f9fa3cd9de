"""What the form of a row of a unit's desk is opened with, and laid against when somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conference import db
from conference.models import Participation
from conference.services import unit_people, unit_rows
from conference.vocabulary import Malformed


def opened_with(part: Participation, number: int) -> dict[str, Any]:
    """What the form of a row is opened with. Raises Missing."""
    return unit_people.facts(unit_rows.find(db.session(), part, number))


def against(part: Participation, number: int, wished: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the row holds now, and what the form wishes of it, to be laid side by side. Raises Missing."""
    row = unit_rows.find(db.session(), part, number)
    try:
        return unit_people.facts(row), unit_people.wishes(row, wished)
    except Malformed:
        return unit_people.facts(row), {}
