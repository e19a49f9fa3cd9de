"""How a question of a meeting's own may be made: what it asks for, its choices, its condition, its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from conference.rules.questions import QuestionFacts
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.rules.traditional import simplified
from conference.vocabulary import Fault, FileKind, QuestionKind, QuestionStage, Refusal, Role

MOST_QUESTIONS = 50
MOST_CHOICES = 50
HINT_LIMIT = 500
FURTHEST = 1_000_000_000  # a bound of a number
LONGEST_KEPT = 3_650  # days
SMALLEST_FILE, LARGEST_FILE = 10 * 1024, 10 * 1024 * 1024
CHOOSING = (QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF)
READERS = (Role.REGISTRATION, Role.TRAVEL)  # organisers always may; the others see no people


@dataclass(frozen=True)
class Choice:
    """`value` is what answers keep, "" for a new one: a choice may be called otherwise and stay the same."""

    value: str
    zh: str
    en: str = ""


@dataclass(frozen=True)
class Draft:
    """A question as its builder wishes it."""

    kind: QuestionKind
    stage: QuestionStage
    label: str
    label_en: str = ""
    hint: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    shown_if_id: int | None = None
    shown_if_value: str | None = None
    seen_by: tuple[Role, ...] = ()
    kept_days: int | None = None
    file_kinds: tuple[FileKind, ...] = ()
    largest_bytes: int | None = None


class Placed(QuestionFacts, Protocol):
    @property
    def stage(self) -> QuestionStage: ...


def faults_in(draft: Draft, earlier: Sequence[Placed]) -> dict[str, Fault]:
    """What is wrong with a draft that is to stand after `earlier`, by field."""
    faults: dict[str, Fault] = {}
    for name, text, limit, required in (
        ("label", draft.label, SHORT_LIMIT, True),
        ("label_en", draft.label_en, SHORT_LIMIT, False),
        ("hint", draft.hint, HINT_LIMIT, False),
    ):
        if fault := fault_in(text, limit=limit, required=required) or _asks_too_much(text, aside=name == "hint"):
            faults[name] = fault
    if draft.kind in CHOOSING and (fault := _fault_in_choices(draft.choices)):
        faults["choices"] = fault
    if draft.kind is QuestionKind.NUMBER:
        faults |= _faults_in_bounds(draft)
    if draft.kind is QuestionKind.FILE:
        if not draft.file_kinds:
            faults["file_kinds"] = Fault.REQUIRED
        if draft.largest_bytes is None or not SMALLEST_FILE <= draft.largest_bytes <= LARGEST_FILE:
            faults["largest_bytes"] = Fault.OUT_OF_RANGE
    if fault := _fault_in_condition(draft, earlier):
        faults["shown_if"] = fault
    if not set(draft.seen_by) <= set(READERS):
        faults["seen_by"] = Fault.UNKNOWN_CHOICE
    if draft.kept_days is not None and not 0 <= draft.kept_days <= LONGEST_KEPT:
        faults["kept_days"] = Fault.OUT_OF_RANGE
    return faults


def refusal_to_add(live: int) -> Refusal | None:
    return Refusal.TOO_MANY_QUESTIONS if live >= MOST_QUESTIONS else None


def refusal_to_order(questions: Sequence[Placed]) -> Refusal | None:
    """Whether a condition would come before what it depends on."""
    before: dict[int, Placed] = {}
    for question in questions:
        if question.shown_if_id is not None:
            condition = before.get(question.shown_if_id)
            if condition is None or not _asked_no_later(condition.stage, question.stage):
                return Refusal.QUESTION_ORDER
        before[question.id] = question
    return None


def refusal_to_retire(question_id: int, others: Sequence[Placed]) -> Refusal | None:
    """Whether another question is shown by the answer to this one."""
    return Refusal.QUESTION_NEEDED if any(other.shown_if_id == question_id for other in others) else None


def values_needed(question_id: int, others: Sequence[Placed]) -> set[str]:
    """The choices of a question on which others depend."""
    return {str(other.shown_if_value) for other in others if other.shown_if_id == question_id}


def numbered(choices: Sequence[Choice], *, taken: Collection[str]) -> list[dict[str, str]]:
    """The choices as they are kept; new ones get a value that none had before."""
    used = {choice.value for choice in choices} | set(taken)
    fresh = (value for n in range(1, 10_000) if (value := f"c{n}") not in used)
    return [{"value": choice.value or next(fresh), "zh": choice.zh, "en": choice.en} for choice in choices]


def asks_for_identity(text: str, *, aside: bool = False) -> bool:
    """Whether a text asks for what we do not collect: a number of an identity document, ethnicity, a face.

    `aside` is for a hint, where a document may be spoken of ("bring your identity card").
    """
    plain = simplified(unicodedata.normalize("NFKC", text).lower())
    chinese = re.sub(r"[\W_]+", "", plain)
    return bool((_ASIDE if aside else _CHINESE).search(chinese) or _ETHNICITY.search(chinese) or _ENGLISH.search(plain))


_COPIES = r"(?:号|编号|號|复印|照片|扫描|图片|正面|反面|正反面|信息)"
_DOCUMENTS = r"(?:身份[证証證]明?|身分[证證]|护照|護照|通行证|驾驶证|户口本?|社保卡?|社会保障卡?|军官证|居住证|学生证)"
_NUMBERS = r"(?:18|十八|15|十五)位(?:的|数字?)*(?:号|证件|编号)|证件.{0,4}号码?|(?<![a-z])sfz(?:h|号|复印|照)"
_ASIDE = re.compile(rf"{_NUMBERS}|{_DOCUMENTS}{_COPIES}|公民身份号|身份号码|社会保障号|证件照|免冠照|人脸|人臉")
_CHINESE = re.compile(rf"(?<![a-z])sfz(?![a-z])|身份[证証證]|身分[证證]|{_ASIDE.pattern}")
_ETHNICITY = re.compile(
    r"(?:^|您的?|你的?|本人|所属|什么|哪个|何)民族(?:$|成分|身份|是|吗|填|请)|民族成分|少数民族(?:吗|$)|何种族|人种$"
)
_ENGLISH = re.compile(
    r"\b(?:identity|identification|id|passport|national\s+id|social\s+security)[\s.\-/]*(?:card|document)?[\s.\-/]*"
    r"(?:no\b|no\.|nr\b|num|numbers?\b|#|scan|copy|copies|photo)"
    r"|\b(?:identity|id)[\s\-]+cards?\b|\bnational\s+id\b|\bethnic(?:ity|\s+group|\s+origin)?\b"
    r"|\b(?:face|facial|head)[\s\-]*(?:photo|picture|image|scan|shot)|\bphoto(?:graph)?s?\s+of\s+(?:your|the)\s+face\b"
)


def _asks_too_much(text: str, *, aside: bool = False) -> Fault | None:
    return Fault.ASKS_FOR_IDENTITY_NUMBER if asks_for_identity(text, aside=aside) else None


def _fault_in_choices(choices: Sequence[Choice]) -> Fault | None:
    if len(choices) < 2:
        return Fault.TOO_FEW_CHOICES
    if len(choices) > MOST_CHOICES:
        return Fault.TOO_MANY
    for choice in choices:
        fault = fault_in(choice.zh, limit=SHORT_LIMIT) or fault_in(choice.en, limit=SHORT_LIMIT, required=False)
        if fault := fault or _asks_too_much(choice.zh) or _asks_too_much(choice.en):
            return fault
    for said in ([choice.zh for choice in choices], [choice.en for choice in choices if choice.en]):
        plain = [" ".join(unicodedata.normalize("NFKC", text).lower().split()) for text in said]
        if len(set(plain)) < len(plain):
            return Fault.SAME_CHOICE_TWICE
    return None


def _faults_in_bounds(draft: Draft) -> dict[str, Fault]:
    for name, bound in (("least", draft.least), ("most", draft.most)):
        if bound is not None and abs(bound) > FURTHEST:
            return {name: Fault.OUT_OF_RANGE}
    if draft.least is not None and draft.most is not None and draft.least > draft.most:
        return {"most": Fault.OUT_OF_RANGE}
    return {}


def _fault_in_condition(draft: Draft, earlier: Sequence[Placed]) -> Fault | None:
    if draft.shown_if_id is None:
        return None
    condition = next((question for question in earlier if question.id == draft.shown_if_id), None)
    if condition is None or not _asked_no_later(condition.stage, draft.stage):
        return Fault.CONDITION_COMES_LATER
    values = [choice["value"] for choice in condition.choices] if condition.kind in CHOOSING else []
    return None if draft.shown_if_value in values else Fault.UNKNOWN_CHOICE


def _asked_no_later(first: QuestionStage, second: QuestionStage) -> bool:
    return first is QuestionStage.AT_ONCE or second is QuestionStage.LATER
