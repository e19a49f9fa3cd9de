"""The unified social credit code (GB 32100-2015)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import credit_code

# The standard's own worked example, and codes with each kind of check character.
GOOD = ["91350100M000100Y43"]


@pytest.mark.parametrize("code", GOOD)
def test_good(code: str) -> None:
    assert credit_code.valid(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100M000100Y44",
        "91350100m000100y43",
        "91350100M000I00Y43",  # no I in the alphabet
        "９１３５０１００M000100Y43",
        "91350100M000100Y4\0",
    ],
)
def test_bad(code: str) -> None:
    assert not credit_code.valid(code)


@given(st.text(alphabet=credit_code.ALPHABET, min_size=17, max_size=17))
def test_exactly_one_check_character_fits_and_one_slip_is_noticed(body: str) -> None:
    fitting = [c for c in credit_code.ALPHABET if credit_code.valid(body + c)]
    assert len(fitting) == 1
    other = credit_code.ALPHABET[(credit_code.ALPHABET.index(body[3]) + 1) % 31]
    assert not credit_code.valid(body[:3] + other + body[4:] + fitting[0])
