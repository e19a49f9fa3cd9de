"""What a release makes different for people (议程变动).

    changes = agenda_changes.between(old, new)
    changes[0].kinds, changes[0].talks, changes[0].person_ids
    agenda_changes.written(changes)                 the same as plain JSON; `read` makes changes of it

The order of items is no change to anybody, since everybody goes by the clock; nor is who stands first in a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from conference.rules.agenda import Agenda, Person, Role, Session, Talk
from conference.rules.plain import plain
from conference.vocabulary import AgendaChange

_RANK = {kind: rank for rank, kind in enumerate(AgendaChange)}
_TIMES = ("old_starts_at", "old_ends_at", "new_starts_at", "new_ends_at")
_Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class TalkChange:
    """What is different about a talk beside what is different about its session; `title` is what it is called now."""

    talk_id: int
    title: str
    kinds: tuple[AgendaChange, ...]
    old_starts_at: datetime | None = None
    old_ends_at: datetime | None = None
    new_starts_at: datetime | None = None
    new_ends_at: datetime | None = None
    person_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Change:
    """What is different about a session. `title` is what it is called now, or was where it is cancelled, `old_title`
    what it was called where that was something else; rooms and the people who `joined` and `left` are named.

    `capacity` is how many places it has now, where one has to sign up for it. `own_detail` says that what is said of
    the session itself is other than it was, not of its talks alone.
    `person_ids` are those whose own item it is that changed.
    """

    session_id: int
    title: str
    kinds: tuple[AgendaChange, ...]
    old_title: str = ""
    old_starts_at: datetime | None = None
    old_ends_at: datetime | None = None
    new_starts_at: datetime | None = None
    new_ends_at: datetime | None = None
    old_room: str = ""
    new_room: str = ""
    online: bool = True
    own_detail: bool = False
    capacity: int | None = None
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    talks: tuple[TalkChange, ...] = ()
    person_ids: tuple[int, ...] = ()

    @property
    def begins(self) -> datetime | None:
        """Where it stands in a list of changes."""
        return self.new_starts_at or self.old_starts_at


def between(old: Agenda, new: Agenda) -> list[Change]:
    """What is different in `new`, session by session in the order of their times, those without times last."""
    found, old = [], _merged(old, new)
    for session in new.sessions:
        before = old.session.get(session.id)
        change = _added(new, session) if before is None else _compared(old, before, new, session)
        if change is not None:
            found.append(change)
    found += [_removed(old, session) for session in old.sessions if session.id not in new.session]
    return sorted(found, key=lambda one: (one.begins is None, one.begins.timestamp() if one.begins else 0))


def written(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """As a release keeps them; `read` makes the same changes of it."""
    return [plain(asdict(change)) for change in changes]


def read(said: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Changes from the JSON of a release."""
    return [
        Change(**_facts(one) | {"talks": tuple(TalkChange(**_facts(talk)) for talk in one["talks"])}) for one in said
    ]


def _merged(old: Agenda, new: Agenda) -> Agenda:
    """`old` with those who are on the agenda no more as the one of their name who is there now: two entries that were
    one person's were made one, which is no news to anybody.
    """
    named: dict[str, list[Person]] = {}
    for one in new.people:
        named.setdefault(one.name, []).append(one)
    same: dict[int, int] = {}
    for gone in old.people:
        now = named.get(gone.name, ())
        if gone.id not in new.person and len(now) == 1 and _may_be(gone.unit_name, now[0].unit_name):
            same[gone.id] = now[0].id
    if not same:
        return old

    def of(roles: Iterable[Role]) -> tuple[Role, ...]:
        return tuple(replace(one, person_id=same.get(one.person_id, one.person_id)) for one in roles)

    sessions = (
        replace(one, roles=of(one.roles), talks=tuple(replace(talk, roles=of(talk.roles)) for talk in one.talks))
        for one in old.sessions
    )
    here = tuple(one for one in new.people if one.id in same.values() and one.id not in old.person)
    return replace(old, people=(*old.people, *here), sessions=tuple(sessions))


def _may_be(unit: str, other: str) -> bool:
    return unit == other or not (unit and other)


def _added(new: Agenda, session: Session) -> Change:
    return Change(
        session.id,
        session.title,
        (AgendaChange.ADDED,),
        new_starts_at=session.starts_at,
        new_ends_at=session.ends_at,
        new_room=" ".join(_room(new, session)),
        online=session.online,
        person_ids=tuple(sorted(session.person_ids)),
    )


def _removed(old: Agenda, session: Session) -> Change:
    return Change(
        session.id,
        session.title,
        (AgendaChange.REMOVED,),
        old_starts_at=session.starts_at,
        old_ends_at=session.ends_at,
        old_room=" ".join(_room(old, session)),
        online=session.online,
        person_ids=tuple(sorted(session.person_ids)),
    )


