"""How a question may be made, and what is not asked at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from conference.rules import question_drafts as rules
from conference.rules.question_drafts import Choice, Draft
from conference.vocabulary import Fault, FileKind, QuestionKind, QuestionStage, Refusal, Role

K, AT_ONCE, LATER = QuestionKind, QuestionStage.AT_ONCE, QuestionStage.LATER
PLAIN = Draft(K.TEXT, AT_ONCE, "饮食有什么要求")
ROOMS = (Choice("c1", "单人间"), Choice("c2", "标准间"))


@dataclass(frozen=True)
class Question:
    id: int
    kind: QuestionKind = K.ONE_OF
    stage: QuestionStage = AT_ONCE
    required: bool = False
    choices: tuple[dict[str, str], ...] = ({"value": "c1", "zh": "要", "en": ""}, {"value": "c2", "zh": "不", "en": ""})
    least: int | None = None
    most: int | None = None
    shown_if_id: int | None = None
    shown_if_value: str | None = None
    file_kinds: tuple[str, ...] = ()
    largest_bytes: int | None = None


@pytest.mark.parametrize(
    "label",
    [
        "18位号码（证件）",
        "公民身份號碼 ID",
        "SFZ号",
        "s f z 号码",
        "身份证号",
        "身份证号码",
        "请填写您的身 份 证 号",
        "身份證號",
        "身份证",
        "证件号码",
        "护照号",
        "护照扫描件",
        "公民身份号码",
        "ID number",
        "Your ID no.",
        "ID card",
        "Identity number",
        "Identification No",
        "Passport no.",
        "passport number",
        "Social security number",
        "民族",
        "您的民族",
        "民族成分",
        "Ethnicity",
        "人脸照片",
        "证件照",
        "Face photo",
        "ＩＤ　ｎｕｍｂｅｒ",
    ],
)
def test_what_we_do_not_collect_is_not_asked(label: str) -> None:
    asks = {"label": Fault.ASKS_FOR_IDENTITY_NUMBER}
    assert rules.faults_in(replace(PLAIN, label=label), []) == asks
    assert rules.faults_in(replace(PLAIN, label_en=label), []) == {"label_en": Fault.ASKS_FOR_IDENTITY_NUMBER}
    choices = (Choice("", label), Choice("", "别的"))
    assert rules.faults_in(replace(PLAIN, kind=K.ONE_OF, choices=choices), []) == {
        "choices": Fault.ASKS_FOR_IDENTITY_NUMBER
    }


@pytest.mark.parametrize(
    "label",
    [
        "分论坛：民族地区社区治理",
        "航班号或车次",
        "是否需要签证邀请函（护照自理）",
        "Which idea interests you",
        "Number of companions",
        "车牌号",
        "Flight number",
        "您来自哪个单位",
    ],
)
def test_what_may_be_asked(label: str) -> None:
    assert rules.faults_in(replace(PLAIN, label=label), []) == {}


def test_a_hint_may_speak_of_a_document_and_not_ask_for_its_number() -> None:
    assert rules.faults_in(replace(PLAIN, hint="入住时请带身份证原件"), []) == {}
    assert rules.faults_in(replace(PLAIN, hint="并填写身份证号"), []) == {"hint": Fault.ASKS_FOR_IDENTITY_NUMBER}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"label": ""}, {"label": Fault.REQUIRED}),
        ({"label": "长" * 201}, {"label": Fault.TOO_LONG}),
        ({"hint": "长" * 501}, {"hint": Fault.TOO_LONG}),
        ({"kind": K.ONE_OF}, {"choices": Fault.TOO_FEW_CHOICES}),
        ({"kind": K.ONE_OF, "choices": ROOMS[:1]}, {"choices": Fault.TOO_FEW_CHOICES}),
        ({"kind": K.ONE_OF, "choices": ROOMS}, {}),
        ({"kind": K.SEVERAL_OF, "choices": tuple(Choice("", f"第{n}项") for n in range(50))}, {}),
        (
            {"kind": K.SEVERAL_OF, "choices": tuple(Choice("", f"第{n}项") for n in range(51))},
            {"choices": Fault.TOO_MANY},
        ),
        (
            {"kind": K.ONE_OF, "choices": (Choice("", "单人间"), Choice("", " 单人间 "))},
            {"choices": Fault.SAME_CHOICE_TWICE},
        ),
        (
            {"kind": K.ONE_OF, "choices": (Choice("", "一", "Single"), Choice("", "二", "single"))},
            {"choices": Fault.SAME_CHOICE_TWICE},
        ),
        ({"kind": K.NUMBER, "least": 3, "most": 1}, {"most": Fault.OUT_OF_RANGE}),
        ({"kind": K.NUMBER, "least": -(10**10)}, {"least": Fault.OUT_OF_RANGE}),
        ({"kind": K.NUMBER, "least": 1, "most": 1}, {}),
        ({"kind": K.FILE, "largest_bytes": 1_000_000}, {"file_kinds": Fault.REQUIRED}),
        ({"kind": K.FILE, "file_kinds": (FileKind.PDF,)}, {"largest_bytes": Fault.OUT_OF_RANGE}),
        (
            {"kind": K.FILE, "file_kinds": (FileKind.PDF,), "largest_bytes": 11 * 1024 * 1024},
            {"largest_bytes": Fault.OUT_OF_RANGE},
        ),
        ({"seen_by": (Role.DOOR,)}, {"seen_by": Fault.UNKNOWN_CHOICE}),
        ({"kept_days": 3_651}, {"kept_days": Fault.OUT_OF_RANGE}),
        ({"kept_days": 0}, {}),
    ],
)
def test_bounds_of_a_question(changes: dict[str, object], faults: dict[str, Fault]) -> None:
    assert rules.faults_in(replace(PLAIN, **changes), []) == faults  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "earlier", "value", "fault"),
    [
        (AT_ONCE, [Question(1)], "c1", None),
        (LATER, [Question(1)], "c1", None),
        (LATER, [Question(1, stage=LATER)], "c1", None),
        (AT_ONCE, [Question(1, stage=LATER)], "c1", Fault.CONDITION_COMES_LATER),
        (AT_ONCE, [], "c1", Fault.CONDITION_COMES_LATER),
        (AT_ONCE, [Question(2)], "c1", Fault.CONDITION_COMES_LATER),
        (AT_ONCE, [Question(1)], "c3", Fault.UNKNOWN_CHOICE),
        (AT_ONCE, [Question(1, kind=K.TEXT, choices=())], "c1", Fault.UNKNOWN_CHOICE),
    ],
)
def test_a_condition_names_a_choice_of_an_earlier_question(
    stage: QuestionStage, earlier: list[Question], value: str, fault: Fault | None
) -> None:
    draft = replace(PLAIN, stage=stage, shown_if_id=1, shown_if_value=value)
    assert rules.faults_in(draft, earlier).get("shown_if") is fault


def test_what_depends_on_a_question_stays_behind_it() -> None:
    first, second = Question(1), Question(2, shown_if_id=1, shown_if_value="c1")
    assert rules.refusal_to_order([first, second]) is None
    assert rules.refusal_to_order([second, first]) is Refusal.QUESTION_ORDER
    assert rules.refusal_to_order([replace(first, stage=LATER), second]) is Refusal.QUESTION_ORDER
    assert rules.refusal_to_retire(1, [second]) is Refusal.QUESTION_NEEDED
    assert rules.refusal_to_retire(2, [first]) is None
    assert rules.values_needed(1, [second]) == {"c1"}


def test_at_most_fifty() -> None:
    assert rules.refusal_to_add(49) is None
    assert rules.refusal_to_add(50) is Refusal.TOO_MANY_QUESTIONS


def test_a_new_choice_gets_a_value_that_none_had() -> None:
    kept = rules.numbered([Choice("c2", "二"), Choice("", "三")], taken=["c1", "c2"])
    assert [choice["value"] for choice in kept] == ["c2", "c3"]
