"""What does not go together on an agenda: cases as a table, and everything at once against the plain definitions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conference.rules import agenda_conflicts
from conference.rules.agenda import Agenda, Role, Room, Session, Talk
from conference.rules.agenda_conflicts import Conflict
from conference.vocabulary import AgendaConflict, AgendaKind, AgendaRoleKind, TalkKind

DAY = datetime(2026, 9, 19, tzinfo=UTC)  # in a zone without daylight saving, eight hours ahead
FIRST, LAST = DAY + timedelta(hours=1), DAY + timedelta(hours=34)
SHANGHAI = "Asia/Shanghai"
WALKS = {1: 0, 2: 5, 3: 10}


def _at(text: str) -> datetime:
    """Hours and minutes after the beginning of the day in UTC; there may be more than 24."""
    hours, minutes = text.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


def _session(line: str) -> Session:
    """`3 visit 9:00-10:00 r2 p7 talk:15:p8`: its id, kind and times (or `-`), room, people, talks with minutes."""
    number, kind, times, *rest = line.split()
    talks = [part.split(":") for part in rest if part.startswith("talk")]
    begins, _, ends = times.partition("-")
    return Session(
        id=int(number),
        kind=AgendaKind(kind),
        title=line,
        starts_at=_at(begins) if begins else None,
        ends_at=_at(ends) if ends else None,
        room_id=next((int(part[1:]) for part in rest if part[0] == "r"), None),
        roles=tuple(Role(int(part[1:]), AgendaRoleKind.CHAIR) for part in rest if part[0] == "p"),
        talks=tuple(
            Talk(
                id=int(number) * 100 + rank,
                kind=TalkKind.EXPERIENCE,
                minutes=int(said[1]) if said[1] else None,
                roles=tuple(Role(int(one[1:]), AgendaRoleKind.SPEAKER) for one in said[2:]),
            )
            for rank, said in enumerate(talks)
        ),
    )


def _found(*lines: str) -> list[str]:
    agenda = Agenda(sessions=tuple(_session(line) for line in lines))
    return [one.key for one in agenda_conflicts.found(agenda, WALKS, starts_at=FIRST, ends_at=LAST, timezone=SHANGHAI)]


CASES: Mapping[str, tuple[list[str], list[str]]] = {
    "nothing": ([], []),
    "one room after the other": (["1 speech 2:00-3:00 r1", "2 speech 3:00-4:00 r1"], []),
    "one room at once": (["1 speech 2:00-3:01 r1", "2 speech 3:00-4:00 r1"], ["room_twice:1-2:r1"]),
    "the later one stands first": (["1 speech 3:00-4:00 r1", "2 speech 2:00-3:01 r1"], ["room_twice:1-2:r1"]),
    "one within the other": (["1 speech 2:00-5:00 r1", "2 award 3:00-4:00 r1"], ["room_twice:1-2:r1"]),
    "two rooms at once": (["1 speech 2:00-3:00 r1", "2 speech 2:00-3:00 r2"], []),
    "no room at once": (["1 speech 2:00-3:00", "2 speech 2:00-3:00"], []),
    "three in one room": (
        ["1 speech 2:00-3:00 r1", "2 speech 2:00-3:00 r1", "3 speech 2:30-3:00 r1"],
        ["room_twice:1-2:r1", "room_twice:1-3:r1", "room_twice:2-3:r1"],
    ),
    "a break in a room in use": (["1 speech 2:00-3:00 r1", "2 break 2:30-3:00 r1"], ["room_twice:1-2:r1"]),
    "a break elsewhere": (["1 speech 2:00-3:00 r1 p7", "2 break 2:30-3:00 r2 p7"], []),
    "over midnight in the meeting's zone": (
        ["1 speech 15:00-17:00 r1", "2 speech 16:30-18:00 r1"],
        ["room_twice:1-2:r1"],
    ),
    "over midnight in UTC": (["1 speech 23:00-25:00 r1", "2 speech 24:30-26:00 r1"], ["room_twice:1-2:r1"]),
    "the same hour of two days": (["1 speech 2:00-3:00 r1 p7", "2 speech 26:00-27:00 r1 p7"], []),
    "a person in two places": (["1 speech 2:00-3:00 p7", "2 award 2:59-4:00 p7"], ["person_twice:1-2:p7"]),
    "a person, one after the other": (["1 speech 2:00-3:00 p7", "2 award 3:00-4:00 p7"], []),
    "two people, each twice": (
        ["1 speech 2:00-3:00 p7 p8", "2 award 2:00-3:00 p8 p7"],
        ["person_twice:1-2:p7", "person_twice:1-2:p8"],
    ),
    "chair and speaker of one session": (["1 exchange 2:00-3:00 p7 talk:10:p7 talk:10:p7"], []),
    "speaks while chairing elsewhere": (
        ["1 exchange 2:00-3:00 talk:10:p8 talk:10:p7", "2 exchange 2:15-3:00 p7"],
        ["person_twice:1-2:p7"],
    ),
    "has spoken when the other begins": (["1 exchange 2:00-3:00 talk:15:p7 talk:10:p8", "2 exchange 2:15-3:00 p7"], []),
    "a talk without minutes takes the session": (
        ["1 exchange 2:00-3:00 talk::p7", "2 exchange 2:45-3:00 p7"],
        ["person_twice:1-2:p7"],
    ),
    "a talk after one without minutes as well": (
        ["1 exchange 2:00-3:00 talk::p8 talk:5:p7", "2 exchange 2:45-3:00 p7"],
        ["person_twice:1-2:p7"],
    ),
    "the way is too long": (["1 speech 2:00-3:00 r2 p7", "2 speech 3:14-4:00 r3 p7"], ["travel:1-2:p7"]),
    "the way is just short enough": (["1 speech 2:00-3:00 r2 p7", "2 speech 3:15-4:00 r3 p7"], []),
    "the way from the main hall": (["1 speech 2:00-3:00 r1 p7", "2 speech 3:04-4:00 r2 p7"], ["travel:1-2:p7"]),
    "no way within a room": (["1 speech 2:00-3:00 r3 p7", "2 speech 3:00-4:00 r3 p7"], []),
    "an unknown place on the way": (
        ["1 speech 2:00-3:00 r2 p7", "2 speech 3:00-3:05 p7", "3 speech 3:05-4:00 r3 p7"],
        ["travel:1-3:p7"],
    ),
    "there and back": (
        ["1 exchange 2:00-3:00 r1 talk:10:p7 talk:20:p8 talk:10:p7", "2 exchange 2:10-2:27 r2 p7"],
        ["travel:1-2:p7"],
    ),
    "in two places and no way between": (
        ["1 speech 2:00-3:00 r1 p7", "2 speech 2:30-2:40 r2 p7", "3 speech 3:00-4:00 r2 p7"],
        ["person_twice:1-2:p7", "travel:1-3:p7"],
    ),
    "a visit at the time of a session": (["1 visit 2:00-5:00", "2 speech 4:00-6:00"], ["visit_overlap:1-2"]),
    "two visits at once": (["1 visit 2:00-5:00", "2 visit 4:00-6:00"], ["visit_overlap:1-2"]),
    "a meal during a visit": (["1 visit 2:00-5:00", "2 break 4:00-4:30"], []),
    "before the meeting": (["1 speech 0:59-2:00"], ["outside_meeting:1"]),
    "after the meeting": (["1 speech 33:00-34:01"], ["outside_meeting:1"]),
    "the whole meeting": (["1 speech 1:00-34:00"], []),
    "talks that fill the session": (["1 exchange 2:00-3:00 talk:30 talk: talk:30"], []),
    "talks that are too long": (["1 exchange 2:00-3:00 talk:30 talk: talk:31"], ["talks_too_long:1"]),
    "without times": (["1 visit - r1 p7 talk:900:p7", "2 visit - r1 p7", "3 speech 2:00-3:00 r1 p7"], []),
    "of no length": (["1 speech 2:30-2:30 r1 p7", "2 speech 2:00-3:00 r1 p7"], []),
}


@pytest.mark.parametrize(("lines", "expected"), [(lines.copy(), keys) for lines, keys in CASES.values()], ids=CASES)
def test_what_does_not_go_together(lines: list[str], expected: list[str]) -> None:
    assert sorted(_found(*lines)) == expected
    assert _found(*reversed(lines)) == _found(*lines)


def test_the_earlier_session_stands_first() -> None:
    agenda = Agenda(sessions=(_session("1 visit 3:00-5:00 r2"), _session("2 speech 2:00-4:00 r2")))
    found = agenda_conflicts.found(agenda, {}, starts_at=FIRST, ends_at=LAST, timezone=SHANGHAI)
    assert found == [
        Conflict(AgendaConflict.ROOM_TWICE, (2, 1), room_id=2),
        Conflict(AgendaConflict.VISIT_OVERLAP, (2, 1)),
    ]


@pytest.mark.parametrize(("last", "outside"), [("40:00", []), ("39:59", ["outside_meeting:1"])])
def test_a_meeting_from_midnight_to_midnight_has_its_last_day(last: str, outside: list[str]) -> None:
    """40:00 of UTC is midnight in Shanghai, on the second day's night."""
    agenda = Agenda(sessions=(_session("1 speech 41:00-64:00"),))
    found = agenda_conflicts.found(agenda, {}, starts_at=_at("-8:00"), ends_at=_at(last), timezone=SHANGHAI)
    assert [one.key for one in found] == outside


