"""What a unit's liaison reads at the desk: how the unit stands, its people, and what is to be done next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conference import clock, db
from conference.models import Delegate, Meeting, Participation, PlacesRequest, RepeatEntry
from conference.rules import contact
from conference.rules import passes as rules
from conference.rules import unit_desk as desk_rules
from conference.rules.passes import ModeChange
from conference.services import (
    capacities,
    change_requests,
    desks,
    meeting_page,
    own_repeats,
    places_requests,
    unit_rows,
    unit_wishes,
    waiting,
)
from conference.services.capacities import LineFacts
from conference.services.meeting_page import Window
from conference.services.unit_rows import Row
from conference.services.wishes import Request
from conference.vocabulary import Category, ChangeWish, DelegateStatus, DeskStep, Mode, Origin, Refusal

MOST = 2_000
ANSWERS_SHOWN = timedelta(days=14)


@dataclass(frozen=True)
class Person:
    """A row. `phone` and `email` are masked where the person typed them (`reachable` is false then).

    `answered` is false while an entry by others waits for the person's own answer; `asked` is what waits for the
    organiser. `refusal` says why nothing can be changed any more.
    """

    number: str
    name: str
    position: str
    phone: str
    email: str
    reachable: bool
    category: Category
    mode: Mode
    status: DelegateStatus
    waiting_for: Mode | None
    line_place: int | None
    seat: str
    answered_at: datetime | None
    origin: Origin
    created_at: datetime
    replaced_by: str
    asked: tuple[ChangeWish, ...]
    refusal: Refusal | None
    may_confirm: bool
    may_disown: bool

    @property
    def key(self) -> int:
        """As it stands in an address."""
        return int(self.number)

    @property
    def active(self) -> bool:
        return self.status.active

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def waits(self) -> bool:
        """In a line, or for somebody's yes."""
        return self.status in {DelegateStatus.PENDING, DelegateStatus.WAITLISTED} or self.waiting_for is not None

    @property
    def has_pass(self) -> bool:
        """Whether a pass opens the door for them."""
        return self.status is DelegateStatus.CONFIRMED and self.mode is Mode.IN_PERSON


@dataclass(frozen=True)
class ModeFigures:
    """How many a unit has in a mode, how many it may have (None for no limit of its own), and the meeting's places."""

    mode: Mode
    people: int
    waiting: int
    limit: int | None
    line: LineFacts

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.people)


@dataclass(frozen=True)
class Desk:
    """All that the home shows. `deadline` is the unit's own, else when registration closes; `days_left` counts the
    nights until then on the meeting's calendar, None once it has passed. `answers` are what was decided lately of
    what the liaison asked for."""

    part: Participation
    meeting: Meeting
    liaison: str
    window: Window
    deadline: datetime
    days_left: int | None
    frozen: bool
    people: Sequence[Person]
    modes: Mapping[Mode, ModeFigures]
    limit: int | None
    request: PlacesRequest | None
    answers: Sequence[Request]
    step: DeskStep

    @property
    def active(self) -> Sequence[Person]:
        return [person for person in self.people if person.active]

    @property
    def shows_answer(self) -> bool:
        """Whether the unit's answer stands beside the step, which does not ask for it itself."""
        return self.step not in {DeskStep.ANSWER, DeskStep.DECLINED, DeskStep.ADD_PEOPLE, DeskStep.OVER}

    @property
    def unanswered(self) -> Sequence[Person]:
        return [person for person in self.active if not person.answered]

    @property
    def to_look_at(self) -> Sequence[Person]:
        """Entries of strangers that wait for the liaison's word."""
        return [person for person in self.active if person.may_confirm]

    @property
    def left(self) -> int | None:
        """How many more the unit may enter."""
        return None if self.limit is None else max(0, self.limit - len(self.active))

    @property
    def full(self) -> bool:
        """Whether more places are what the unit has to ask for."""
        return self.refusal_to_add is Refusal.OWN_UNIT_FULL

    @property
    def refusal_to_add(self) -> Refusal | None:
        if not self.window.open:
            return Refusal.MEETING_OVER if self.window.over else Refusal.REGISTRATION_CLOSED
        return Refusal.OWN_UNIT_FULL if self.left == 0 else None


def of(part: Participation, *, now: datetime) -> Desk:
    session = db.session()
    meeting = session.get_one(Meeting, part.meeting_id)
    folk = people(part, meeting, now=now)
    window = meeting_page.window(meeting, now=now)
    liaison = desks.liaison_of(part.id)
    active = [person for person in folk if person.active]
    deadline = min(part.reply_by or window.closes_at, window.closes_at)
    open_requests = [one for one in places_requests.of(part.id) if one.decided_at is None]
    return Desk(
        part=part,
        meeting=meeting,
        liaison=liaison.name if liaison else "",
        window=window,
        deadline=deadline,
        days_left=_nights(now, deadline, meeting.timezone) if now < deadline else None,
        frozen=change_requests.needed(meeting, now=now),
        people=folk,
        modes=_modes(part, active),
        limit=part.delegate_limit,
        request=open_requests[0] if open_requests else None,
        answers=change_requests.answers_to_unit(meeting.id, part.unit_id, since=now - ANSWERS_SHOWN),
        step=desk_rules.next_step(
            desk_rules.Standing(
                answer=part.answer,
                open=window.open,
                opens_later=window.opens_at is not None,
                over=window.over,
                people=len(active),
                to_look_at=sum(person.may_confirm for person in active),
                unanswered=sum(not person.answered for person in active),
            )
        ),
    )


