"""What a text from outside may hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules.text import fault_in, legible
from conference.vocabulary import Fault

NONE = None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("李然", NONE),
        (" 李然 ", NONE),
        ("阿不都热依木·买买提", NONE),
        ("㛃𬱖䶮", NONE),
        ("然" * 50, NONE),
        (" " + "然" * 50 + " ", NONE),
        ("𬱖" * 50, NONE),  # characters, not bytes
        ("然" * 51, Fault.TOO_LONG),
        ("", Fault.REQUIRED),
        ("  　", Fault.REQUIRED),
        ("\u200b\u200d", Fault.REQUIRED),  # there is nothing to see
        ("李\u0000然", Fault.FORBIDDEN_CHARACTERS),
        ("李然\n", Fault.FORBIDDEN_CHARACTERS),
        ("李\u0085然", Fault.FORBIDDEN_CHARACTERS),
        ("李\u2028然", Fault.FORBIDDEN_CHARACTERS),
        ("李\u202e然", Fault.FORBIDDEN_CHARACTERS),
        ("李\u2066然", Fault.FORBIDDEN_CHARACTERS),
        ("李\ud800然", Fault.FORBIDDEN_CHARACTERS),
        ("\u0000" * 51, Fault.FORBIDDEN_CHARACTERS),
    ],
)
def test_a_name(text: str, fault: Fault | None) -> None:
    assert fault_in(text, limit=50) is fault


def test_optional_text_may_be_empty_and_a_long_one_may_have_lines() -> None:
    assert fault_in("", limit=10, required=False) is None
    assert fault_in("一\n二\r\n\t三", limit=10, lines=True) is None
    assert fault_in("一\x0b二", limit=10, lines=True) is Fault.FORBIDDEN_CHARACTERS


@given(st.text(max_size=80))
def test_what_passes_is_safe_to_keep(text: str) -> None:
    if fault_in(text, limit=50) is None:
        assert 1 <= len(text.strip()) <= 50
        assert not {unicodedata.category(c) for c in text} & {"Cc", "Cs", "Zl", "Zp"}
        text.encode()


@given(st.text(max_size=80))
def test_legible_keeps_the_length_and_can_be_stored(text: str) -> None:
    kept = legible(text)
    assert len(kept) == len(text)
    assert "\0" not in kept
    kept.encode()
