"""What of an agenda somebody asks for in the address of its page; what cannot be is not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from conference.rules import agenda_search
from conference.rules.agenda_search import Wanted
from conference.services.public_agenda import Shown

ALL_DAYS = "all"
LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """`day` is None for all days; `found` are the ids of the sessions that are as wanted, on any day."""

    wanted: Wanted
    day: date | None
    found: frozenset[int]

    @property
    def count(self) -> int:
        return len(self.found)

    def query(self, day: date | None) -> dict[str, str]:
        """The same question about another day (None: all), as the address says it."""
        said = {
            "q": self.wanted.words,
            "kind": self.wanted.kind.value if self.wanted.kind else "",
            "room": str(self.wanted.room_id or ""),
            "online": "yes" if self.wanted.online else "",
            "day": day.isoformat() if day else ALL_DAYS,
        }
        return {name: text for name, text in said.items() if text}


def read(args: Mapping[str, str], shown: Shown) -> Asked:
    """Without a word about the day it is today, where the meeting is on that day and nothing is looked for."""
    wanted = Wanted(
        kind=next((one for one in shown.kinds() if one.value == args.get("kind")), None),
        room_id=next((one.id for one in shown.rooms() if str(one.id) == args.get("room")), None),
        online=args.get("online") == "yes",
        words=args.get("q", "")[:LONGEST],
    )
    return Asked(wanted, _day(args.get("day"), wanted, shown), agenda_search.found(shown.agenda, wanted))


def _day(said: str | None, wanted: Wanted, shown: Shown) -> date | None:
    there = [one.day for one in shown.days if one.day]
    if len(there) < 2:
        return None
    if said is None:
        return shown.today if shown.today in there and not wanted.some else None
    return next((one for one in there if one.isoformat() == said), None)
