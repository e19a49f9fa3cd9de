"""Placeholders: filled in once, unknown ones named, braces in names harmless."""

from __future__ import annotations

import pytest

from conference.rules import placeholders


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("{name}，您好", {"name": "李然"}, "李然，您好"),
        ("{ name }、｛name｝", {"name": "李然"}, "李然、李然"),
        ("{name} {unit}", {"name": "{unit}", "unit": "{name}"}, "{unit} {name}"),
        ("{name}", {"name": "%s {0} {link}"}, "%s {0} {link}"),
        ("a { b } {} {{name}}", {"name": "李然"}, "a { b } {} {李然}"),
        ("一\n链接：{link}\n二", {"link": ""}, "一\n二"),
        ("一\r\n请在{deadline}前\r\n二", {"deadline": "周五"}, "一\n请在周五前\n二"),
        ("{name}：{mode}", {"name": "", "mode": "现场"}, "：现场"),  # a line goes only with what may be missing
    ],
)
def test_filling_in(text: str, values: dict[str, str], said: str) -> None:
    assert placeholders.filled(text, values) == said


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{name} {unit} {link}", []),
        ("{nmae} 和 {手机} 和 {nmae}", ["{nmae}", "{手机}"]),
        ("没有括号", []),
        ("单边 } 或 { 不算", []),
        ("{}", ["{}"]),
        ("{code}", ["{code}"]),  # a one-time code is in no words of an organiser's
        ("{\n}", []),
        ("{" + "x" * 41 + "}", []),  # too long to be meant
    ],
)
def test_what_is_unknown(text: str, unknown: list[str]) -> None:
    assert placeholders.unknown(text) == unknown


def test_it_takes_no_time_whatever_is_typed() -> None:
    hostile = "{ " * 1000 + "name" + " }" * 1000
    assert placeholders.unknown(hostile) == []
    assert placeholders.filled(hostile, {"name": "x"}).count("x") == 1
