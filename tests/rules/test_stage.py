"""What is on stage, and what a delay does to the rest of the day: a table of cases on one morning.

The morning: A 9:00 to 10:00 with three talks of 20 minutes, B 10:00 to 10:30, C 10:30 to 11:00, all in the hall (1);
P 10:00 to 10:45 in room 2; N 23:50 to 0:20 without a room; the next day D 9:00 to 9:30.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conference.rules import stage
from conference.rules.agenda import Agenda, Room, Session, Talk
from conference.rules.stage import Call, Delay
from conference.rules.stage_releases import Earlier
from conference.vocabulary import AgendaKind, TalkKind

ZONE = "Asia/Shanghai"
A, B, C, P, N, D = 1, 2, 3, 4, 5, 6
NAMES = "-ABCPND"


def at(text: str, day: int = 19) -> datetime:
    hour, _, minute = text.partition(":")
    return datetime(2023, 7, day, int(hour), int(minute), tzinfo=ZoneInfo(ZONE))


def item(id_: int, starts: str, minutes: int, room: int | None = 1, *, day: int = 19, talks: int = 0) -> Session:
    begins = at(starts, day)
    said = tuple(Talk(id_ * 10 + n, TalkKind.EXPERIENCE, minutes=minutes // talks) for n in range(1, talks + 1))
    return Session(
        id_,
        AgendaKind.OTHER,
        NAMES[id_],
        starts_at=begins,
        ends_at=begins + timedelta(minutes=minutes),
        room_id=room,
        talks=said,
    )


DAY = Agenda(
    sessions=(
        item(A, "9:00", 60, talks=3),
        item(B, "10:00", 30),
        item(P, "10:00", 45, room=2),
        item(C, "10:30", 30),
        item(N, "23:50", 30, room=None),
        item(D, "9:00", 30, day=20),
        Session(7, AgendaKind.OTHER, "untimed"),
    )
)


def times(agenda: Agenda, *ids: int) -> str:
    def one(session: Session) -> str:
        assert session.starts_at
        assert session.ends_at
        assert session.starts_at < session.ends_at
        return f"{NAMES[session.id]} {session.starts_at:%H:%M}-{session.ends_at:%H:%M}"

    return " ".join(one(agenda.session[id_]) for id_ in ids)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # Before it begins: it and all after it that day, whatever the room; what was before it and the next day stay.
        ([(B, 15, "8:00")], "A 09:00-10:00 B 10:15-10:45 P 10:15-11:00 C 10:45-11:15 N 00:05-00:35 D 09:00-09:30"),
        ([(B, -5, "8:00")], "A 09:00-10:00 B 09:55-10:25 P 09:55-10:40 C 10:25-10:55 N 23:45-00:15 D 09:00-09:30"),
        ([(A, 10, "8:00"), (C, 5, "8:01")], "A 09:10-10:10 B 10:10-10:40 P 10:10-10:55 C 10:45-11:15 N 00:05-00:35"),
        ([(A, 10, "8:00"), (A, -10, "8:01")], "A 09:00-10:00 B 10:00-10:30 P 10:00-10:45 C 10:30-11:00"),
        # While it is on: its end alone.
        ([(A, 15, "9:30")], "A 09:00-10:15 B 10:15-10:45 P 10:15-11:00 C 10:45-11:15"),
        ([(A, -5, "9:30")], "A 09:00-09:55 B 09:55-10:25 P 09:55-10:40 C 10:25-10:55"),
        ([(A, -120, "9:30")], "A 09:00-09:01 B 08:00-08:30"),
        # Over its time: it is not over, nor has begun what comes after it in its room; in the other one it has.
        ([(A, 15, "10:05")], "A 09:00-10:15 B 10:15-10:45 P 10:00-11:00 C 10:45-11:15"),
        # What is over stays.
        ([(A, 15, "10:50")], "A 09:00-10:15 B 10:00-10:30 P 10:00-10:45 C 10:45-11:15"),
        ([(C, 15, "10:50")], "A 09:00-10:00 B 10:00-10:30 P 10:00-10:45 C 10:30-11:15"),
        ([(B, 15, "10:40")], "A 09:00-10:00 B 10:00-10:45 P 10:00-11:00 C 10:45-11:15"),
        # Past midnight it still belongs to its day: the next day's delays leave it alone.
        ([(N, 30, "22:00"), (D, 10, "22:01")], "N 00:20-00:50 D 09:10-09:40"),
        # Nothing to move.
        ([(7, 15, "8:00"), (99, 15, "8:00")], "A 09:00-10:00 B 10:00-10:30 D 09:00-09:30"),
    ],
)
def test_a_delay_ripples(told: list[tuple[int, int, str]], expected: str) -> None:
    later = stage.delayed(DAY, [Delay(id_, minutes, at(when)) for id_, minutes, when in told], ZONE)
    assert times(later, *(NAMES.index(name) for name in expected.split()[::2])) == expected


@pytest.mark.parametrize(
    ("delay", "calls", "talks"),
    [
        ((A, 10, "8:00"), [], "09:10 09:30 09:50 10:10"),
        # The talk that is on takes it up; with negative minutes as well, but it keeps a minute.
        ((A, 10, "9:30"), [], "09:00 09:20 09:50 10:10"),
        ((A, -5, "9:30"), [], "09:00 09:20 09:35 09:55"),
        ((A, -30, "9:30"), [], "09:00 09:20 09:21 09:41"),
        ((A, 10, "10:05"), [], "09:00 09:20 09:40 10:10"),
        # The first talk was still called when the second should have been on.
        ((A, 15, "9:25"), [(A, 11, "9:00")], "09:00 09:35 09:55 10:15"),
        # The second one was called twelve minutes late: it began then.
        ((A, 12, "9:32"), [(A, 11, "9:00"), (A, 12, "9:32")], "09:00 09:32 09:52 10:12"),
        ((A, 20, "9:34"), [(A, 11, "9:00"), (A, 12, "9:32")], "09:00 09:32 10:00 10:20"),
        # The whole session was.
        ((A, 12, "9:12"), [(A, None, "9:12")], "09:12 09:32 09:52 10:12"),
        ((A, 12, "9:12"), [(A, 11, "9:12")], "09:12 09:32 09:52 10:12"),
        ((A, 20, "9:30"), [(A, 11, "9:05")], "09:05 09:40 10:00 10:20"),
    ],
)
def test_talks_follow_a_delay(
    delay: tuple[int, int, str], calls: list[tuple[int, int | None, str]], talks: str
) -> None:
    told = Delay(delay[0], delay[1], at(delay[2]))
    later = stage.delayed(DAY, [told], ZONE, [Call(id_, talk, at(when)) for id_, talk, when in calls])
    found = list(later.session[A].talk_times().values())
    assert " ".join(f"{moment:%H:%M}" for moment in [*(begins for begins, _ in found), found[-1][1]]) == talks


@pytest.mark.parametrize(
    ("calls", "now", "session", "talk", "by_hand", "following"),
    [
        # The clock.
        ([], "8:59", None, None, False, A),
        ([], "9:00", A, 11, False, B),
        ([], "9:20", A, 12, False, B),
        ([], "10:29", B, None, False, C),
        ([], "10:40", C, None, False, N),
        ([], "12:00", None, None, False, N),
        # A call before its time, and one that goes on after its time: what comes after it has not begun.
        ([(A, 11, "8:55")], "8:56", A, 11, True, B),
        ([(A, 13, "9:40")], "10:05", A, 13, True, B),
        ([(C, None, "10:05")], "10:10", C, None, True, N),
        ([(C, None, "9:30")], "9:31", C, None, True, B),
        # It holds for the rest of its session and ten minutes more, from when it was made.
        ([(A, 13, "9:40")], "10:09", A, 13, True, B),
        ([(A, 13, "9:40")], "10:10", B, None, False, C),
        ([(A, 11, "9:12")], "10:21", A, 11, True, B),
        ([(A, 11, "9:12")], "10:22", B, None, False, C),
        ([(7, None, "9:00")], "10:09", 7, None, True, C),
        ([(7, None, "9:00")], "10:10", B, None, False, C),
        # The last one counts, also where it gives back to the clock or names what is on the agenda no more.
        ([(A, 11, "9:00"), (A, 12, "9:15")], "9:16", A, 12, True, B),
        ([(A, 13, "9:05"), (None, None, "9:06")], "9:07", A, 11, False, B),
        ([(A, 13, "9:05"), (99, None, "9:06")], "9:07", A, 11, False, B),
        ([(A, 13, "9:05"), (B, None, "9:30")], "9:07", A, 13, True, B),
    ],
)
def test_what_is_on_stage(
    calls: list[tuple[int | None, int | None, str]],
    now: str,
    session: int | None,
    talk: int | None,
    by_hand: bool,
    following: int,
) -> None:
    found = stage.now(DAY, [Call(id_, talk_id, at(when)) for id_, talk_id, when in calls], now=at(now))
    said = (found.session and found.session.id, found.talk and found.talk.id, found.by_hand)
    assert said == (session, talk, by_hand)
    assert found.next is not None
    assert found.next.id == following


def test_each_room_has_its_own_and_what_is_called_stands_first() -> None:
    called = stage.now(DAY, [Call(A, 13, at("9:50"))], now=at("10:05"))
    assert [one.id for one in stage.running(DAY, called, now=at("10:05"))] == [A, P]
    by_clock = stage.now(DAY, [], now=at("10:05"))
    assert [one.id for one in stage.running(DAY, by_clock, now=at("10:05"))] == [B, P]
    second_first = replace(DAY, rooms=(Room(2, "二号厅"), Room(1, "大礼堂")))
    found = stage.now(second_first, [], now=at("10:35"))
    assert [one.id for one in stage.running(second_first, found, now=at("10:35"))] == [P, C]
    nothing = stage.now(DAY, [], now=at("12:00"))
    assert stage.running(DAY, nothing, now=at("12:00")) == []


def test_what_a_delay_would_move_is_told_in_order() -> None:
    later = stage.delayed(DAY, [Delay(B, 15, at("9:00"))], ZONE)
    assert [new.id for _, new in stage.moves(DAY, later)] == [B, P, C, N]
    assert stage.moves(DAY, DAY) == []


def test_a_delay_moves_nothing_that_a_later_release_added_or_retimed() -> None:
    told = [Delay(A, 10, at("8:00")), Delay(B, 15, at("9:00")), Delay(C, 5, at("9:40"))]
    old = replace(DAY, sessions=tuple(one for one in DAY.sessions if one.id != P))  # P comes with the next release
    new = replace(
        DAY,
        sessions=tuple(one.moved(timedelta(minutes=25)) if one.id == B else one for one in DAY.sessions),
    )
    later = stage.delayed(new, told, ZONE, earlier=[Earlier(old, at("9:30"))])
    assert times(later, A, B, P, C, N) == "A 09:10-10:10 B 10:25-10:55 P 10:00-10:45 C 11:00-11:30 N 00:20-00:50"
    gone = replace(DAY, sessions=tuple(one for one in DAY.sessions if one.id != B))
    assert times(stage.delayed(gone, told[1:2], ZONE, earlier=[Earlier(DAY, at("9:30"))]), C) == "C 10:45-11:15"


def test_a_talk_that_took_a_delay_up_keeps_it_in_the_next_release() -> None:
    told = [Delay(A, 10, at("9:30"))]
    (named,) = (replace(one, title="named") for one in DAY.sessions if one.id == A)
    new = replace(DAY, sessions=(named, *DAY.sessions[1:]))
    later = stage.delayed(new, told, ZONE, earlier=[Earlier(DAY, at("9:35"))])
    assert [talk.minutes for talk in later.session[A].talks] == [20, 30, 20]
    assert (later.session[A].title, times(later, A, B)) == ("named", "A 09:00-10:10 B 10:10-10:40")
