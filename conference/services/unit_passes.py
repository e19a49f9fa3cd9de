"""The passes of a unit's people, for the liaison to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from conference import db
from conference.models import Participation, RepeatEntry
from conference.services import own_repeats, passes, unit_rows
from conference.services.passes import Pass
from conference.vocabulary import DelegateStatus, Mode


def open_passes(part: Participation, *, now: datetime) -> Sequence[Pass]:
    """The passes that open the door, of all the unit's people."""
    found = [
        passes.of_place(own_repeats.current(row.id, now=now) if isinstance(row, RepeatEntry) else row, now=now)
        for row in unit_rows.all_of(db.session(), part)
        if unit_rows.status_of(row) is DelegateStatus.CONFIRMED and row.mode is Mode.IN_PERSON
    ]
    return [one for one in found if one.opens_door]
