"""An agenda as everybody sees it: facts without a database, read from a release or from the draft.

    found = agenda.read(release.content)           found.session(7).talks[0].roles
    agenda.written(found)                          the same as plain JSON, times as RFC 3339 in UTC

`sequence` counts the releases in which a session was changed, for calendar programs; `gone` are sessions of earlier
releases that are on the agenda no more, so that calendars can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from conference.rules.plain import plain
from conference.vocabulary import AgendaKind, AgendaRoleKind, TalkKind

Content = Mapping[str, Any]  # what a release holds


@dataclass(frozen=True)
class Room:
    id: int
    name: str
    location: str = ""


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    position: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    about: str = ""
    portrait_id: int | None = None


@dataclass(frozen=True)
class Role:
    person_id: int
    role: AgendaRoleKind


@dataclass(frozen=True)
class Talk:
    id: int
    kind: TalkKind
    title: str = ""
    abstract: str = ""
    minutes: int | None = None
    unit_id: int | None = None
    unit_name: str = ""
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Session:
    """`capacity` where it has places of its own; times are both there or neither."""

    id: int
    kind: AgendaKind
    title: str
    detail: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room_id: int | None = None
    online: bool = True
    capacity: int | None = None
    sequence: int = 0
    roles: tuple[Role, ...] = ()
    talks: tuple[Talk, ...] = ()

    @property
    def person_ids(self) -> set[int]:
        """Everybody who does something in it."""
        return {role.person_id for role in self.all_roles()}

    def all_roles(self) -> Iterable[Role]:
        """Those of the session, then those of its talks in their order."""
        yield from self.roles
        for talk in self.talks:
            yield from talk.roles

    def talk_times(self) -> dict[int, tuple[datetime, datetime]]:
        """When each talk is on, by its id: one after the other from the beginning. A talk without minutes, and what
        comes after it, has no time.
        """
        found: dict[int, tuple[datetime, datetime]] = {}
        begins = self.starts_at
        for talk in self.talks:
            if begins is None or talk.minutes is None:
                break
            ends = begins + timedelta(minutes=talk.minutes)
            found[talk.id] = (begins, ends)
            begins = ends
        return found

    def moved(self, by: timedelta) -> Session:
        """The same, later by so much; one without times stays."""
        if self.starts_at is None or self.ends_at is None:
            return self
        return replace(self, starts_at=self.starts_at + by, ends_at=self.ends_at + by)


@dataclass(frozen=True)
class Gone:
    """A session that was on an earlier release: what its calendar entry said last."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


@dataclass(frozen=True)
class Agenda:
    """Sessions in the order in which they are shown."""

    rooms: tuple[Room, ...] = ()
    people: tuple[Person, ...] = ()
    sessions: tuple[Session, ...] = ()
    gone: tuple[Gone, ...] = ()

    @cached_property
    def room(self) -> Mapping[int, Room]:
        """By id."""
        return {one.id: one for one in self.rooms}

    @cached_property
    def person(self) -> Mapping[int, Person]:
        """By id."""
        return {one.id: one for one in self.people}

    @cached_property
    def session(self) -> Mapping[int, Session]:
        """By id."""
        return {one.id: one for one in self.sessions}

    def of_person(self, person_id: int) -> list[Session]:
        return [one for one in self.sessions if person_id in one.person_ids]


def read(content: Content) -> Agenda:
    """An agenda from the JSON of a release."""
    return Agenda(
        rooms=tuple(Room(**one) for one in content["rooms"]),
        people=tuple(Person(**one) for one in content["people"]),
        sessions=tuple(_session(one) for one in content["sessions"]),
        gone=tuple(Gone(**one | _times(one)) for one in content["gone"]),
    )


def written(agenda: Agenda) -> dict[str, Any]:
    """The JSON of a release; `read` makes the same agenda of it."""
    said: dict[str, Any] = plain(asdict(agenda))
    return said


def _session(said: Content) -> Session:
    talks = tuple(
        Talk(**{**one, "kind": TalkKind(one["kind"]), "roles": _roles(one["roles"])}) for one in said["talks"]
    )
    facts = {**said, **_times(said), "kind": AgendaKind(said["kind"]), "roles": _roles(said["roles"]), "talks": talks}
    return Session(**facts)


def _roles(said: Iterable[Content]) -> tuple[Role, ...]:
    return tuple(Role(one["person_id"], AgendaRoleKind(one["role"])) for one in said)


def _times(said: Content) -> dict[str, datetime | None]:
    return {name: datetime.fromisoformat(said[name]) if said[name] else None for name in ("starts_at", "ends_at")}
