"""The rotating text: written and read again, for sixty seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import codes, here
from conference.rules.here import Here

SHOWN = datetime(2026, 7, 19, 14, 30, tzinfo=UTC)
STEP = here.step_of(SHOWN)
TEXT = here.write(Here(7, STEP, 123456789))


@pytest.mark.parametrize("checkpoint_id", [1, 30, 31, 960, 961, 2**63 - 1])
def test_what_is_written_is_read_again(checkpoint_id: int) -> None:
    said = Here(checkpoint_id, STEP, here.SEALS - 1)
    assert here.parse(here.write(said)) == said


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.lower(),
        f"https://hui.example.cn/h/{TEXT}",
        f"HTTPS://HUI.EXAMPLE.CN/H/{TEXT}",
        f"http://127.0.0.1:8000/base/h/{TEXT.lower()}/?from=wechat#x",
        f" {TEXT[:6]} {TEXT[6:12]}-{TEXT[12:]}\n",
        "".join(chr(ord(letter) + 0xFEE0) for letter in TEXT),
    ],
)
def test_a_bare_text_and_its_address_are_understood_in_any_case(text: str) -> None:
    assert here.parse(text) == Here(7, STEP, 123456789)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        TEXT[:-1],
        TEXT + "!",
        "K7QH4M2X9RTW6CVP22",
        f"https://hui.example.cn/c/{TEXT}",
        "Z" * 32,
        TEXT[:19] + "2" + TEXT[19:],
        "二" * 20,
    ],
)
def test_what_is_no_such_text_is_none(text: str) -> None:
    assert here.parse(text) is None


def test_it_is_no_participation_code_and_fits_a_small_symbol() -> None:
    assert codes.parse(TEXT) is None
    assert len(TEXT) == 20
    assert set(TEXT) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_a_step_is_thirty_seconds() -> None:
    assert here.shown_from(STEP) == SHOWN
    assert here.step_of(SHOWN + timedelta(seconds=29.9)) == STEP
    assert here.step_of(SHOWN + timedelta(seconds=30)) == STEP + 1


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(-6, False), (-5, True), (0, True), (30, True), (60, True), (60.001, False), (86_400, False)]
)
def test_it_is_good_for_sixty_seconds_from_when_it_was_shown(seconds: float, fresh: bool) -> None:
    assert here.is_fresh(STEP, now=SHOWN + timedelta(seconds=seconds)) is fresh
