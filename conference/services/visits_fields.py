"""What is said of a departure at the desk: the fields of its form, how they are checked, kept and read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conference.models import Departure
from conference.rules import contact
from conference.rules.text import NAME_LIMIT, SHORT_LIMIT, fault_in
from conference.sealing import digest, seal, unseal
from conference.services.visits import StayFacts
from conference.vocabulary import DepartureKind, Fault

MOST_SEATS, MOST_DEPARTURES, PLATE_LIMIT, NOTE_LIMIT = 1000, 300, 20, 500
_PLAIN = ("name", "kind", "plate", "boards_at", "leaves_at", "returns_at", "accessible", "pinned", "note")


@dataclass(frozen=True)
class DepartureFields:
    """`seats` without the leader's and the guide's; phones "" where there are none."""

    name: str
    leaves_at: datetime
    seats: int
    stops: tuple[StayFacts, ...]
    kind: DepartureKind = DepartureKind.BUS
    plate: str = ""
    boards_at: str = ""
    returns_at: datetime | None = None
    accessible: bool = False
    pinned: bool = False
    leader_name: str = ""
    leader_phone: str = ""
    guide_name: str = ""
    guide_phone: str = ""
    note: str = ""


def fields_of(departure: Departure) -> DepartureFields:
    return DepartureFields(
        **{name: getattr(departure, name) for name in _PLAIN},
        seats=departure.line.capacity,
        stops=tuple(StayFacts(one.stop_id, one.arrives_at, one.leaves_at) for one in departure.stays),
        leader_name=departure.leader_name,
        leader_phone=_open(departure.leader_phone_sealed),
        guide_name=departure.guide_name,
        guide_phone=_open(departure.guide_phone_sealed),
    )


def stamp(departure: Departure) -> str:
    """Another one after every change of what is said of it."""
    return digest(repr(fields_of(departure)))


def checked(fields: DepartureFields, taken: Sequence[str]) -> tuple[DepartureFields, dict[str, Fault]]:
    """The same, trimmed, phones as they are kept, and what is wrong; `taken` are names in use."""
    said: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in vars(fields).items()
    }
    limits = {"plate": PLATE_LIMIT, "boards_at": SHORT_LIMIT, "leader_name": NAME_LIMIT, "guide_name": NAME_LIMIT}
    faults = {name: fault_in(said[name], limit=limit, required=False) for name, limit in limits.items()}
    faults["name"] = Fault.NAME_IN_USE if said["name"] in taken else fault_in(said["name"], limit=SHORT_LIMIT)
    faults["note"] = fault_in(said["note"], limit=NOTE_LIMIT, required=False, lines=True)
    faults["seats"] = None if 1 <= fields.seats <= MOST_SEATS else Fault.OUT_OF_RANGE
    for name in ("leader_phone", "guide_phone"):
        phone = contact.phone(said[name]) if said[name] else ""
        faults[name] = Fault.NOT_A_PHONE if phone is None else None
        said[name] = phone or ""
    said["kind"] = fields.kind
    return DepartureFields(**said), {name: fault for name, fault in faults.items() if fault is not None}


def trail(fields: DepartureFields) -> dict[str, Any]:
    """What the record keeps: nobody's name or phone."""
    times = {name: getattr(fields, name) for name in ("leaves_at", "returns_at")}
    plain = {name: getattr(fields, name) for name in ("name", "plate", "boards_at", "seats", "note")}
    return plain | {name: at and at.isoformat() for name, at in times.items()}


def write(departure: Departure, fields: DepartureFields) -> None:
    """All but its seats and its stays."""
    for name in (*_PLAIN, "leader_name", "guide_name"):
        setattr(departure, name, getattr(fields, name))
    departure.ends_at = fields.stops[-1].leaves_at
    if _open(departure.leader_phone_sealed) != fields.leader_phone:
        departure.leader_phone_sealed = seal(fields.leader_phone) if fields.leader_phone else None
    if _open(departure.guide_phone_sealed) != fields.guide_phone:
        departure.guide_phone_sealed = seal(fields.guide_phone) if fields.guide_phone else None


def _open(sealed: bytes | None) -> str:
    return unseal(sealed) if sealed else ""
