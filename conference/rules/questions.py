"""Questions of a meeting's own (自设问题): what is an answer, which are asked given the other answers.

Everybody's answers pass here: the registration form, one's own page, whoever comes next. How a question itself may be
made stands in `question_drafts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from conference.rules.text import SHORT_LIMIT, fault_in
from conference.vocabulary import Fault, FileKind, QuestionKind

LONG_LIMIT = 2_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
DIGITS = 15  # what a worksheet keeps of a number
_NUMBER = re.compile(r"[+-]?(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d{1,6})?", re.ASCII)
_TIME = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?[T\s]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,6})?)?", re.ASCII
)

Kept = str | int | float | list[str]  # an answer as JSON keeps it; of a file its id, of a time its ISO text in UTC


class QuestionFacts(Protocol):
    """What a question asks for; `choices` are {"value", "zh", "en"}."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> QuestionKind: ...
    @property
    def required(self) -> bool: ...
    @property
    def choices(self) -> Sequence[Mapping[str, str]]: ...
    @property
    def least(self) -> int | None: ...
    @property
    def most(self) -> int | None: ...
    @property
    def shown_if_id(self) -> int | None: ...
    @property
    def shown_if_value(self) -> str | None: ...
    @property
    def file_kinds(self) -> Collection[str]: ...
    @property
    def largest_bytes(self) -> int | None: ...


@dataclass(frozen=True)
class Handed:
    """A file that was handed in; `kind` is what it really is, None where it is nothing that we take."""

    kind: FileKind | None
    size: int


Raw = Sequence[str] | Handed | None  # what came: texts of a form's field, a file, or the wish to take a file away


@dataclass(frozen=True)
class Merged:
    """The answers as they stand now, by the question's id; `faults` says which cannot be taken."""

    values: dict[int, Kept | Handed] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)


def merge(
    questions: Sequence[QuestionFacts], sent: Mapping[int, Raw], kept: Mapping[int, Kept], *, timezone: str
) -> Merged:
    """Put what was sent over what is kept. What was not sent stays; the answer to a question that is not asked, given
    the others, is dropped.

    `questions` are all of the meeting's, in their order: a condition names an earlier one. A form's field that was left
    empty is sent, and takes an answer away; a file stays until another one or None is sent.
    """
    merged = Merged()
    for question in questions:
        if not asked(question, merged.values):
            continue
        earlier = kept.get(question.id)
        if question.id not in sent:
            if earlier is not None:
                merged.values[question.id] = earlier
            continue
        found = answer(question, sent[question.id], timezone=timezone)
        if isinstance(found, Fault):
            merged.faults[question.id] = found
        elif found is not None:
            merged.values[question.id] = found
        elif question.kind is QuestionKind.FILE and sent[question.id] is not None and earlier is not None:
            merged.values[question.id] = earlier
        elif question.required:
            merged.faults[question.id] = Fault.REQUIRED
    return merged


def asked(question: QuestionFacts, values: Mapping[int, object]) -> bool:
    """Whether a question is put to somebody whose earlier answers are `values`; a hidden one has none."""
    if question.shown_if_id is None:
        return True
    found = values.get(question.shown_if_id)
    return question.shown_if_value in found if isinstance(found, list) else found == question.shown_if_value


def answer(question: QuestionFacts, raw: Raw, *, timezone: str) -> Kept | Handed | Fault | None:
    """What `raw` says, as it is kept; None where it says nothing; or what is wrong with it."""
    if raw is None:
        return None
    if isinstance(raw, Handed):
        return _file(question, raw) if question.kind is QuestionKind.FILE else Fault.NOT_TEXT
    texts = [text for text in raw if text.strip()]
    if not texts:
        return None
    if question.kind is QuestionKind.SEVERAL_OF:
        return _several(question, texts)
    if len(texts) > 1:
        return Fault.TOO_MANY
    match question.kind:
        case QuestionKind.TEXT:
            return _text(texts[0], limit=SHORT_LIMIT, lines=False)
        case QuestionKind.LONG_TEXT:
            return _text(texts[0].replace("\r\n", "\n"), limit=LONG_LIMIT, lines=True)
        case QuestionKind.NUMBER:
            return _number(question, texts[0])
        case QuestionKind.ONE_OF:
            return texts[0] if texts[0] in _values(question) else Fault.UNKNOWN_CHOICE
        case QuestionKind.DATE_TIME:
            return _time(texts[0], timezone)
        case _:
            return Fault.NOT_THAT_KIND_OF_FILE  # a text where a file was to come


def typed(question: QuestionFacts, value: Kept, *, timezone: str) -> list[str]:
    """An answer as the fields of a form hold it: `answer` reads it back to the same value. Of a file nothing."""
    if question.kind is QuestionKind.FILE:
        return []
    if isinstance(value, list):
        return list(value)
    if question.kind is QuestionKind.DATE_TIME:
        return [f"{moment(value).astimezone(ZoneInfo(timezone)):%Y-%m-%dT%H:%M}"]
    if isinstance(value, float):
        return [f"{value:.6f}".rstrip("0").rstrip(".")]
    return [str(value)]


def moment(value: Kept) -> datetime:
    """The time of an answer that is one."""
    return datetime.fromisoformat(str(value))


def labels(question: QuestionFacts, value: Kept, *, language: str) -> list[str]:
    """The chosen choices in their order, as they are called in a language; one without English is called in Chinese."""
    chosen = value if isinstance(value, list) else [value]
    return [
        (choice["en"] if language == "en" else "") or choice["zh"]
        for choice in question.choices
        if choice["value"] in chosen
    ]


def _values(question: QuestionFacts) -> list[str]:
    return [choice["value"] for choice in question.choices]


def _text(text: str, *, limit: int, lines: bool) -> str | Fault | None:
    fault = fault_in(text, limit=limit, required=False, lines=lines)
    if fault:
        return fault
    # What shows nothing, such as a zero-width space alone, says nothing.
    return text.strip() if fault_in(text, limit=limit, lines=lines) is None else None


def _several(question: QuestionFacts, texts: list[str]) -> list[str] | Fault:
    values = _values(question)
    return [value for value in values if value in texts] if set(texts) <= set(values) else Fault.UNKNOWN_CHOICE


def _number(question: QuestionFacts, text: str) -> int | float | Fault:
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        return Fault.NOT_A_QUANTITY
    plain = plain.replace(",", "")
    whole, _, fraction = plain.partition(".")
    fraction = fraction.rstrip("0")
    if len(whole.lstrip("+-").lstrip("0")) + len(fraction) > DIGITS:
        return Fault.TOO_LONG
    number: int | float = float(f"{whole}.{fraction}") if fraction else int(whole)
    if (question.least is not None and number < question.least) or (
        question.most is not None and number > question.most
    ):
        return Fault.OUT_OF_RANGE
    return number


def _time(text: str, timezone: str) -> str | Fault:
    """On the wall clock of the meeting; kept in UTC. A time that a clock change skips is taken as before it."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return Fault.NOT_A_TIME
    year, month, day, hour, minute = (int(part) for part in found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Fault.OUT_OF_RANGE
    try:
        local = datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(timezone))
    except ValueError:
        return Fault.NOT_A_TIME
    return local.astimezone(UTC).isoformat()


def _file(question: QuestionFacts, handed: Handed) -> Handed | Fault:
    if question.largest_bytes is not None and handed.size > question.largest_bytes:
        return Fault.FILE_TOO_LARGE
    if handed.kind is None or handed.kind.value not in question.file_kinds:
        return Fault.NOT_THAT_KIND_OF_FILE
    return handed