def people(part: Participation, meeting: Meeting, *, now: datetime) -> Sequence[Person]:
    """Everybody of the unit, in the order they were entered."""
    session = db.session()
    rows = [
        own_repeats.current(row.id, now=now) if isinstance(row, RepeatEntry) and row.ticket is not None else row
        for row in unit_rows.all_of(session, part)[:MOST]
    ]
    asked = unit_wishes.open_for(meeting.id, rows)
    names = {row.id: row.name for row in rows if isinstance(row, Delegate)}

    def successor(row: Row) -> str:
        return names.get(row.replaced_by_id or 0, "") if isinstance(row, Delegate) else ""

    ahead = _ahead(meeting, rows)
    return [
        _person(row, meeting, asked.get(row.number, ()), successor(row), ahead.get(row.number), now=now) for row in rows
    ]


def person(part: Participation, number: int, *, now: datetime) -> Person:
    """One of them. Raises Missing."""
    session = db.session()
    row = unit_rows.find(session, part, number)
    meeting = session.get_one(Meeting, part.meeting_id)
    successor = None
    if isinstance(row, RepeatEntry):
        row = own_repeats.current(row.id, now=now)
    elif row.replaced_by_id is not None:
        successor = session.get(Delegate, row.replaced_by_id)
    asked = unit_wishes.open_for(meeting.id, [row]).get(row.number, ())
    ahead = _ahead(meeting, [row]).get(row.number)
    return _person(row, meeting, asked, successor.name if successor else "", ahead, now=now)


def mode_change(part: Participation, of_whom: Person) -> ModeChange:
    """What the one possible change of somebody's mode would do."""
    lines = capacities.lines(part.meeting_id)
    return rules.mode_change(of_whom.status, of_whom.mode, of_whom.waiting_for, lines[of_whom.mode.other].shown_left)


def _nights(now: datetime, then: datetime, timezone: str) -> int:
    return (clock.local(then, timezone).date() - clock.local(now, timezone).date()).days


def _modes(part: Participation, active: Sequence[Person]) -> dict[Mode, ModeFigures]:
    lines = capacities.lines(part.meeting_id)
    count = Counter(person.mode for person in active)
    in_line = Counter(person.mode for person in active if person.status is DelegateStatus.WAITLISTED)
    limits = {Mode.IN_PERSON: part.in_person_limit, Mode.ONLINE: part.online_limit}
    return {mode: ModeFigures(mode, count[mode], in_line[mode], limits[mode], lines[mode]) for mode in Mode}


def _line_of(row: Row) -> Mode | None:
    return own_repeats.waits_for(row) if isinstance(row, RepeatEntry) else row.queue_mode


def _ahead(meeting: Meeting, rows: Sequence[Row]) -> dict[str, int]:
    """How many stand before each row that waits, by its number."""
    tickets = {
        row.number: (line, row.ticket)
        for row in rows
        if row.ticket is not None and (line := _line_of(row)) is not None and unit_rows.status_of(row).active
    }
    found = waiting.ahead_of_all(db.session(), meeting.id, tickets.values())
    return {number: found[ticket] for number, ticket in tickets.items()}


def _person(
    row: Row,
    meeting: Meeting,
    asked: tuple[ChangeWish, ...],
    successor: str,
    ahead: int | None,
    *,
    now: datetime,
) -> Person:
    status = unit_rows.status_of(row)
    origin = row.origin or Origin.PUBLIC
    phone, email = unit_rows.reach_of(row)
    reachable = desk_rules.may_reach(origin)
    if not reachable:
        phone, email = contact.masked_phone(phone) if phone else None, contact.masked_email(email) if email else None
    pending = status is DelegateStatus.PENDING
    return Person(
        number=row.number,
        name=row.name,
        position=row.position,
        phone=contact.plain_phone(phone) if phone else "",
        email=email or "",
        reachable=reachable,
        category=row.category or Category.DELEGATE,
        mode=row.mode,
        status=status,
        waiting_for=_line_of(row) if status is DelegateStatus.CONFIRMED else None,
        line_place=None if ahead is None else ahead + 1,
        seat="" if isinstance(row, RepeatEntry) else row.seat,
        answered_at=row.acknowledged_at,
        origin=origin,
        created_at=row.created_at,
        replaced_by=successor,
        asked=asked,
        refusal=rules.refusal_to_change(status, meeting.status, meeting.ends_at, now=now),
        may_confirm=pending and desk_rules.may_confirm(meeting.approval, origin),
        may_disown=pending and desk_rules.may_disown(origin),
    )
