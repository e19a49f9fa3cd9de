"""Finding the code in what a scanner or a person gives us."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import codes
from conference.vocabulary import CODE_ALPHABET

CODE = "K7QH4M2X9RTW6CVP22"


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        f"  {CODE}\r\n",
        "K7QH 4M2X 9RTW 6CVP 22",
        "k7qh-4m2x-9rtw-6cvp-22",
        "K7QH—4M2X–9RTW‑6CVP22",  # the dashes that phones put in
        "Ｋ７ＱＨ４Ｍ２Ｘ９ＲＴＷ６ＣＶＰ２２",
        f"HTTPS://MEETING.EXAMPLE.ORG/C/{CODE}",
        f"https://meeting.example.org/c/{CODE.lower()}",
        f"http://127.0.0.1:8000/c/{CODE}/",
        f"https://example.org/under/a/path/c/{CODE}?from=wechat#top",
        f"meeting.example.org/c/{CODE}",
        "https://example.org/c/K7QH-4M2X-9RTW-6CVP-22",
        f"/c/{CODE}",
    ],
)
def test_understood(text: str) -> None:
    assert codes.parse(text) == CODE


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        CODE[:-1],
        CODE + "2",
        CODE.replace("K", "I"),  # look-alikes are not of the alphabet
        CODE.replace("7", "0"),
        f"https://example.org/p/{CODE}",
        f"https://example.org/c/{CODE}/more",
        f"https://example.org/?c={CODE}",
        f"{CODE}\0",
        "\ud800",
    ],
)
def test_not_a_code(text: str) -> None:
    assert codes.parse(text) is None


@given(st.text(alphabet=CODE_ALPHABET, min_size=18, max_size=18))
def test_what_is_read_aloud_in_groups_is_typed_back(code: str) -> None:
    assert codes.parse(codes.grouped(code)) == code
    assert codes.parse(codes.grouped(code).replace(" ", "-").lower()) == code


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    found = codes.parse(text)
    assert found is None or (len(found) == 18 and set(found) <= set(CODE_ALPHABET))


@pytest.mark.parametrize(
    "text", ["/C/" * 682, "A" * 2048, "://" * 682, "℀/" * 1024, "ﷺ" * 2048, "/" * 2048, "A.-" * 682]
)
def test_the_longest_text_is_read_in_no_time(text: str) -> None:
    begun = time.process_time()
    assert codes.parse(text) is None
    assert time.process_time() - begun < 0.5
