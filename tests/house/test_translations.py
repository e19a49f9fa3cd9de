"""No string is left out of the English catalogue, none is fuzzy or stale, and what is served is what is written."""

from __future__ import annotations

import io
import re
import runpy

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.house.sources import PACKAGE, ROOT

FOLDER = PACKAGE / "translations" / "en" / "LC_MESSAGES"
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# What is typed into a workbook is quoted as it is typed.
QUOTED = re.compile("“[^”]*”")
HAN = re.compile(r"[\u3400-\u9fff；：，、。]")


@pytest.fixture(scope="module")
def extracted() -> set[str]:
    """What templates and views say now, as `scripts/words.py` finds it."""
    found: Catalog = runpy.run_path(str(ROOT / "scripts" / "words.py"))["extracted"]()
    return {_first(message.id) for message in found if message.id}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def test_strings_are_found_at_all(extracted: set[str]) -> None:
    assert "退出" in extracted
    assert [message for message in extracted if not HAN.search(message)] == [], "Chinese is the source"


def test_every_string_has_its_english(extracted: set[str], catalogue: Catalog) -> None:
    done = {_first(m.id) for m in catalogue if m.id and m.string and all(_all(m.string))}
    assert extracted - done == set()


def test_nothing_is_fuzzy_or_stale(extracted: set[str], catalogue: Catalog) -> None:
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []
    assert {_first(m.id) for m in catalogue if m.id} - extracted == set()


def test_what_is_filled_in_is_the_same_in_both(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id and message.string:
            for english in _all(message.string):
                assert set(PLACES.findall(english)) <= set(PLACES.findall(" ".join(_all(message.id)))), message.id
                assert not HAN.search(QUOTED.sub("", english)) or "中文" in english, message.id


def test_what_is_served_is_what_is_written(catalogue: Catalog) -> None:
    served = read_mo(io.BytesIO((FOLDER / "messages.mo").read_bytes()))
    written = {_first(m.id): _all(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}
    assert {_first(m.id): _all(m.string) for m in served if m.id} == written


def _all(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return _all(text)[0]
