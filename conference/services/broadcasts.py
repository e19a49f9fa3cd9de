"""Where a meeting is shown online (直播): who may watch, the outside room, the lines of a stream, captions.

    found = broadcasts.of(meeting_id)          the facts, with what holds before anybody set anything

    broadcasts.change(meeting_id, {"checks": 1}, doing, seen=found.stamp("checks"))

The room's address, number and password are sealed, and none of them stands in the record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Broadcast, Meeting
from conference.rules import broadcasts as rules
from conference.rules import captions as rules_of_captions
from conference.rules import web_links
from conference.rules.agenda import Session as AgendaItem
from conference.rules.captions import Wrong
from conference.rules.questions import Handed
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.sealing import digest, seal, unseal
from conference.services import activity, files, material_versions, stage
from conference.services.delegates import Doing
from conference.services.files import Opened
from conference.vocabulary import Fault, FileKind, Malformed, Missing, Refusal, Refused, Viewership

NUMBER_LIMIT = 40


@dataclass(frozen=True)
class OutsideRoom:
    """A room of somebody else's (腾讯会议, Zoom…): an https address, a number, a password; any may be empty but one of
    address and number.
    """

    name: str
    url: str = ""
    number: str = ""
    password: str = ""

    @property
    def host(self) -> str:
        """Where its address leads."""
        return web_links.host(self.url)


@dataclass(frozen=True)
class Stream:
    """A line: its name as viewers choose it, the https address of an HLS list, and `hosts` (`https://cdn.example.org`)
    from which its pieces come where that is another one: a browser loads from nowhere else.
    """

    name: str
    url: str
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class BroadcastFacts:
    """`streams` in the order in which they are tried; `threshold_session_ids` empty: all that are shown online.

    `checks` is how often a viewer is asked whether they are still there; `threshold_percent` from 1 to 100.
    """

    audience: Viewership = Viewership.DELEGATES
    room: OutsideRoom | None = None
    streams: tuple[Stream, ...] = ()
    captions_id: int | None = None
    checks: int = 0
    threshold_percent: int = 80
    threshold_session_ids: tuple[int, ...] = ()
    questions_open: bool = True

    @property
    def shows_something(self) -> bool:
        """Whether somebody who may watch finds anything to watch."""
        return bool(self.room or self.streams)

    def stamp(self, *parts: str) -> str:
        """Another one after every change of these fields, or of any where none is named."""
        said = asdict(self)
        return digest(repr([(name, said[name]) for name in parts or sorted(said)]))


def of(meeting_id: int) -> BroadcastFacts:
    """What holds; without a row: for delegates, nothing to watch, questions are taken."""
    row = db.session().get(Broadcast, meeting_id)
    return BroadcastFacts() if row is None else _facts(row)


def change(meeting_id: int, wished: Mapping[str, Any], doing: Doing, *, seen: str | None = None) -> BroadcastFacts:
    """Set some of the fields of `BroadcastFacts` (`captions_id` but by `captions`); said again, nothing changes.

    `seen` is their `stamp` as it was looked at, None not to ask. Raises Malformed: room_name, url, number, password;
    name-N, url-N, hosts-N of a line, counted from 0, streams (too_many); checks, threshold_percent. Missing, Refused
    (meeting_over, changed_meanwhile).
    """
    with db.transaction() as session:
        meeting = material_versions.open_meeting(session, meeting_id)
        before = _held(session, meeting_id)
        after = _checked(meeting, before, replace(before, **wished), doing.now)
        if after != before:
            if seen is not None and seen != before.stamp(*wished):
                raise Refused(Refusal.CHANGED_MEANWHILE)
            _write(session, meeting_id, after, doing.now)
            _record(session, meeting_id, before, after, doing)
        return after


def put_captions(meeting_id: int, content: bytes, doing: Doing, *, seen: str | None = None) -> BroadcastFacts:
    """A .vtt or .srt file instead of what there was; what is kept is WebVTT with nothing in it but times and words.

    `seen` is the stamp of captions_id. Raises Malformed (captions), Missing, Refused (meeting_over, changed_meanwhile).
    """
    written = rules_of_captions.written(content)
    if isinstance(written, Wrong):
        raise Malformed({"captions": written.fault})
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        before = _held(session, meeting_id)
        if seen is not None and seen != before.stamp("captions_id"):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        kept = written.encode()
        upload = files.Upload("captions.vtt", kept, Handed(FileKind.CAPTIONS, len(kept)))
        file = files.keep(session, meeting_id=meeting_id, delegate_id=None, upload=upload, now=doing.now)
        after = replace(before, captions_id=file.id)
        _write(session, meeting_id, after, doing.now)
        _forget_captions(session, before)
        _note(session, meeting_id, "broadcast.captions_put", doing, {}, {"lines": kept.count(b" --> ")})
        return after


def drop_captions(meeting_id: int, doing: Doing, *, seen: str | None = None) -> None:
    """Once is enough. Raises Missing, Refused (meeting_over, changed_meanwhile)."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        before = _held(session, meeting_id)
        if before.captions_id is not None:
            if seen is not None and seen != before.stamp("captions_id"):
                raise Refused(Refusal.CHANGED_MEANWHILE)
            _write(session, meeting_id, replace(before, captions_id=None), doing.now)
            _forget_captions(session, before)
            _note(session, meeting_id, "broadcast.captions_dropped", doing)


