"""Calendars (.ics, RFC 5545): what phones and Outlook subscribe to or take in once.

An entry keeps its `uid` for ever; a higher `sequence` replaces what a calendar knows of it, and a cancelled one takes
it away (RFC 5546).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

MIMETYPE = "text/calendar; charset=utf-8; method=PUBLISH"
AFRESH = timedelta(minutes=15)  # how often a subscriber is to look again


@dataclass(frozen=True)
class Entry:
    """`changed_at` is when what it says was decided; `url` is where more is said."""

    uid: str
    title: str
    begins: datetime
    ends: datetime
    sequence: int
    changed_at: datetime
    place: str = ""
    about: str = ""
    url: str = ""
    cancelled: bool = False


def written(name: str, entries: Iterable[Entry], *, timezone: str) -> bytes:
    """A calendar of that name, with the rules of its time zone in it."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Tongxing//agenda//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", timezone)
    calendar.add("refresh-interval", AFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", AFRESH)
    for entry in entries:
        calendar.add_component(_event(entry, ZoneInfo(timezone)))
    calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made


def _event(entry: Entry, zone: ZoneInfo) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("summary", entry.title)
    event.add("dtstart", entry.begins.astimezone(zone))
    event.add("dtend", entry.ends.astimezone(zone))
    for key, value in (("location", entry.place), ("description", entry.about), ("url", entry.url)):
        if value:
            event.add(key, value)
    return event
