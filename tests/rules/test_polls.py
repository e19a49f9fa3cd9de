"""What may be put to a vote, what may be chosen, and what choices come to."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import polls
from conference.rules.polls import Asked, Result
from conference.vocabulary import Fault, PollKind, PollState, Refusal

PLACES = ("大同", "垦利", "玉泉")
SCALE = Asked(PollKind.SCALE, "会务怎么样", ("很不满意", "很满意"))
SEVERAL = Asked(PollKind.SEVERAL, "想听什么", PLACES, 2)
ONE = Asked(PollKind.ONE, "下一届在哪里开", PLACES)


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        (ONE, {}),
        (SEVERAL, {}),
        (SCALE, {}),
        (Asked(PollKind.ONE, "", PLACES), {"title": Fault.REQUIRED}),
        (Asked(PollKind.ONE, "题" * 201, PLACES), {"title": Fault.TOO_LONG}),
        (Asked(PollKind.ONE, "哪里", ("大同",)), {"options": Fault.TOO_FEW_CHOICES}),
        (Asked(PollKind.ONE, "几", tuple("一二三四五六七八九十")), {}),
        (Asked(PollKind.ONE, "几", tuple("一二三四五六七八九十百")), {"options": Fault.TOO_MANY}),
        (Asked(PollKind.ONE, "哪里", ("大同", "垦" * 101)), {"options": Fault.TOO_LONG}),
        (Asked(PollKind.ONE, "哪里", ("Ａ 组", "a组")), {"options": Fault.SAME_CHOICE_TWICE}),
        (Asked(PollKind.ONE, "哪里", ("大同", "大\u202e同")), {"options": Fault.FORBIDDEN_CHARACTERS}),
        (Asked(PollKind.ONE, "哪里", PLACES, 2), {"most": Fault.OUT_OF_RANGE}),
        (Asked(PollKind.SEVERAL, "哪里", PLACES, 1), {"most": Fault.OUT_OF_RANGE}),
        (Asked(PollKind.SEVERAL, "哪里", PLACES, 4), {"most": Fault.OUT_OF_RANGE}),
        (Asked(PollKind.SCALE, "怎么样", PLACES), {"options": Fault.TOO_MANY}),
        (Asked(PollKind.SCALE, "怎么样", ("好", "好 ")), {"options": Fault.SAME_CHOICE_TWICE}),
    ],
)
def test_what_can_be_asked(asked: Asked, faults: dict[str, Fault]) -> None:
    assert polls.faults_in(asked) == faults


@pytest.mark.parametrize(
    ("asked", "chosen", "fault"),
    [
        (ONE, [0], None),
        (ONE, [2], None),
        (ONE, [], Fault.REQUIRED),
        (ONE, [3], Fault.UNKNOWN_CHOICE),
        (ONE, [-1], Fault.UNKNOWN_CHOICE),
        (ONE, [0, 1], Fault.TOO_MANY),
        (ONE, [1, 1], None),
        (SEVERAL, [0, 2], None),
        (SEVERAL, [0, 1, 2], Fault.TOO_MANY),
        (SCALE, [4], None),
        (SCALE, [5], Fault.UNKNOWN_CHOICE),
    ],
)
def test_what_can_be_chosen(asked: Asked, chosen: list[int], fault: Fault | None) -> None:
    assert polls.fault_in_choice(asked, chosen) == fault


@pytest.mark.parametrize(
    ("state", "is_over", "refusal"),
    [
        (PollState.OPEN, False, None),
        (PollState.OPEN, True, Refusal.POLL_NOT_OPEN),
        (PollState.DRAFT, False, Refusal.POLL_NOT_OPEN),
        (PollState.CLOSED, False, Refusal.POLL_NOT_OPEN),
    ],
)
def test_when_it_can_be_chosen(state: PollState, is_over: bool, refusal: Refusal | None) -> None:
    assert polls.refusal_to_choose(state, is_over=is_over) == refusal


@pytest.mark.parametrize(
    ("asked", "counts", "people", "result"),
    [
        (ONE, {}, 0, Result((0, 0, 0), 0, (0, 0, 0))),
        (ONE, {0: 1, 1: 1, 2: 1}, 3, Result((1, 1, 1), 3, (34, 33, 33))),
        (ONE, {0: 2, 2: 4}, 6, Result((2, 0, 4), 6, (33, 0, 67))),
        (SEVERAL, {0: 3, 1: 2, 2: 1}, 3, Result((3, 2, 1), 3, (100, 67, 33))),
        (SCALE, {0: 1, 4: 3}, 4, Result((1, 0, 0, 0, 3), 4, (25, 0, 0, 0, 75), 4.0)),
        (SCALE, {}, 0, Result((0,) * 5, 0, (0,) * 5)),
    ],
)
def test_what_it_comes_to(asked: Asked, counts: dict[int, int], people: int, result: Result) -> None:
    assert polls.result(asked, counts, people=people) == result


def test_a_scale_is_called_by_its_numbers_and_the_words_of_its_ends() -> None:
    assert SCALE.labels == ("1 很不满意", "2", "3", "4", "5 很满意")


@st.composite
def votes(draw: st.DrawFn) -> tuple[Asked, list[set[int]]]:
    kind = draw(st.sampled_from(PollKind))
    options = tuple(f"选项{n}" for n in range(2 if kind is PollKind.SCALE else draw(st.integers(2, 10))))
    most = draw(st.integers(2, len(options))) if kind is PollKind.SEVERAL else 1
    asked = Asked(kind, "题目", options, most)
    one = st.sets(st.integers(-1, 10), max_size=6)
    return asked, draw(st.lists(one, max_size=60))


@given(votes())
def test_no_more_is_counted_than_people_may_choose(said: tuple[Asked, list[set[int]]]) -> None:
    asked, tried = said
    assert polls.faults_in(asked) == {}
    taken = [chosen for chosen in tried if polls.fault_in_choice(asked, chosen) is None]
    counts = Counter(choice for chosen in taken for choice in chosen)
    result = polls.result(asked, counts, people=len(taken))
    assert len(taken) <= sum(result.counts) <= len(taken) * asked.most
    assert all(n <= len(taken) for n in result.counts)
    assert all(0 <= share <= 100 for share in result.shares)
    if asked.kind is not PollKind.SEVERAL:
        assert sum(result.shares) == (100 if taken else 0)
    # A share says what its count is of the people, to the next percent.
    assert all(
        abs(share * len(taken) - 100 * n) < 100 for share, n in zip(result.shares, result.counts, strict=True) if taken
    )
    assert (result.mean is not None) == (asked.kind is PollKind.SCALE and bool(taken))
    assert result.mean is None or 1 <= result.mean <= 5
