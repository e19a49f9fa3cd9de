"""The public report of the Datong meeting of 2023: its facts, as `datong-2023.json` keeps them, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from conference.services.demonstration.agendas import Item, Said
from conference.services.meetings import Host
from conference.vocabulary import AgendaKind, AgendaRoleKind, HostRole


@dataclass(frozen=True)
class Report:
    """`starts_at` and `ends_at` are assumed; capacities too."""

    slug: str
    title: str
    theme: str
    place: str
    province: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    capacity: dict[str, int]
    hosts: tuple[Host, ...]
    agenda: tuple[Item, ...] = field(default=())
    positions: Mapping[str, str] = field(default_factory=dict)


def read() -> Report:
    """The report as the package carries it."""
    data = _data()
    meeting, assumed = data["meeting"], data["assumed"]

    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"{meeting['date']}T{clock}").replace(tzinfo=ZoneInfo(meeting["timezone"]))

    return Report(
        slug=meeting["slug"],
        title=meeting["title"],
        theme=meeting["theme"],
        place=meeting["city"],
        province=meeting["province"],
        timezone=meeting["timezone"],
        starts_at=at(assumed["morning"][0]),
        ends_at=at(assumed["visits"][1]),
        capacity=assumed["capacity"],
        hosts=(
            Host(meeting["host"], HostRole.HOST),
            *(Host(name, HostRole.JOINT_HOST) for name in meeting["joint_hosts"]),
            Host(meeting["co_organiser"], HostRole.CO_ORGANISER),
        ),
        agenda=tuple(_item(item, data) for item in data["agenda"]),
        positions={person["name"]: person["position"] for person in data["people"]},
    )


@dataclass(frozen=True)
class Afternoon:
    """The visits: `stops` are (name, district) as reported; all else is assumed. `lasts` from hall to hall."""

    stops: tuple[tuple[str, str], ...]
    lasts: timedelta
    stop_capacity: int
    bus_seats: int
    buses: int
    stay_minutes: int
    ride_minutes: int


def afternoon() -> Afternoon:
    """The visits of the report, as the package carries them."""
    data = _data()
    assumed = data["assumed"]
    begins, ends = (datetime.strptime(clock, "%H:%M") for clock in assumed["visits"])  # noqa: DTZ007 — their distance
    plain = {name: assumed[name] for name in ("stop_capacity", "bus_seats", "buses", "stay_minutes", "ride_minutes")}
    return Afternoon(tuple((one["name"], one["district"]) for one in data["visit_stops"]), ends - begins, **plain)


def _data() -> dict[str, Any]:  # the file's own shape
    text = resources.files("conference.services.demonstration").joinpath("datong-2023.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _item(item: dict[str, Any], data: dict[str, Any]) -> Item:  # an object of the file
    talks = [Said(speaker=name) for name in item.get("speakers", ())]
    roles = []
    detail = []
    if "chair" in item:
        roles.append((AgendaRoleKind.CHAIR, item["chair"]))
    if item.get("talks_by_units"):
        talks = [Said(unit["name"]) for unit in data["speaking_units"]]
        detail.append(f"报道提到{data['reported']['speaking_units']}家单位发言，列出了其中{len(talks)}家的名称。")
    if "commentary" in item:
        detail.append(f"{item['commentary']}。")
    if "awarded_by" in item:
        roles += [(AgendaRoleKind.AWARDER, name) for name in item["awarded_by"]]
        detail.append(f"颁给{item['to']}。")
    if "read_by" in item:
        roles.append((AgendaRoleKind.READER, item["read_by"]))
        detail.append(f"{data['pledge']['purpose']}；由{data['pledge']['signed_by']}签署。")
    if "when" in item:
        stops = "、".join(stop["name"] for stop in data["visit_stops"])
        detail.append(f"{item['when']}参访{data['visit_stops'][0]['district']}：{stops}。")
    return Item(AgendaKind(item["kind"]), item["title"], "\n".join(detail), tuple(talks), tuple(roles))