_minutes = st.integers(0, 40).map(lambda many: many * 5)
_people = st.lists(st.integers(1, 3), max_size=2).map(
    lambda ids: tuple(Role(one, AgendaRoleKind.CHAIR) for one in sorted(set(ids)))
)
_talks = st.lists(
    st.builds(
        Talk, st.just(0), st.just(TalkKind.EXPERIENCE), minutes=st.none() | st.integers(0, 4).map(lambda n: n * 5),
        roles=_people,
    ),
    max_size=3,
)  # fmt: skip


@st.composite
def _agendas(draw: st.DrawFn) -> Agenda:
    sessions = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        begins = _at("2:00") + timedelta(minutes=draw(_minutes))
        timed = draw(st.booleans()) or draw(st.booleans())
        talks = tuple(
            Talk(number * 100 + rank, one.kind, minutes=one.minutes, roles=one.roles)
            for rank, one in enumerate(draw(_talks))
        )
        sessions.append(
            Session(
                number,
                draw(st.sampled_from([AgendaKind.SPEECH, AgendaKind.VISIT, AgendaKind.BREAK])),
                str(number),
                starts_at=begins if timed else None,
                ends_at=begins + timedelta(minutes=draw(_minutes)) if timed else None,
                room_id=draw(st.none() | st.integers(1, 3)),
                roles=draw(_people),
                talks=talks,
            )
        )
    return Agenda(rooms=tuple(Room(one, str(one)) for one in WALKS), sessions=tuple(sessions))


