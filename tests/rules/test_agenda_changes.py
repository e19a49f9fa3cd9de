"""What a release makes different: a table of cases, who is touched, and how sequences and what is gone follow."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import agenda_changes
from conference.rules import agenda_releases as releases
from conference.rules.agenda import Agenda, Gone, Person, Role, Room, Session, Talk, written
from conference.rules.agenda import read as agenda_of
from conference.vocabulary import AgendaChange, AgendaKind, AgendaRoleKind, MeetingStatus, Refusal, TalkKind

C = AgendaChange
NINE = datetime(2023, 7, 19, 1, 0, tzinfo=UTC)
CHAIR, FIRST, SECOND, EXPERT = 1, 2, 3, 4
HALL, ROOM = Room(1, "大礼堂", "一楼"), Room(2, "二号厅")
PEOPLE = (Person(CHAIR, "刘颖"), Person(FIRST, "林一"), Person(SECOND, "白川"), Person(EXPERT, "孙立"))


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def speaks(*people: int) -> tuple[Role, ...]:
    return tuple(Role(one, AgendaRoleKind.SPEAKER) for one in people)


TALKS = (
    Talk(11, TalkKind.EXPERIENCE, "社区好管家", minutes=20, roles=speaks(FIRST)),
    Talk(12, TalkKind.EXPERIENCE, "多民族社区", minutes=20, roles=speaks(SECOND)),
)
OPENING = Session(
    1,
    AgendaKind.SPEECH,
    "主旨发言",
    starts_at=at(0),
    ends_at=at(60),
    room_id=1,
    roles=(Role(CHAIR, AgendaRoleKind.CHAIR),),
    talks=TALKS,
)
TEA = Session(2, AgendaKind.BREAK, "茶歇", starts_at=at(60), ends_at=at(75), room_id=1)
UNTIMED = Session(3, AgendaKind.OTHER, "自由参观", talks=(Talk(31, TalkKind.SPEECH, roles=speaks(EXPERT)),))
AGENDA = Agenda((HALL, ROOM), PEOPLE, (OPENING, TEA, UNTIMED))


def with_opening(**facts: object) -> Agenda:
    return replace(AGENDA, sessions=(replace(OPENING, **facts), TEA, UNTIMED))  # type: ignore[arg-type]


def with_talk(**facts: object) -> Agenda:
    return with_opening(talks=(replace(TALKS[0], **facts), TALKS[1]))  # type: ignore[arg-type]


ALL_OF_IT = {CHAIR, FIRST, SECOND}
CASES = {
    "nothing": (AGENDA, {}),
    "another order": (replace(AGENDA, sessions=(UNTIMED, TEA, OPENING)), {}),
    "roles in another order": (replace(AGENDA, people=tuple(reversed(PEOPLE))), {}),
    "a position and a portrait": (
        replace(AGENDA, people=(replace(PEOPLE[0], position="局长", about="…", portrait_id=9), *PEOPLE[1:])),
        {},
    ),
    "added": (
        replace(AGENDA, sessions=(*AGENDA.sessions, Session(4, AgendaKind.VISIT, "参访", roles=speaks(EXPERT)))),
        {4: ((C.ADDED,), {EXPERT})},
    ),
    "removed": (replace(AGENDA, sessions=(TEA, UNTIMED)), {1: ((C.REMOVED,), ALL_OF_IT)}),
    "moved": (with_opening(starts_at=at(15), ends_at=at(75)), {1: ((C.MOVED,), ALL_OF_IT)}),
    "longer": (with_opening(ends_at=at(75)), {1: ((C.MOVED,), ALL_OF_IT)}),
    "without a time": (with_opening(starts_at=None, ends_at=None), {1: ((C.MOVED,), ALL_OF_IT)}),
    "another room": (with_opening(room_id=2), {1: ((C.ROOM,), ALL_OF_IT)}),
    "the room is called otherwise": (
        replace(AGENDA, rooms=(replace(HALL, name="第一会议厅"), ROOM)),
        {1: ((C.ROOM,), ALL_OF_IT), 2: ((C.ROOM,), set())},
    ),
    "title": (with_opening(title="主旨发言和交流"), {1: ((C.TITLE,), ALL_OF_IT)}),
    "detail": (with_opening(detail="请提前十分钟入场"), {1: ((C.DETAIL,), ALL_OF_IT)}),
    "one has to sign up now": (with_opening(capacity=40), {1: ((C.PLACES,), ALL_OF_IT)}),
    "not online": (with_opening(online=False), {1: ((C.ONLINE,), ALL_OF_IT)}),
    "another chair": (
        with_opening(roles=(Role(EXPERT, AgendaRoleKind.CHAIR),)),
        {1: ((C.PEOPLE,), {CHAIR, EXPERT})},
    ),
    "the chair is called otherwise": (
        replace(AGENDA, people=(replace(PEOPLE[0], name="王春"), *PEOPLE[1:])),
        {1: ((C.PEOPLE,), {CHAIR})},
    ),
    "two things": (
        with_opening(title="主旨", starts_at=at(15), ends_at=at(75)),
        {1: ((C.MOVED, C.TITLE), ALL_OF_IT)},
    ),
    "another speaker": (with_talk(roles=speaks(EXPERT)), {1: ((C.PEOPLE,), {CHAIR, FIRST, EXPERT})}),
    "a talk's title": (with_talk(title="管家"), {1: ((C.DETAIL,), {CHAIR, FIRST})}),
    "a talk's unit": (with_talk(unit_name="垦利区民政局"), {1: ((C.DETAIL,), {CHAIR, FIRST})}),
    "a longer talk moves the next": (with_talk(minutes=30), {1: ((C.DETAIL,), {CHAIR, FIRST, SECOND})}),
    "a talk less": (with_opening(talks=TALKS[:1]), {1: ((C.PEOPLE, C.DETAIL), {CHAIR, SECOND})}),
    "talks the other way round": (with_opening(talks=TALKS[::-1]), {1: ((C.DETAIL,), {CHAIR, FIRST, SECOND})}),
    "a talk more, where nothing has a time": (
        replace(AGENDA, sessions=(OPENING, TEA, replace(UNTIMED, talks=(*UNTIMED.talks, TALKS[1])))),
        {3: ((C.PEOPLE, C.DETAIL), {SECOND})},
    ),
}


@pytest.mark.parametrize(("new", "expected"), CASES.values(), ids=CASES.keys())
def test_what_is_different_and_whom_it_touches(
    new: Agenda, expected: dict[int, tuple[tuple[AgendaChange, ...], set[int]]]
) -> None:
    found = agenda_changes.between(AGENDA, new)
    assert {one.session_id: (one.kinds, set(one.person_ids)) for one in found} == expected
    assert agenda_changes.read(json.loads(json.dumps(agenda_changes.written(found)))) == found


def test_talks_that_move_with_their_session_are_not_named_one_by_one() -> None:
    [change] = agenda_changes.between(AGENDA, with_opening(starts_at=at(15), ends_at=at(75)))
    assert (change.old_starts_at, change.new_starts_at, change.talks) == (at(0), at(15), ())


def test_how_many_places_there_are_is_no_news() -> None:
    assert agenda_changes.between(with_opening(capacity=40), with_opening(capacity=50)) == []


def test_of_a_session_without_times_the_order_of_talks_binds_nobody() -> None:
    untimed = replace(OPENING, starts_at=None, ends_at=None)
    agenda = replace(AGENDA, sessions=(untimed,))
    turned = replace(AGENDA, sessions=(replace(untimed, talks=TALKS[::-1]),))
    assert agenda_changes.between(agenda, turned) == []


def test_changes_stand_in_the_order_of_their_times() -> None:
    late = Session(9, AgendaKind.AWARD, "颁证", starts_at=at(90), ends_at=at(99))
    new = replace(AGENDA, sessions=(replace(UNTIMED, title="参观"), late, replace(TEA, title="茶")))
    assert [one.session_id for one in agenda_changes.between(AGENDA, new)] == [1, 2, 9, 3]


def test_names_of_those_who_came_and_went() -> None:
    [change] = agenda_changes.between(AGENDA, with_talk(roles=speaks(EXPERT)))
    assert (change.joined, change.left) == (("孙立",), ("林一",))


def test_that_two_entries_were_made_one_is_no_news() -> None:
    """One entry of that name was kept, of the two that stood there or of the one that nobody had put to anything."""
    kept = Person(9, "林一", "主任", None, "垦利区民政局")
    now = replace(with_talk(roles=speaks(9)), people=(PEOPLE[0], *PEOPLE[2:], kept))
    assert agenda_changes.between(AGENDA, now) == []
    both = replace(OPENING, roles=speaks(CHAIR, 9))
    twins = replace(AGENDA, people=(*PEOPLE, kept), sessions=(both, TEA, UNTIMED))
    one = replace(now, sessions=(replace(both, talks=now.sessions[0].talks), TEA, UNTIMED))
    assert agenda_changes.between(twins, one) == []


@pytest.mark.parametrize("other", [Person(9, "林一二"), Person(9, "林一", "", None, "河口区民政局")])
def test_another_name_or_another_unit_is_another_person(other: Person) -> None:
    here = replace(AGENDA, people=(PEOPLE[0], replace(PEOPLE[1], unit_name="垦利区民政局"), *PEOPLE[2:]))
    there = replace(with_talk(roles=speaks(9)), people=(PEOPLE[0], *PEOPLE[2:], other))
    [change] = agenda_changes.between(here, there)
    assert (change.kinds, change.person_ids) == ((C.PEOPLE,), (CHAIR, FIRST, 9))


def test_sequences_count_the_changes_and_what_went_comes_back_further_than_it_left() -> None:
    first = releases.following(None, AGENDA)
    assert [one.sequence for one in first.sessions] == [0, 0, 0]
    moved = releases.following(first, with_opening(starts_at=at(5), ends_at=at(65)))
    assert [one.sequence for one in moved.sessions] == [1, 0, 0]
    without = releases.following(moved, replace(AGENDA, sessions=(TEA,)))
    assert without.gone == (Gone(1, "主旨发言", at(5), at(65), 2),)  # what never had a time, no calendar has
    still = releases.following(without, replace(AGENDA, sessions=(replace(TEA, title="茶"),)))
    assert (still.gone, [one.sequence for one in still.sessions]) == (without.gone, [1])
    back = releases.following(still, AGENDA)
    assert back.gone == ()
    assert {one.id: one.sequence for one in back.sessions} == {1: 3, 2: 2, 3: 0}
    assert agenda_of(json.loads(json.dumps(written(without)))) == without


def test_a_session_that_loses_its_time_is_gone_from_calendars_until_it_has_one() -> None:
    first = releases.following(None, AGENDA)
    lost = releases.following(first, with_opening(starts_at=None, ends_at=None))
    assert lost.gone == (Gone(1, "主旨发言", at(0), at(60), 1),)
    taken = releases.following(lost, replace(AGENDA, sessions=(TEA, UNTIMED)))
    assert taken.gone == lost.gone
    again = releases.following(lost, AGENDA)
    assert (again.gone, again.session[1].sequence) == ((), 2)


def test_a_release_speaks_of_nobody_who_does_nothing_and_of_no_room_that_is_not_used() -> None:
    spare = replace(AGENDA, people=(*PEOPLE, Person(9, "候选人")), rooms=(HALL, ROOM, Room(9, "备用")))
    found = releases.following(None, spare)
    assert ([one.id for one in found.people], [one.id for one in found.rooms]) == ([1, 2, 3, 4], [1])
    assert releases.same(found, spare)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (None, Agenda(), True),
        (None, AGENDA, False),
        (AGENDA, AGENDA, True),
        (AGENDA, replace(AGENDA, sessions=(TEA, OPENING, UNTIMED)), False),
        (AGENDA, replace(AGENDA, people=(replace(PEOPLE[0], position="局长"), *PEOPLE[1:])), False),
        (AGENDA, Agenda(), False),
    ],
)
def test_whether_anybody_would_see_anything_else(old: Agenda | None, new: Agenda, same: bool) -> None:
    assert releases.same(old and releases.following(None, old), new) is same


@pytest.mark.parametrize(
    ("status", "same", "refusal"),
    [
        (MeetingStatus.DRAFT, False, None),
        (MeetingStatus.CLOSED, False, None),
        (MeetingStatus.OPEN, True, Refusal.NOTHING_TO_RELEASE),
        (MeetingStatus.ARCHIVED, False, Refusal.MEETING_OVER),
    ],
)
def test_when_there_can_be_a_release(status: MeetingStatus, same: bool, refusal: Refusal | None) -> None:
    assert releases.refusal_to_release(status, is_draft_same=same) is refusal
