"""A liaison seats the people of their unit on departures: all who can be together, or one by one.

Everybody it is about is held first, in the order of their ids, then the lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from conference import db
from conference.models import Delegate
from conference.services import sign_ups, visits_lines, visits_lists, visits_seats
from conference.services.delegates import Doing
from conference.services.visits_seats import By
from conference.vocabulary import Missing, Refused


@dataclass(frozen=True)
class Together:
    """By names: who has a seat on the departure now, and who has none there, with why not where it is not that it is
    full.
    """

    seated: tuple[str, ...]
    left: tuple[str, ...]
    refused: tuple[str, ...]


def together(meeting_id: int, unit_id: int, departure_id: int, doing: Doing) -> Together:
    """Everybody of the unit onto one departure, as many as there are seats, by number; who has a seat there keeps it,
    and who finds none keeps what they have. One deed: all of it, or nothing.

    Raises Missing, Refused (meeting_over, departed, seats_are_given, seats_not_open, seats_frozen).
    """
    return db.repeated(lambda: _together(meeting_id, unit_id, departure_id, doing))


def put(
    meeting_id: int, unit_id: int, delegate_id: int, departure_id: int, doing: Doing, *, may_wait: bool = False
) -> visits_seats.Taken:
    """One of the unit. Raises as `visits_seats.take`; Missing for whoever is of another unit."""
    _of_unit(meeting_id, unit_id, delegate_id)
    return visits_seats.take(meeting_id, departure_id, delegate_id, doing, by=By.LIAISON, may_wait=may_wait)


def take_off(meeting_id: int, unit_id: int, delegate_id: int, departure_id: int, doing: Doing) -> None:
    """One of the unit. Raises as `put`."""
    _of_unit(meeting_id, unit_id, delegate_id)
    visits_seats.give_back(meeting_id, departure_id, delegate_id, doing, by=By.LIAISON)


def _together(meeting_id: int, unit_id: int, departure_id: int, doing: Doing) -> Together:
    with db.transaction() as session:
        if refusal := visits_seats.choosing(meeting_id, By.LIAISON, doing):
            raise Refused(refusal)
        theirs = visits_lists.members(meeting_id, unit_id)
        visits_seats.held(session, meeting_id, [one.id for one in theirs])
        # All at once in their order: the people's own departures are not known to be in it.
        for line_id in sorted(session.scalars(visits_lines.of_meeting(meeting_id)).all()):
            sign_ups.held(session, line_id)
        seated: list[str] = []
        left: list[str] = []
        refused: list[str] = []
        for one in theirs:
            try:
                taken = visits_seats.take(meeting_id, departure_id, one.id, doing, by=By.LIAISON)
            except visits_seats.Overlap:
                refused.append(one.name)
                continue
            has_seat = taken.sign_up is not None and taken.sign_up.ticket is None
            (seated if has_seat else left).append(one.name)
        return Together(tuple(seated), tuple(left), tuple(refused))


def _of_unit(meeting_id: int, unit_id: int, delegate_id: int) -> None:
    found = db.session().get(Delegate, delegate_id)
    if found is None or (found.meeting_id, found.unit_id) != (meeting_id, unit_id):
        raise Missing