def captions(meeting_id: int) -> Opened:
    """The captions as WebVTT in UTF-8. Raises Missing where there are none."""
    captions_id = of(meeting_id).captions_id
    if captions_id is None:
        raise Missing
    return files.read(captions_id)


def countable(meeting: Meeting, *, now: datetime) -> list[AgendaItem]:
    """The sessions that a threshold may count: those of the last release that are shown online."""
    return [one for one in stage.of(meeting, now=now).agenda.sessions if one.online and one.starts_at]


def forget_meeting(session: Session, meeting_id: int) -> None:
    """A meeting's time is up: the way into the room and the captions go, who could watch stays on record."""
    row = session.get(Broadcast, meeting_id)
    if row is not None:
        before = _facts(row)
        row.room_sealed, row.room_name, row.captions_id = None, "", None
        session.flush()
        _forget_captions(session, before)


def _held(session: Session, meeting_id: int) -> BroadcastFacts:
    """What the row says under the lock of its meeting."""
    row = session.scalars(db.lock(sa.select(Broadcast).where(Broadcast.meeting_id == meeting_id))).first()
    return BroadcastFacts() if row is None else _facts(row)


def _facts(row: Broadcast) -> BroadcastFacts:
    room = OutsideRoom(row.room_name, **json.loads(unseal(row.room_sealed))) if row.room_sealed else None
    return BroadcastFacts(
        audience=row.audience,
        room=room,
        streams=tuple(Stream(one["name"], one["url"], tuple(one.get("hosts", ()))) for one in row.streams),
        captions_id=row.captions_id,
        checks=row.checks,
        threshold_percent=row.threshold_percent,
        threshold_session_ids=tuple(row.threshold_session_ids),
        questions_open=row.questions_open,
    )


def _write(session: Session, meeting_id: int, facts: BroadcastFacts, now: datetime) -> None:
    row = session.get(Broadcast, meeting_id)
    if row is None:
        row = Broadcast(meeting_id=meeting_id)
        session.add(row)
    inside = {name: said for name, said in asdict(facts.room).items() if name != "name"} if facts.room else None
    row.audience = facts.audience
    row.room_name = facts.room.name if facts.room else ""
    row.room_sealed = seal(json.dumps(inside)) if inside else None
    row.streams = [asdict(one) for one in facts.streams]
    row.captions_id = facts.captions_id
    row.checks = facts.checks
    row.threshold_percent = facts.threshold_percent
    row.threshold_session_ids = list(facts.threshold_session_ids)
    row.questions_open = facts.questions_open
    row.changed_at = now
    session.flush()


