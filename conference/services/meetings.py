"""Meetings (推进会): made, edited, opened and closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Checkpoint, Line, Meeting, MeetingHost
from conference.rules import meetings as rules
from conference.rules import slugs
from conference.rules.provinces import PROVINCES
from conference.services import activity
from conference.services.delegates import Doing, tell_moved
from conference.services.places import Places
from conference.vocabulary import (
    Approval,
    CheckpointKind,
    Fault,
    HostRole,
    Malformed,
    MeetingStatus,
    Missing,
    Mode,
    OpenTo,
    Preparation,
    Refusal,
    Refused,
)

FIELDS = (
    "slug",
    "title",
    "theme",
    "place",
    "province",
    "timezone",
    "starts_at",
    "ends_at",
    "status",
    "registration_opens_at",
    "registration_closes_at",
    "approval",
    "open_to",
    "notice",
)
MAX_CAPACITY = 1_000_000


@dataclass(frozen=True)
class Host:
    name: str
    role: HostRole


@dataclass(frozen=True)
class Plan:
    """A meeting to be made. A capacity of None is no limit."""

    slug: str
    title: str
    place: str
    province: str
    starts_at: datetime
    ends_at: datetime
    registration_opens_at: datetime
    registration_closes_at: datetime
    capacity: Mapping[Mode, int | None]
    timezone: str = "Asia/Shanghai"
    theme: str = ""
    status: MeetingStatus = MeetingStatus.DRAFT
    approval: Approval = Approval.AUTOMATIC
    open_to: OpenTo = OpenTo.LINK
    notice: str = ""
    hosts: Sequence[Host] = field(default_factory=tuple)
    demonstration: bool = False


def make(plan: Plan, doing: Doing) -> Meeting:
    """A new meeting with its two lines and a venue checkpoint, so that the door can open.

    Raises Malformed (times backwards, unknown province or time zone) and Refused (slug_taken).
    """
    _check(
        plan.slug,
        plan.province,
        plan.timezone,
        plan.starts_at,
        plan.ends_at,
        plan.registration_opens_at,
        plan.registration_closes_at,
    )
    with db.transaction() as session:
        meeting = Meeting(
            **{name: getattr(plan, name) for name in FIELDS},
            demonstration=plan.demonstration,
            created_at=doing.now,
            changed_at=doing.now,
        )
        meeting.hosts = _hosts(plan.hosts)
        session.add(meeting)
        try:
            session.flush()
        except sa.exc.IntegrityError as error:
            if db.violated(error, "uq_meetings_slug", "meetings.slug"):
                raise Refused(Refusal.SLUG_TAKEN) from None
            raise
        session.add_all(Line(meeting_id=meeting.id, mode=mode, capacity=plan.capacity.get(mode)) for mode in Mode)
        session.add(
            Checkpoint(
                meeting_id=meeting.id,
                name="会场",
                kind=CheckpointKind.VENUE,
                reentry=False,
                created_at=doing.now,
            )
        )
        session.flush()
        _record(session, doing, "meeting.made", meeting, {}, facts(meeting))
        return meeting


def edit(meeting_id: int, changes: Mapping[str, Any], doing: Doing) -> Meeting:
    """Change some of `FIELDS`, `hosts` (all of them anew) or `capacity` (by mode).

    A raised capacity moves the line; raises Refused (capacity_below_taken, slug_taken) and Malformed.
    """
    with db.transaction() as session:
        places = Places(session, meeting_id, doing.now)
        meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).first()
        if meeting is None:
            raise Missing
        before = facts(meeting) | _capacity_facts(places)
        for name in FIELDS:
            if name in changes:
                setattr(meeting, name, changes[name])
        _check(
            meeting.slug,
            meeting.province,
            meeting.timezone,
            meeting.starts_at,
            meeting.ends_at,
            meeting.registration_opens_at,
            meeting.registration_closes_at,
        )
        if "hosts" in changes:
            meeting.hosts = _hosts(changes["hosts"])
        for mode, capacity in changes.get("capacity", {}).items():
            places.set_capacity(mode, capacity)
        meeting.changed_at = doing.now
        try:
            session.flush()
        except sa.exc.IntegrityError as error:
            if db.violated(error, "uq_meetings_slug", "meetings.slug"):
                raise Refused(Refusal.SLUG_TAKEN) from None
            raise
        moves = places.settle()
        _record(session, doing, "meeting.edited", meeting, before, facts(meeting) | _capacity_facts(places))
        tell_moved(session, moves, doing)
        return meeting


def turn(meeting_id: int, status: MeetingStatus, doing: Doing) -> Meeting:
    """Open, close, archive; where it is so already nothing changes.

    Raises Refused (not_from_here) when the meeting cannot become that from what it is now.
    """
    with db.transaction() as session:
        meeting = session.get_one(Meeting, meeting_id, populate_existing=True)
        if meeting.status is status:
            return meeting
        if status not in rules.next_statuses(meeting.status):
            raise Refused(Refusal.NOT_FROM_HERE)
        return edit(meeting_id, {"status": status}, doing)


def by_slug(slug: str) -> Meeting:
    """Raises Missing."""
    if slugs.fault_in(slug):
        raise Missing
    found = db.session().scalars(sa.select(Meeting).where(Meeting.slug == slug)).first()
    if found is None:
        raise Missing
    return found


def by_id(meeting_id: int) -> Meeting:
    """Raises Missing."""
    found = db.session().get(Meeting, meeting_id)
    if found is None:
        raise Missing
    return found


def listed(*, public: bool, ids: Sequence[int] | None = None) -> Sequence[Meeting]:
    """Meetings, the latest first; `public` leaves out drafts, `ids` all others."""
    query = sa.select(Meeting).order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    if public:
        query = query.where(Meeting.status != MeetingStatus.DRAFT)
    if ids is not None:
        query = query.where(Meeting.id.in_(ids))
    return db.session().scalars(query).all()


def free_slug(title: str, starts_at: datetime) -> str:
    """A name for the address that no meeting has now, made from the title and the year.

    For a meeting that is there already, the same title at the same time, it is that one's, so that a form sent twice
    makes one meeting.
    """
    twin = db.session().scalars(sa.select(Meeting.slug).where(Meeting.title == title, Meeting.starts_at == starts_at))
    if found := twin.first():
        return found
    base = slugs.proposal(title, starts_at)
    taken = set(
        db.session().scalars(sa.select(Meeting.slug).where(Meeting.slug.startswith(base, autoescape=True))).all()
    )
    return next(name for n in range(1, len(taken) + 2) if (name := slugs.numbered(base, n)) not in taken)


def next_statuses(meeting: Meeting) -> tuple[MeetingStatus, ...]:
    """What the meeting may be turned into now, the likeliest first."""
    return rules.next_statuses(meeting.status)


def preparations(meeting: Meeting, *, units: int, now: datetime) -> dict[Preparation, bool]:
    """The steps before people can register, in order, each with whether it is done."""
    return rules.preparations(meeting, hosts=len(meeting.hosts), units=units, now=now)


def facts(meeting: Meeting) -> dict[str, Any]:
    """What the activity record compares before and after."""
    return {name: getattr(meeting, name) for name in FIELDS} | {
        "hosts": [f"{host.role.value}: {host.name}" for host in meeting.hosts]
    }


def _capacity_facts(places: Places) -> dict[str, Any]:
    return {f"capacity_{mode.value}": line.capacity for mode, line in places.lines.items()}


def _hosts(hosts: Sequence[Host]) -> list[MeetingHost]:
    return [MeetingHost(rank=rank, name=host.name, role=host.role) for rank, host in enumerate(hosts)]


def _check(
    slug: str,
    province: str,
    timezone: str,
    starts_at: datetime,
    ends_at: datetime,
    opens_at: datetime,
    closes_at: datetime,
) -> None:
    faults: dict[str, Fault] = {}
    if fault := slugs.fault_in(slug):
        faults["slug"] = fault
    if province not in PROVINCES:
        faults["province"] = Fault.NOT_A_PROVINCE
    if timezone not in available_timezones():
        faults["timezone"] = Fault.NOT_A_TIMEZONE
    if starts_at >= ends_at:
        faults["ends_at"] = Fault.TIMES_BACKWARDS
    if opens_at >= closes_at:
        faults["registration_closes_at"] = Fault.TIMES_BACKWARDS
    if faults:
        raise Malformed(faults)


def _record(
    session: Session, doing: Doing, verb: str, meeting: Meeting, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "meeting",
        meeting.id,
        meeting_id=meeting.id,
        now=doing.now,
        before=before,
        after=after,
    )
