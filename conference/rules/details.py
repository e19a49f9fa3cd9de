"""What people may tell beyond their entry, when, and what of it cannot be understood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from conference.rules.text import NAME_LIMIT, fault_in
from conference.vocabulary import ConsentPurpose, DelegateStatus, Fault, Gender, MeetingStatus, Mode, Refusal, Room

TRAVEL_LIMIT = 60
NEEDS_LIMIT = 500
AROUND = timedelta(days=60)  # of the meeting, for arriving and leaving
# What somebody may agree to by itself; taking part is agreed to with the entry.
PURPOSES = tuple(purpose for purpose in ConsentPurpose if purpose is not ConsentPurpose.MEETING)
# What is told for a purpose, and goes with the place in the hall.
OF_THE_HALL = (ConsentPurpose.HOTEL, ConsentPurpose.CATERING)


@dataclass(frozen=True)
class Stay:
    """Arrival, departure and room (住宿). `gender` is asked only of who shares a room."""

    room: Room = Room.NONE
    share_with: str = ""
    gender: Gender | None = None
    arrives_at: datetime | None = None
    arrives_by: str = ""
    leaves_at: datetime | None = None
    leaves_by: str = ""


@dataclass(frozen=True)
class Needs:
    """Food and access needs, in the person's own words."""

    diet: str = ""
    access: str = ""


def refusal_to_tell(
    status: DelegateStatus,
    meeting_status: MeetingStatus,
    ends_at: datetime,
    *,
    to_acknowledge: bool,
    purpose: ConsentPurpose,
    mode: Mode,
    waiting_for: Mode | None,
    now: datetime,
) -> Refusal | None:
    """Whether somebody may agree to `purpose` now, and tell what belongs to it."""
    if not status.active:
        return Refusal.NOT_ACTIVE
    if meeting_status is MeetingStatus.ARCHIVED or now >= ends_at:
        return Refusal.MEETING_OVER
    if to_acknowledge:
        return Refusal.ANSWER_FIRST
    if purpose in OF_THE_HALL and Mode.IN_PERSON not in {mode, waiting_for}:
        return Refusal.NEEDED_IN_PERSON_ONLY
    return None


def faults_in_stay(stay: Stay, *, starts_at: datetime, ends_at: datetime) -> dict[str, Fault]:
    faults = _texts(
        {"share_with": stay.share_with, "arrives_by": stay.arrives_by, "leaves_by": stay.leaves_by},
        {"share_with": NAME_LIMIT, "arrives_by": TRAVEL_LIMIT, "leaves_by": TRAVEL_LIMIT},
    )
    if stay.room is Room.SHARED and stay.gender is None:
        faults["gender"] = Fault.REQUIRED
    for field, moment in (("arrives_at", stay.arrives_at), ("leaves_at", stay.leaves_at)):
        if moment is not None and not starts_at - AROUND <= moment <= ends_at + AROUND:
            faults[field] = Fault.OUT_OF_RANGE
    if stay.arrives_at and stay.leaves_at and stay.leaves_at <= stay.arrives_at:
        faults.setdefault("leaves_at", Fault.LEAVES_BEFORE_ARRIVING)
    return faults


def faults_in_needs(needs: Needs) -> dict[str, Fault]:
    return _texts(
        {"diet": needs.diet, "access": needs.access}, {"diet": NEEDS_LIMIT, "access": NEEDS_LIMIT}, lines=True
    )


def kept(stay: Stay) -> Stay:
    """What is kept of it: nobody's companion and gender where no room is shared."""
    if stay.room is Room.SHARED:
        return stay
    return Stay(
        room=stay.room,
        arrives_at=stay.arrives_at,
        arrives_by=stay.arrives_by,
        leaves_at=stay.leaves_at,
        leaves_by=stay.leaves_by,
    )


def holds_identity_number(text: str) -> bool:
    """Whether a number of a Chinese identity card (GB 11643-1999) stands in `text`: 18 characters whose check fits."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_checked(found) for found in _IDENTITY.findall(re.sub(r"(?<=\d)[\s\-](?=[\dXx])", "", plain)))


_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def _checked(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[-1].upper()


def _texts(texts: dict[str, str], limits: dict[str, int], *, lines: bool = False) -> dict[str, Fault]:
    faults = {}
    for field, text in texts.items():
        fault = fault_in(text, limit=limits[field], required=False, lines=lines)
        if fault is None and holds_identity_number(text):
            fault = Fault.HOLDS_IDENTITY_NUMBER
        if fault:
            faults[field] = fault
    return faults