def _checked(meeting: Meeting, before: BroadcastFacts, facts: BroadcastFacts, now: datetime) -> BroadcastFacts:
    """The same, trimmed, its addresses as they are kept. Raises Malformed."""
    faults: dict[str, Fault | None] = {
        "checks": None if 0 <= facts.checks <= rules.MOST_CHECKS else Fault.OUT_OF_RANGE,
        "threshold_percent": None if 1 <= facts.threshold_percent <= 100 else Fault.OUT_OF_RANGE,
        "streams": Fault.TOO_MANY if len(facts.streams) > rules.MOST_STREAMS else None,
    }
    known = {one.id for one in countable(meeting, now=now)} | set(before.threshold_session_ids)
    if not known.issuperset(facts.threshold_session_ids):
        faults["threshold_session_ids"] = Fault.UNKNOWN_CHOICE
    room = _checked_room(facts.room, faults) if facts.room else None
    streams = tuple(_checked_stream(one, at, faults) for at, one in enumerate(facts.streams))
    for at, one in enumerate(streams):
        if one.url in {other.url for other in streams[:at]}:
            faults[f"url-{at}"] = Fault.SAME_LINE
    if wrong := {field: fault for field, fault in faults.items() if fault is not None}:
        raise Malformed(wrong)
    return replace(facts, room=room, streams=streams)


def _checked_room(room: OutsideRoom, faults: dict[str, Fault | None]) -> OutsideRoom:
    name, url, number, password = (one.strip() for one in (room.name, room.url, room.number, room.password))
    faults["room_name"] = fault_in(name, limit=SHORT_LIMIT)
    faults["number"] = fault_in(number, limit=NUMBER_LIMIT, required=False)
    faults["password"] = fault_in(password, limit=NUMBER_LIMIT, required=False)
    address = web_links.kept(url) if url else ("" if number else Fault.ADDRESS_OR_NUMBER)
    if isinstance(address, Fault):
        faults["url"] = address
        address = ""
    return OutsideRoom(name, address, number, password)


def _checked_stream(stream: Stream, at: int, faults: dict[str, Fault | None]) -> Stream:
    faults[f"name-{at}"] = fault_in(stream.name, limit=rules.LINE_LIMIT)
    address = rules.line(stream.url)
    if isinstance(address, Fault):
        faults[f"url-{at}"] = address
        address = f"#{at}"  # none is a repetition of another
    hosts = rules.hosts(stream.hosts)
    if isinstance(hosts, Fault):
        faults[f"hosts-{at}"] = hosts
        hosts = ()
    return Stream(stream.name.strip(), address, hosts)


def _forget_captions(session: Session, before: BroadcastFacts) -> None:
    if before.captions_id is not None:
        files.forget(session, [before.captions_id])


def _record(session: Session, meeting_id: int, before: BroadcastFacts, after: BroadcastFacts, doing: Doing) -> None:
    """The room and the lines by themselves, since not all that changes of them is kept."""
    if before.room != after.room:
        named = [{"room_name": one.room.name if one.room else ""} for one in (before, after)]
        _note(session, meeting_id, "broadcast.room_changed", doing, *named)
    if before.streams != after.streams:
        _note(session, meeting_id, "broadcast.streams_changed", doing, _lines(before), _lines(after))
    if (was := _rest(before)) != (now := _rest(after)):
        _note(session, meeting_id, "broadcast.changed", doing, was, now)


def _lines(facts: BroadcastFacts) -> dict[str, str]:
    """An address may carry a key: where it leads to is enough."""
    return {"streams": " · ".join(f"{one.name} ({web_links.host(one.url)})" for one in facts.streams)}


def _rest(facts: BroadcastFacts) -> dict[str, Any]:
    names = ("audience", "checks", "threshold_percent", "questions_open")
    return {name: getattr(facts, name) for name in names} | {
        "threshold_sessions": ", ".join(str(one) for one in facts.threshold_session_ids)
    }


def _note(
    session: Session,
    meeting_id: int,
    verb: str,
    doing: Doing,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    said = {"meeting_id": meeting_id, "now": doing.now, "before": before or {}, "after": after or {}}
    activity.record(session, doing.actor, verb, "broadcast", None, **said)  # type: ignore[arg-type]  # of several types
