"""Polls: one voice a person, as long as it is open; who chose what is nobody else's."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AccessLink, Activity, Meeting, Poll, PollChoice
from conference.rules.polls import Asked
from conference.services import (
    delegates,
    links,
    merging,
    own_data,
    poll_board,
    poll_desk,
    poll_making,
    polls,
    registration,
)
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import (
    Fault,
    Malformed,
    MeetingStatus,
    Missing,
    Mode,
    Origin,
    PollKind,
    PollState,
    Refusal,
    Refused,
)
from tests.cast import Cast

PLACES = Asked(PollKind.ONE, "下一届在哪里开？", ("大同", "垦利", "玉泉"))
TOPICS = Asked(PollKind.SEVERAL, "想多听什么？", ("养老", "物业", "协商"), 2)


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


@pytest.fixture
def poll_id(cast: Cast, doing: Doing) -> int:
    return opened(cast, PLACES, doing)


def opened(cast: Cast, asked: Asked, doing: Doing) -> int:
    return poll_making.start(cast.meeting_id, poll_making.prepare(cast.meeting_id, asked, doing).id, doing).id


def choices(poll_id: int) -> set[tuple[int, int]]:
    rows = db.session().execute(
        sa.select(PollChoice.delegate_id, PollChoice.option).where(PollChoice.poll_id == poll_id)
    )
    return {(who, option) for who, option in rows}


def test_the_last_choice_of_a_person_counts(cast: Cast, poll_id: int, doing: Doing, now: datetime) -> None:
    choose = polls.choose
    assert choose(cast.meeting_id, poll_id, cast.liran_id, [0], now=now) is True
    assert choose(cast.meeting_id, poll_id, cast.wangmin_id, [0], now=now) is True
    assert choose(cast.meeting_id, poll_id, cast.liran_id, [2], now=now) is True
    assert choose(cast.meeting_id, poll_id, cast.liran_id, [2], now=now + timedelta(minutes=1)) is False
    assert choices(poll_id) == {(cast.liran_id, 2), (cast.wangmin_id, 0)}
    assert polls.mine(cast.meeting_id, cast.liran_id) == {poll_id: (2,)}
    assert polls.mine(cast.meeting_id, cast.chenzhuo_id) == {}
    several = opened(cast, TOPICS, doing)
    choose(cast.meeting_id, several, cast.liran_id, [2, 0], now=now)
    assert polls.mine(cast.meeting_id, cast.liran_id) == {poll_id: (2,), several: (0, 2)}


@pytest.mark.parametrize(
    ("chosen", "fault"), [([], Fault.REQUIRED), ([3], Fault.UNKNOWN_CHOICE), ([0, 1], Fault.TOO_MANY)]
)
def test_what_cannot_be_chosen_is_refused_and_leaves_what_was(
    cast: Cast, poll_id: int, now: datetime, chosen: list[int], fault: Fault
) -> None:
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [1], now=now)
    with pytest.raises(Malformed) as malformed:
        polls.choose(cast.meeting_id, poll_id, cast.liran_id, chosen, now=now)
    assert malformed.value.faults == {"option": fault}
    assert choices(poll_id) == {(cast.liran_id, 1)}


def test_who_and_when(cast: Cast, poll_id: int, doing: Doing, now: datetime) -> None:
    draft = poll_making.prepare(cast.meeting_id, PLACES, doing).id
    for poll, who in ((draft, cast.liran_id), (poll_id, 10**6)):
        with pytest.raises(Missing):
            polls.choose(cast.meeting_id, poll, who, [0], now=now)
    with pytest.raises(Missing):
        polls.choose(cast.meeting_id + 1, poll_id, cast.liran_id, [0], now=now)
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    with pytest.raises(Refused) as refused:
        polls.choose(cast.meeting_id, poll_id, cast.chenzhuo_id, [0], now=now)
    assert refused.value.refusal is Refusal.NOT_ACTIVE
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [0], now=now)
    poll_making.close(cast.meeting_id, poll_id, doing)
    for again in ([0], [1]):
        with pytest.raises(Refused) as refused:
            polls.choose(cast.meeting_id, poll_id, cast.liran_id, again, now=now)
        assert refused.value.refusal is Refusal.POLL_NOT_OPEN
    poll_making.start(cast.meeting_id, poll_id, doing)
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [1], now=now)
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    with pytest.raises(Refused) as refused:
        polls.choose(cast.meeting_id, poll_id, cast.liran_id, [2], now=now)
    assert refused.value.refusal is Refusal.POLL_NOT_OPEN
    assert choices(poll_id) == {(cast.liran_id, 1)}


def test_it_is_changed_and_taken_away_until_the_first_vote(
    cast: Cast, poll_id: int, doing: Doing, now: datetime
) -> None:
    more = Asked(PollKind.ONE, PLACES.title, (*PLACES.options, "成都"))
    seen = poll_making.stamp(db.session().get_one(Poll, poll_id))
    poll_making.change(cast.meeting_id, poll_id, more, doing, seen=seen)
    with pytest.raises(Refused) as refused:
        poll_making.change(cast.meeting_id, poll_id, PLACES, doing, seen=seen)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [3], now=now)
    for deed in (
        lambda: poll_making.change(cast.meeting_id, poll_id, PLACES, doing),
        lambda: poll_making.take_away(cast.meeting_id, poll_id, doing),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is Refusal.POLL_VOTED
    poll_making.change(cast.meeting_id, poll_id, more, doing)  # nothing of it is another
    copied = poll_making.copy(cast.meeting_id, poll_id, doing)
    assert (copied.state, tuple(copied.options)) == (PollState.DRAFT, more.options)
    poll_making.take_away(cast.meeting_id, copied.id, doing)
    assert set(db.session().scalars(sa.select(Poll.id))) == {poll_id}


def test_nothing_is_begun_once_the_meeting_is_over(cast: Cast, poll_id: int, doing: Doing) -> None:
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    for deed in (
        lambda: poll_making.prepare(cast.meeting_id, PLACES, doing),
        lambda: poll_making.start(cast.meeting_id, poll_id, doing),
        lambda: poll_making.copy(cast.meeting_id, poll_id, doing),
        lambda: poll_making.show_result(cast.meeting_id, poll_id, doing),
        lambda: poll_making.hide_result(cast.meeting_id, poll_id, doing),
        lambda: poll_making.take_away(cast.meeting_id, poll_id, doing),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is Refusal.MEETING_OVER
    assert poll_making.close(cast.meeting_id, poll_id, doing).state is PollState.CLOSED


def test_everybody_sees_open_ones_and_results_that_are_shown(cast: Cast, doing: Doing, now: datetime) -> None:
    def shown(at: datetime = now) -> list[tuple[int, PollState, tuple[int, ...] | None]]:
        poll_board.forget()
        board = poll_board.board(cast.meeting_id, now=at)
        return [(one.id, one.state, one.result.counts if one.result else None) for one in board.polls]

    draft = poll_making.prepare(cast.meeting_id, PLACES, doing).id
    assert shown() == []
    poll_making.start(cast.meeting_id, draft, doing)
    polls.choose(cast.meeting_id, draft, cast.liran_id, [1], now=now)
    assert shown() == [(draft, PollState.OPEN, None)]
    poll_making.show_result(cast.meeting_id, draft, doing)
    assert shown() == [(draft, PollState.OPEN, (0, 1, 0))]
    poll_making.hide_result(cast.meeting_id, draft, doing)
    poll_making.close(cast.meeting_id, draft, doing)
    second = opened(cast, TOPICS, doing)
    assert shown() == [(second, PollState.OPEN, None), (draft, PollState.CLOSED, None)]
    assert shown(now + timedelta(hours=2)) == [(second, PollState.OPEN, None)]
    poll_making.show_result(cast.meeting_id, draft, doing)
    assert shown(now + timedelta(hours=2)) == [(second, PollState.OPEN, None), (draft, PollState.CLOSED, (0, 1, 0))]


def test_what_everybody_sees_is_kept_for_a_moment_but_not_by_a_write(
    cast: Cast, poll_id: int, doing: Doing, now: datetime
) -> None:
    poll_making.show_result(cast.meeting_id, poll_id, doing)
    before = poll_board.board(cast.meeting_id, now=now)
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [1], now=now)
    assert poll_board.board(cast.meeting_id, now=now) is before
    with db.transaction():
        inside = poll_board.board(cast.meeting_id, now=now)
    assert [one.result and one.result.people for one in inside.polls] == [1]
    assert inside.version != before.version
    assert poll_board.board(cast.meeting_id, now=now) is before
    poll_making.close(cast.meeting_id, poll_id, doing)  # a deed of the desk is seen at once
    assert [one.state for one in poll_board.board(cast.meeting_id, now=now).polls] == [PollState.CLOSED]


def test_a_small_group_is_not_told_apart(cast: Cast, poll_id: int, doing: Doing, now: datetime) -> None:
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [0], now=now)
    polls.choose(cast.meeting_id, poll_id, cast.wangmin_id, [1], now=now)
    few = poll_desk.one(cast.meeting_id, poll_id, now=now)
    assert (few.result.counts, few.voters) == ((1, 1, 0), {Mode.IN_PERSON: 1, Mode.ONLINE: 1})
    assert few.may_split is False
    for n in range(8):
        mode = Mode.ONLINE if n % 2 else Mode.IN_PERSON
        entry = registration.Entry(f"代表{n}", cast.kenli_id, mode, phone=f"1391000{n:04}", position="科员")
        made = registration.register(
            cast.meeting_id, entry, actor=SYSTEM, origin=Origin.LIAISON, public_url=cast.public_url, now=now
        )
        assert made.delegate_id is not None
        polls.choose(cast.meeting_id, poll_id, made.delegate_id, [2], now=now)
    many = poll_desk.one(cast.meeting_id, poll_id, now=now)
    assert many.may_split is True
    assert {mode: result.counts for mode, result in many.by_mode.items()} == {
        Mode.IN_PERSON: (1, 0, 4),
        Mode.ONLINE: (0, 1, 4),
    }


def test_nothing_says_who_chose_what(cast: Cast, poll_id: int, now: datetime) -> None:
    before = db.session().scalar(sa.select(sa.func.count()).select_from(Activity))
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [1], now=now)
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Activity)) == before


def test_the_voice_of_an_erased_person_stays_where_the_result_was_told(
    cast: Cast, poll_id: int, doing: Doing, now: datetime
) -> None:
    closed = opened(cast, TOPICS, doing)
    for poll in (poll_id, closed):
        polls.choose(cast.meeting_id, poll, cast.liran_id, [1], now=now)
    poll_making.close(cast.meeting_id, closed, doing)
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    assert (choices(poll_id), choices(closed)) == (set(), {(cast.liran_id, 1)})


def test_two_places_of_one_person_have_one_voice(cast: Cast, poll_id: int, doing: Doing, now: datetime) -> None:
    other = opened(cast, TOPICS, doing)
    polls.choose(cast.meeting_id, poll_id, cast.liran_id, [1], now=now)
    polls.choose(cast.meeting_id, poll_id, cast.chenzhuo_id, [2], now=now)
    polls.choose(cast.meeting_id, other, cast.chenzhuo_id, [0, 2], now=now)
    merging.merge(cast.meeting_id, cast.liran_id, cast.chenzhuo_id, (), doing)
    assert choices(poll_id) == {(cast.liran_id, 1)}
    assert choices(other) == {(cast.liran_id, 0), (cast.liran_id, 2)}
    with pytest.raises(Refused):
        polls.choose(cast.meeting_id, poll_id, cast.chenzhuo_id, [0], now=now)


def test_ones_own_data_have_ones_own_choices(cast: Cast, doing: Doing, now: datetime) -> None:
    poll = opened(cast, TOPICS, doing)
    polls.choose(cast.meeting_id, poll, cast.liran_id, [0, 2], now=now)
    link = links.by_token(cast.liran_token)
    assert isinstance(link, AccessLink)
    found = own_data.of_link(link, now=now)
    assert [(one.question, one.choices) for one in found.polls] == [(TOPICS.title, ("养老", "协商"))]
    assert TOPICS.title in json.dumps(found.plain(), ensure_ascii=False)
    others = links.by_token(cast.wangmin_token)
    assert isinstance(others, AccessLink)
    assert own_data.of_link(others, now=now).polls == ()
