"""The visits as an organiser looks over them: how full stops get, which departure has what, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, Departure, SignUp, Stop
from conference.sealing import unseal
from conference.services import sign_ups, visits, visits_lines, visits_stops
from conference.vocabulary import DelegateStatus, Mode, SignUpStatus


@dataclass(frozen=True)
class StopRow:
    """`peak` is the most people that seats bring there at one time, from `peak_at` on; None where nobody goes."""

    stop: Stop
    peak: int
    peak_at: datetime | None
    departures: int


@dataclass(frozen=True)
class DepartureRow:
    departure: Departure
    waiting: int
    leader_phone: str
    guide_phone: str


@dataclass(frozen=True)
class Board:
    """`names` are the stops' by id; `missing_seats` how many more confirmed in-person delegates there are than seats,
    and `unseated` how many of them have none.
    """

    stops: Sequence[StopRow]
    departures: Sequence[DepartureRow]
    names: Mapping[int, str]
    seats: int
    taken: int
    waiting: int
    people: int
    unseated: int

    @property
    def missing_seats(self) -> int:
        return max(0, self.people - self.seats)

    @property
    def leaderless(self) -> int:
        return sum(not one.departure.leader_name for one in self.departures)

    @property
    def unvisited(self) -> int:
        return sum(not one.departures for one in self.stops)


def of(meeting_id: int) -> Board:
    """Departures in order of time."""
    going = sorted(visits.departures(meeting_id), key=lambda one: (one.leaves_at, one.rank, one.id))
    stops = visits_stops.listed(meeting_id)
    waiting = sign_ups.waiting([one.line_id for one in going])
    session = db.session()
    in_person = (
        Delegate.meeting_id == meeting_id,
        Delegate.status == DelegateStatus.CONFIRMED,
        Delegate.mode == Mode.IN_PERSON,
    )
    people = session.scalars(sa.select(sa.func.count(Delegate.id)).where(*in_person)).one()
    seated = sa.select(SignUp.delegate_id).where(
        SignUp.line_id.in_(visits_lines.of_meeting(meeting_id)), SignUp.status == SignUpStatus.CONFIRMED
    )
    unseated = session.scalars(
        sa.select(sa.func.count(Delegate.id)).where(*in_person, Delegate.id.not_in(seated))
    ).one()
    return Board(
        stops=[_stop(stop, going) for stop in stops],
        departures=[
            DepartureRow(
                one, waiting.get(one.line_id, 0), _open(one.leader_phone_sealed), _open(one.guide_phone_sealed)
            )
            for one in going
        ],
        names={stop.id: stop.name for stop in stops},
        seats=sum(one.line.capacity for one in going),
        taken=sum(one.line.taken for one in going),
        waiting=sum(waiting.values()),
        people=people,
        unseated=unseated,
    )


def _stop(stop: Stop, going: Sequence[Departure]) -> StopRow:
    stays = [(stay, one.line.capacity) for one in going for stay in one.stays if stay.stop_id == stop.id]
    moves = sorted(
        move for stay, people in stays for move in ((stay.leaves_at, 0, -people), (stay.arrives_at, 1, people))
    )
    here, peak, peak_at = 0, 0, None
    for at, _, people in moves:
        here += people
        if here > peak:
            peak, peak_at = here, at
    return StopRow(stop, peak, peak_at, len(stays))


def _open(sealed: bytes | None) -> str:
    return unseal(sealed) if sealed else ""
