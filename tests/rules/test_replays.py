"""Where in a recording a talk begins: typed, or by how the day went; and which addresses can be played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import replays, web_links
from conference.rules.agenda import Session, Talk
from conference.rules.replays import Spot
from conference.rules.stage import Call
from conference.vocabulary import AgendaKind, Fault, TalkKind

NINE = datetime(2023, 7, 19, 1, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def session(id_: int, begins: float, ends: float, *talks: tuple[int, int | None]) -> Session:
    told = tuple(Talk(talk, TalkKind.EXPERIENCE, minutes=minutes) for talk, minutes in talks)
    return Session(id_, AgendaKind.SPEECH, "经验交流", starts_at=at(begins), ends_at=at(ends), talks=told)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("", None),
        ("  ", None),
        ("8:05", 485),
        ("08：05", 485),
        ("１:０2:30", 3750),
        ("62:30", 3750),
        ("0:00", 0),
        ("23:59:59", 86399),
        ("24:00:00", Fault.OUT_OF_RANGE),
        ("1:60:00", Fault.NOT_A_MARK),
        ("1:60", Fault.NOT_A_MARK),
        ("90", Fault.NOT_A_MARK),
        ("-1:00", Fault.NOT_A_MARK),
        ("1:02:30:00", Fault.NOT_A_MARK),
        ("²:03", 123),  # whatever a keyboard makes of it
        ("半小时", Fault.NOT_A_MARK),
    ],
)
def test_a_position_is_typed_in_hours_minutes_and_seconds(typed: str, seconds: int | Fault | None) -> None:
    assert replays.seconds(typed) == seconds


@pytest.mark.parametrize("seconds", [0, 59, 60, 3599, 3600, 86399])
def test_what_is_shown_can_be_typed_again(seconds: int) -> None:
    assert replays.seconds(replays.spoken(seconds)) == seconds


def test_what_was_called_began_then_and_what_was_not_follows_from_it() -> None:
    opening = session(1, 0, 60, (11, 20), (12, 20), (13, 20))
    calls = [
        Call(1, 12, at(1.5)),  # a slip: it held for ten seconds
        Call(1, 11, at(1.5) + timedelta(seconds=10)),
        Call(1, 13, at(35)),
    ]
    found = replays.derived([opening, session(2, 60, 90)], calls, at(-5))
    assert found == {
        Spot(1): 400,
        Spot(1, 11): 400,
        Spot(1, 12): 400 + 20 * 60,
        Spot(1, 13): 40 * 60,
        Spot(2): 65 * 60,
    }


def test_a_talk_that_nobody_called_began_no_later_than_the_next_that_was() -> None:
    opening = session(1, 0, 60, (11, 20), (12, 20), (13, 20))
    assert replays.derived([opening], [Call(1, 13, at(15))], at(0)) == {
        Spot(1): 900,  # nothing of it was called before
        Spot(1, 11): 900,
        Spot(1, 12): 900,
        Spot(1, 13): 900,
    }
    unsaid = session(1, 0, 60, (11, None), (12, 20))
    assert replays.derived([unsaid], [], at(0)) == {Spot(1): 0, Spot(1, 11): 0}


def test_what_was_over_before_the_recording_has_no_mark_and_what_was_on_has_its_beginning() -> None:
    day = [
        session(1, -60, -30),
        session(2, -30, 30, (21, 20), (22, 40)),
        session(3, 24 * 60, 25 * 60),  # the next day
    ]
    assert replays.derived(day, [], at(0)) == {Spot(2): 0, Spot(2, 22): 0}


def test_marks_that_run_backwards_are_told() -> None:
    order = [Spot(1), Spot(1, 11), Spot(1, 12), Spot(1, 13)]
    marks = {Spot(1): 0, Spot(1, 11): 600, Spot(1, 13): 300}
    assert replays.backwards(order, marks) == {Spot(1, 13)}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://live.example.org/大同/main.m3u8?key=a%2Fb ", "https://live.example.org/%E5%A4%A7%E5%90%8C/main.m3u8?key=a%2Fb"),
        ("https://10.1.2.3:8443/live", "https://10.1.2.3:8443/live"),
        ("http://localhost:8080/a.m3u8", "http://localhost:8080/a.m3u8"),
        ("http://127.0.0.1/a.m3u8", "http://127.0.0.1/a.m3u8"),
        ("http://live.example.org/a.m3u8", Fault.PLAYS_ONLY_SECURE),
        ("http://localhost.example.org/a.m3u8", Fault.PLAYS_ONLY_SECURE),
        ("javascript:alert(1)", Fault.NOT_A_SECURE_LINK),
        ("JavaScript://localhost/%0aalert(1)", Fault.NOT_A_SECURE_LINK),
        ("rtmp://live.example.org/a", Fault.NOT_A_SECURE_LINK),
        ("https://live.example.org;script-src *", Fault.NOT_A_SECURE_LINK),
        ("https://live.example.org\nhttps://b.example.org", Fault.NOT_A_SECURE_LINK),
        ("https://会.example.org/a", Fault.NOT_A_SECURE_LINK),
        ("https://a:b@live.example.org/a", Fault.LINK_WITH_PASSWORD),
        ("https://live.example.org:99999/", Fault.NOT_A_SECURE_LINK),
        ("", Fault.REQUIRED),
        ("https://live.example.org/" + "a" * 500, Fault.TOO_LONG),
    ],
)  # fmt: skip
def test_an_address_of_a_stream(typed: str, kept: str | Fault) -> None:
    assert web_links.kept(typed, rehearsal=True) == kept


def test_an_outside_room_is_never_plain_and_a_recording_is_one_that_plays() -> None:
    assert web_links.kept("http://localhost/x") is Fault.NOT_A_SECURE_LINK
    assert replays.address("https://media.example.org/a.MP4?sign=1") == "https://media.example.org/a.MP4?sign=1"
    assert replays.plays_here("https://media.example.org/a.MP4?sign=1")
    page = "https://media.example.org/video/BV1.html"
    assert (replays.address(page), replays.plays_here(page)) == (page, False)
    assert replays.address("https://media.example.org/a.flv?sign=1") is Fault.NOT_A_RECORDING
