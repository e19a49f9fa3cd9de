"""Every member of the vocabulary has its word in both languages."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum

import pytest

from conference import vocabulary, wording
from conference.rules.provinces import PROVINCES

SETS = [
    found
    for _, found in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(found, StrEnum) and found is not StrEnum
]
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("members", SETS, ids=lambda members: members.__name__)
def test_every_member_is_said_in_both_languages(members: type[StrEnum]) -> None:
    for member in members:
        chinese, english = (wording.say(member, language) for language in ("zh", "en"))
        assert HAN.search(chinese), member
        assert english.strip(), member
        assert not HAN.search(english), member


def test_nothing_is_worded_that_is_not_there() -> None:
    said = [type(member) for member, _, _ in wording._SPOKEN]
    assert set(said) <= set(SETS)
    assert len(wording._SPOKEN) == sum(len(members) for members in SETS), "a member is said twice"


def test_values_are_plain_words_and_fit_their_column() -> None:
    for members in SETS:
        for member in members:
            assert re.fullmatch(r"[a-z][a-z0-9_]{0,23}|[a-z_]{1,40}", member.value), member


def test_every_province_has_an_english_name_and_a_cell_of_its_own() -> None:
    assert len(PROVINCES) == 34
    assert all(HAN.search(p.name) and not HAN.search(p.english) for p in PROVINCES.values())
    assert len({(p.row, p.column) for p in PROVINCES.values()}) == 34
