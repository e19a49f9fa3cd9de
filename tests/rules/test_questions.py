"""What is an answer to a question of a meeting's own, and which questions are put to whom."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import questions as rules
from conference.rules.questions import Handed
from conference.vocabulary import Fault, FileKind, QuestionKind

ZONE = "Asia/Shanghai"
K = QuestionKind
ROOMS = ({"value": "c1", "zh": "单人间", "en": "Single"}, {"value": "c2", "zh": "标准间", "en": ""})


@dataclass(frozen=True)
class Question:
    kind: QuestionKind = K.TEXT
    id: int = 1
    required: bool = False
    choices: tuple[dict[str, str], ...] = ROOMS
    least: int | None = None
    most: int | None = None
    shown_if_id: int | None = None
    shown_if_value: str | None = None
    file_kinds: tuple[str, ...] = field(default=("pdf", "png"))
    largest_bytes: int | None = 1_000


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (K.TEXT, ["  素食 "], "素食"),
        (K.TEXT, [""], None),
        (K.TEXT, ["   "], None),
        (K.TEXT, ["\u200b"], None),
        (K.TEXT, [], None),
        (K.TEXT, None, None),
        (K.TEXT, ["x" * 200], "x" * 200),
        (K.TEXT, ["x" * 201], Fault.TOO_LONG),
        (K.TEXT, ["一\n二"], Fault.FORBIDDEN_CHARACTERS),
        (K.TEXT, ["a\x00"], Fault.FORBIDDEN_CHARACTERS),
        (K.TEXT, ["\u202eabc"], Fault.FORBIDDEN_CHARACTERS),
        (K.TEXT, ["\ud800"], Fault.FORBIDDEN_CHARACTERS),
        (K.TEXT, ["a", "b"], Fault.TOO_MANY),
        (K.LONG_TEXT, ["一\r\n二"], "一\n二"),
        (K.LONG_TEXT, ["x" * 2_001], Fault.TOO_LONG),
        (K.NUMBER, ["12"], 12),
        (K.NUMBER, ["１２．５０"], 12.5),
        (K.NUMBER, ["-3"], -3),
        (K.NUMBER, ["−3"], -3),
        (K.NUMBER, ["0012"], 12),
        (K.NUMBER, ["2.0"], 2),
        (K.NUMBER, ["-0"], 0),
        (K.NUMBER, ["1,200"], 1_200),
        (K.NUMBER, ["12,00"], Fault.NOT_A_QUANTITY),
        (K.NUMBER, ["123456789012"], 123_456_789_012),
        (K.NUMBER, ["1234567890123"], Fault.NOT_A_QUANTITY),
        (K.NUMBER, ["123456789012.123456"], Fault.TOO_LONG),
        (K.NUMBER, ["1e5"], Fault.NOT_A_QUANTITY),
        (K.NUMBER, ["nan"], Fault.NOT_A_QUANTITY),
        (K.NUMBER, ["三"], Fault.NOT_A_QUANTITY),
        (K.NUMBER, ["٣"], Fault.NOT_A_QUANTITY),
        (K.ONE_OF, ["c2"], "c2"),
        (K.ONE_OF, ["c3"], Fault.UNKNOWN_CHOICE),
        (K.ONE_OF, ["c1", "c2"], Fault.TOO_MANY),
        (K.SEVERAL_OF, ["c2", "c1", "c2"], ["c1", "c2"]),
        (K.SEVERAL_OF, ["c1", "单人间"], Fault.UNKNOWN_CHOICE),
        (K.SEVERAL_OF, [""], None),
        (K.DATE_TIME, ["2026-11-24T08:30"], "2026-11-24T00:30:00+00:00"),
        (K.DATE_TIME, ["2026-11-24T08:30:00"], "2026-11-24T00:30:00+00:00"),
        (K.DATE_TIME, ["2026年11月24日 8：30"], "2026-11-24T00:30:00+00:00"),
        (K.DATE_TIME, ["2026/11/24 08:30"], "2026-11-24T00:30:00+00:00"),
        (K.DATE_TIME, ["2026-11-31T08:30"], Fault.NOT_A_TIME),
        (K.DATE_TIME, ["2026-11-24T25:30"], Fault.NOT_A_TIME),
        (K.DATE_TIME, ["明天"], Fault.NOT_A_TIME),
        (K.DATE_TIME, ["1800-01-01T00:00"], Fault.OUT_OF_RANGE),
        (K.FILE, Handed(FileKind.PDF, 1_000), Handed(FileKind.PDF, 1_000)),
        (K.FILE, Handed(FileKind.PDF, 1_001), Fault.FILE_TOO_LARGE),
        (K.FILE, Handed(FileKind.WORD, 10), Fault.NOT_THAT_KIND_OF_FILE),
        (K.FILE, Handed(None, 10), Fault.NOT_THAT_KIND_OF_FILE),
        (K.FILE, ["1"], Fault.NOT_THAT_KIND_OF_FILE),
        (K.FILE, None, None),
        (K.TEXT, Handed(FileKind.PDF, 1), Fault.NOT_TEXT),
    ],
)
def test_what_is_an_answer(kind: QuestionKind, raw: rules.Raw, value: object) -> None:
    found = rules.answer(Question(kind), raw, timezone=ZONE)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "fault"), [("0", Fault.OUT_OF_RANGE), ("1", None), ("3", None), ("3.1", Fault.OUT_OF_RANGE)]
)
def test_a_number_keeps_within_its_bounds(text: str, fault: Fault | None) -> None:
    found = rules.answer(Question(K.NUMBER, least=1, most=3), [text], timezone=ZONE)
    assert (found if isinstance(found, Fault) else None) is fault


HOTEL = Question(K.ONE_OF, id=1, required=True)
DAYS = Question(K.SEVERAL_OF, id=2, shown_if_id=1, shown_if_value="c1")
FROM = Question(K.TEXT, id=3, required=True, shown_if_id=2, shown_if_value="c2")
ALL = (HOTEL, DAYS, FROM)


@pytest.mark.parametrize(
    ("sent", "kept", "values", "faults"),
    [
        ({}, {}, {}, {}),  # what was not sent stays; nothing was there
        ({1: []}, {}, {}, {1: Fault.REQUIRED}),
        ({1: ["c2"]}, {}, {1: "c2"}, {}),
        ({1: ["c1"], 2: ["c2"], 3: []}, {}, {1: "c1", 2: ["c2"]}, {3: Fault.REQUIRED}),
        ({1: ["c1"], 2: ["c2"], 3: ["家"]}, {}, {1: "c1", 2: ["c2"], 3: "家"}, {}),
        ({1: ["c2"], 2: ["c2"], 3: ["家"]}, {}, {1: "c2"}, {}),  # hidden ones are dropped, along the whole chain
        ({1: ["c2"]}, {1: "c1", 2: ["c2"], 3: "家"}, {1: "c2"}, {}),
        ({3: ["那里"]}, {1: "c1", 2: ["c2"], 3: "家"}, {1: "c1", 2: ["c2"], 3: "那里"}, {}),
        ({2: []}, {1: "c1", 2: ["c2"], 3: "家"}, {1: "c1"}, {}),
        ({1: ["c9"], 2: ["c9"]}, {1: "c1"}, {}, {1: Fault.UNKNOWN_CHOICE}),
    ],
)
def test_what_is_sent_is_put_over_what_is_kept(sent: object, kept: object, values: object, faults: object) -> None:
    found = rules.merge(ALL, sent, kept, timezone=ZONE)  # type: ignore[arg-type]
    assert (found.values, found.faults) == (values, faults)


def test_a_file_stays_until_another_comes_or_it_is_taken_away() -> None:
    paper = Question(K.FILE, required=True)
    assert rules.merge([paper], {}, {1: 7}, timezone=ZONE).values == {1: 7}
    assert rules.merge([paper], {1: []}, {1: 7}, timezone=ZONE).values == {1: 7}
    assert rules.merge([paper], {1: []}, {}, timezone=ZONE).faults == {1: Fault.REQUIRED}
    assert rules.merge([paper], {1: Handed(FileKind.PNG, 9)}, {1: 7}, timezone=ZONE).values == {
        1: Handed(FileKind.PNG, 9)
    }
    assert rules.merge([paper], {1: None}, {1: 7}, timezone=ZONE).faults == {1: Fault.REQUIRED}


def test_a_choice_is_called_by_its_name() -> None:
    question = Question(K.SEVERAL_OF)
    assert rules.labels(question, ["c2", "c1"], language="zh") == ["单人间", "标准间"]
    assert rules.labels(question, ["c2", "c1"], language="en") == ["Single", "标准间"]


TEXTS = st.one_of(st.text(max_size=40), st.sampled_from(["1.5", "c1", "2026-11-24T08:30", "0", "-1,000.25"]))


@given(st.sampled_from(list(QuestionKind)), st.lists(TEXTS, max_size=4))
def test_whatever_is_typed_is_understood_or_told_and_reads_back_the_same(kind: QuestionKind, raw: list[str]) -> None:
    question = Question(kind)
    found = rules.answer(question, raw, timezone=ZONE)
    if isinstance(found, str | int | float | list) and not isinstance(found, Fault):
        assert rules.answer(question, rules.typed(question, found, timezone=ZONE), timezone=ZONE) == found


@given(st.integers(-(10**8), 10**8), st.integers(0, 999_999))
def test_a_number_reads_back_to_what_it_was(whole: int, millionths: int) -> None:
    question = Question(K.NUMBER)
    found = rules.answer(question, [f"{whole}.{millionths:06d}"], timezone=ZONE)
    assert not isinstance(found, Fault | Handed)
    assert found is not None
    assert rules.answer(question, rules.typed(question, found, timezone=ZONE), timezone=ZONE) == found


@given(
    st.lists(st.sampled_from([[], ["c1"], ["c2"], ["x"]]), min_size=3, max_size=3),
    st.dictionaries(st.sampled_from([1, 2, 3]), st.just("c1")),
)
def test_no_answer_stands_where_its_question_is_not_asked(sent: list[list[str]], kept: dict[int, str]) -> None:
    found = rules.merge(ALL, dict(enumerate(sent, 1)), kept, timezone=ZONE)
    for question in ALL:
        if question.id in found.values or question.id in found.faults:
            assert rules.asked(question, found.values)
    assert not found.values.keys() & found.faults.keys()
