"""Templates: no script or style inside them, no Chinese that the catalogue does not know, no address but our own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import STATIC, application, shown, templates

HAN = re.compile(r"[\u3400-\u9fff]")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TRANS = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
WORD = r"\s*(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
CALL = re.compile(rf"\b(?:_|ngettext)\({WORD}(?:,{WORD})?", re.DOTALL)
TAG = re.compile(r"<[a-zA-Z][^<>]*>", re.DOTALL)
HANDLER = re.compile(r"\son[a-z]+\s*=")
STYLE = re.compile(r"\sstyle\s*=")
ELSEWHERE = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//")
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
# What is the same in every language: a language names itself.
UNTRANSLATED = {"templates/components/navigation.html": "中文"}
# Markup that macros made goes into a sentence of the catalogue; nothing that people typed.
SAFE = {"templates/public/registration/_person.html"}

ALL = list(templates())


@pytest.mark.parametrize("path", ALL, ids=shown)
def test_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = COMMENT.sub("", path.read_text("utf-8"))
    assert not SCRIPT.search(text)
    assert "<style" not in text
    assert "javascript:" not in text
    for tag in TAG.findall(text):
        assert not HANDLER.search(tag), tag
        assert not STYLE.search(tag), tag
        assert not ELSEWHERE.search(tag), tag


@pytest.mark.parametrize("path", ALL, ids=shown)
def test_every_chinese_word_goes_through_the_catalogue(path: Path) -> None:
    text = path.read_text("utf-8")
    for pattern in (COMMENT, TRANS, CALL):
        text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
    left = [
        f"{n}: {line.strip()}"
        for n, line in enumerate(text.splitlines(), 1)
        if HAN.search(line.replace(UNTRANSLATED.get(shown(path), "\0"), ""))
    ]
    assert left == []


@pytest.mark.parametrize("path", ALL, ids=shown)
def test_a_template_compiles_and_escapes(path: Path) -> None:
    source = path.read_text("utf-8")
    application().jinja_env.parse(source)
    assert shown(path) in SAFE or "|safe" not in re.sub(r"\s", "", COMMENT.sub("", source))


def test_every_style_sheet_is_in_the_list_and_every_row_is_one() -> None:
    css = STATIC / "css"
    main = (css / "main.css").read_text("utf-8")
    listed = re.findall(r'@import "([^"]+)"', main)
    alone = {"main.css", "rare-font.css"}  # linked by themselves
    assert len(listed) == len(set(listed))
    assert {path.relative_to(css).as_posix() for path in css.rglob("*.css")} - alone == set(listed) - alone


def test_every_behaviour_asked_for_is_there_and_every_one_is_asked_for() -> None:
    asked = {
        name
        for path in ALL
        for value in re.findall(r'data-behaviour="([a-z\- ]+)"', path.read_text("utf-8"))
        for name in value.split()
    }
    there = {path.stem for path in (STATIC / "js" / "behaviours").glob("*.js")}
    assert asked - there == set()