def _compared(old: Agenda, before: Session, new: Agenda, after: Session) -> Change | None:
    moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    own = {
        AgendaChange.MOVED: moved,
        AgendaChange.ROOM: _room(old, before) != _room(new, after),
        AgendaChange.TITLE: before.title != after.title,
        AgendaChange.DETAIL: _said(before) != _said(after),
        # How many places there are is no news, that one has to sign up is.
        AgendaChange.PLACES: (before.capacity is None) != (after.capacity is None),
        AgendaChange.ONLINE: before.online != after.online,
    }
    kinds = {kind for kind, is_so in own.items() if is_so}
    touched = set(before.person_ids | after.person_ids) if kinds else set()
    talks = _talks(old, before, new, after)
    holders, were = _who(new, after.roles), _who(old, before.roles)
    if holders != were:
        kinds.add(AgendaChange.PEOPLE)
        touched |= {person for person, *_ in holders ^ were}
    for talk in talks:
        kinds.add(AgendaChange.PEOPLE if talk.kinds == (AgendaChange.PEOPLE,) else AgendaChange.DETAIL)
        if AgendaChange.PEOPLE in talk.kinds:
            kinds.add(AgendaChange.PEOPLE)
        touched |= set(talk.person_ids)
    if not kinds:
        return None
    here, there = _named(new, after), _named(old, before)
    if set(here) != set(there):
        kinds.add(AgendaChange.PEOPLE)
    return Change(
        after.id,
        after.title,
        _ordered(kinds),
        old_title=before.title if before.title != after.title else "",
        old_starts_at=before.starts_at,
        old_ends_at=before.ends_at,
        new_starts_at=after.starts_at,
        new_ends_at=after.ends_at,
        old_room=" ".join(_room(old, before)),
        new_room=" ".join(_room(new, after)),
        online=after.online,
        own_detail=own[AgendaChange.DETAIL],
        capacity=after.capacity,
        joined=tuple(name for name in here if name not in there),
        left=tuple(name for name in there if name not in here),
        talks=tuple(talks),
        person_ids=tuple(sorted(touched | {person for person, *_ in holders})),
    )


def _talks(old: Agenda, before: Session, new: Agenda, after: Session) -> list[TalkChange]:
    were, are = {one.id: one for one in before.talks}, {one.id: one for one in after.talks}
    then, now = before.talk_times(), after.talk_times()
    later = _later(before, after)
    found = []
    for talk in after.talks:
        kinds = {AgendaChange.ADDED}
        if (was := were.get(talk.id)) is not None:
            kinds = _talk_kinds(old, was, new, talk)
            span = then.get(talk.id)
            # With its session it moves anyhow; where that has no times, the order is all there is, and binds nobody.
            if later is not None and now.get(talk.id) != (span and (span[0] + later, span[1] + later)):
                kinds.add(AgendaChange.MOVED)
        if kinds:
            found.append(_talk(talk, kinds, then.get(talk.id), now.get(talk.id), was))
    gone = [one for one in before.talks if one.id not in are]
    return [*found, *(_talk(one, {AgendaChange.REMOVED}, then.get(one.id), None, None) for one in gone)]


def _talk_kinds(old: Agenda, was: Talk, new: Agenda, talk: Talk) -> set[AgendaChange]:
    said = {
        AgendaChange.TITLE: was.title != talk.title,
        AgendaChange.PEOPLE: _who(old, was.roles) != _who(new, talk.roles),
        AgendaChange.DETAIL: (was.kind, was.abstract, was.unit_name) != (talk.kind, talk.abstract, talk.unit_name),
    }
    return {kind for kind, is_so in said.items() if is_so}


def _talk(
    talk: Talk, kinds: Iterable[AgendaChange], then: _Span | None, now: _Span | None, was: Talk | None
) -> TalkChange:
    people = {role.person_id for one in (talk, was) if one is not None for role in one.roles}
    old_starts_at, old_ends_at = then or (None, None)
    new_starts_at, new_ends_at = now or (None, None)
    return TalkChange(
        talk.id,
        talk.title or talk.unit_name,
        _ordered(kinds),
        old_starts_at,
        old_ends_at,
        new_starts_at,
        new_ends_at,
        tuple(sorted(people)),
    )


def _later(before: Session, after: Session) -> timedelta | None:
    if before.starts_at is None or after.starts_at is None:
        return None
    return after.starts_at - before.starts_at


def _room(agenda: Agenda, session: Session) -> tuple[str, ...]:
    """By its name and where that is: another name on the door is another room to whoever looks for it."""
    room = agenda.room.get(session.room_id) if session.room_id is not None else None
    return tuple(text for text in (room.name, room.location) if text) if room else ()


def _said(session: Session) -> tuple[str, str]:
    return session.kind, session.detail


def _who(agenda: Agenda, roles: Iterable[Role]) -> set[tuple[int, str, str]]:
    """Who does what, whatever their order; a person who is called something else is another one to readers."""
    return {(one.person_id, one.role.value, _name(agenda, one.person_id)) for one in roles}


def _named(agenda: Agenda, session: Session) -> list[str]:
    return list(dict.fromkeys(_name(agenda, one.person_id) for one in session.all_roles()))


def _name(agenda: Agenda, person_id: int) -> str:
    person = agenda.person.get(person_id)
    return person.name if person else ""


def _ordered(kinds: Iterable[AgendaChange]) -> tuple[AgendaChange, ...]:
    return tuple(sorted(kinds, key=_RANK.__getitem__))


def _facts(said: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    facts["kinds"] = tuple(AgendaChange(kind) for kind in said["kinds"])
    return facts | {name: datetime.fromisoformat(said[name]) if said[name] else None for name in _TIMES}