Stay = tuple[datetime, datetime, Session]


@settings(max_examples=60, deadline=None)
@given(_agendas())
def test_all_are_found_and_nothing_else(agenda: Agenda) -> None:
    """The definitions as they are said, pair by pair, without order or speed."""
    found = agenda_conflicts.found(agenda, WALKS, starts_at=FIRST, ends_at=LAST, timezone=SHANGHAI)
    assert {one.key for one in found} == _by_definition(agenda)
    assert len(found) == len({one.key for one in found})


def _by_definition(agenda: Agenda) -> set[str]:
    keys: set[str] = set()
    whole = [(one.starts_at, one.ends_at, one) for one in agenda.sessions if one.starts_at and one.ends_at]
    for begins, ends, one in whole:
        if begins < FIRST or ends > LAST:
            keys.add(f"outside_meeting:{one.id}")
        if sum(talk.minutes or 0 for talk in one.talks) * 60 > (ends - begins).total_seconds():
            keys.add(f"talks_too_long:{one.id}")
    for one, other in combinations(whole, 2):
        if not _overlap(one, other):
            continue
        if one[2].room_id and one[2].room_id == other[2].room_id:
            keys.add(f"room_twice:{_ids(one, other)}:r{one[2].room_id}")
        kinds = {one[2].kind, other[2].kind}
        if AgendaKind.VISIT in kinds and AgendaKind.BREAK not in kinds:
            keys.add(f"visit_overlap:{_ids(one, other)}")
    return keys.union(*(_of_person(whole, person) for person in (1, 2, 3)))


def _of_person(whole: list[Stay], person: int) -> set[str]:
    keys: set[str] = set()
    stays = [stay for stay in (_stays(one, person) for *_times, one in whole) for stay in stay if stay[0] < stay[1]]
    for one, other in combinations(stays, 2):
        if one[2] is not other[2] and _overlap(one, other):
            keys.add(f"person_twice:{_ids(one, other)}:p{person}")
    rooms = [stay for stay in stays if stay[2].room_id]
    for one in rooms:
        before = [stay for stay in rooms if stay[1] <= one[0]]
        for other in (stay for stay in before if stay[1] == max(end for _begin, end, _session in before)):
            way = WALKS[one[2].room_id or 0] + WALKS[other[2].room_id or 0]
            if one[2].room_id != other[2].room_id and one[0] - other[1] < timedelta(minutes=way):
                keys.add(f"travel:{_ids(one, other)}:p{person}")
    return keys


def _overlap(one: Stay, other: Stay) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _ids(*stays: Stay) -> str:
    return "-".join(str(number) for number in sorted(stay[2].id for stay in stays))


def _stays(session: Session, person: int) -> list[Stay]:
    if session.kind is AgendaKind.BREAK or person not in session.person_ids:
        return []
    assert session.starts_at is not None
    assert session.ends_at is not None
    times = session.talk_times()
    own = [talk.id for talk in session.talks if person in {role.person_id for role in talk.roles}]
    if person in {role.person_id for role in session.roles} or not set(own) <= set(times):
        return [(session.starts_at, session.ends_at, session)]
    return [(*times[talk], session) for talk in own]


def test_many_are_quick() -> None:
    """500 sessions of five talks, rooms and people over and over: well under a tenth of a second of one core."""
    sessions = [
        _session(
            f"{number} exchange {2 + number // 25}:00-{2 + number // 25}:50 r{number % 25 + 1} p{number % 90}"
            + "".join(f" talk:10:p{(number * 5 + talk) % 900}" for talk in range(5))
        )
        for number in range(500)
    ]
    agenda = Agenda(sessions=tuple(sessions))
    walks = {room: room % 12 for room in range(1, 26)}
    spent = []
    for _once in range(3):
        begins = time.process_time()
        found = agenda_conflicts.found(agenda, walks, starts_at=FIRST, ends_at=LAST, timezone=SHANGHAI)
        spent.append(time.process_time() - begins)
    assert found
    assert min(spent) < 0.1
