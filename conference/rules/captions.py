"""Captions (字幕): .vtt and .srt files, read line by line and written anew, so that nothing else is in them.

What is kept of a cue is when it is shown, where on the picture, and its words; notes, styles and marks of the file go.

Source: WebVTT, https://www.w3.org/TR/webvtt1/ ; .srt has no standard: a number, two times with a comma, lines of text.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from conference.vocabulary import Fault

LARGEST = 2 * 1024 * 1024  # bytes
MOST_CUES = 20_000
LONGEST_TEXT = 1_000  # characters of one cue
_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}((?:\s.*)?)", re.ASCII)
_SETTING = re.compile(
    r"(?:align:(?:start|center|end|left|right)|(?:line|position|size):-?\d{1,4}(?:\.\d{1,4})?%?|vertical:(?:rl|lr))",
    re.ASCII,
)
_TAG = re.compile(r"</?[a-zA-Z0-9.:][^<>]{0,200}>")
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# Marks that turn lines round, and line breaks that are none here.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\x85]")
_BLOCKS = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True)
class Wrong:
    """What cannot be read, and in which line, counted from 1; 0 is the file as a whole."""

    fault: Fault
    line: int = 0


@dataclass(frozen=True)
class Cue:
    """Times in milliseconds."""

    begins: int
    ends: int
    text: str
    settings: str = ""


def written(content: bytes) -> str | Wrong:
    """The file as WebVTT, its cues in the order of their times."""
    if len(content) > LARGEST:
        return Wrong(Fault.FILE_TOO_LARGE)
    if not content.strip():
        return Wrong(Fault.FILE_EMPTY)
    text = _decoded(content)
    if text is None or _ODD.search(text):
        return Wrong(Fault.NOT_CAPTIONS)
    cues = _cues(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if isinstance(cues, Wrong):
        return cues
    return "WEBVTT\n\n" + "\n".join(_said(one) for one in sorted(cues, key=lambda one: (one.begins, one.ends)))


def _decoded(content: bytes) -> str | None:
    """UTF-16 where a mark says so, UTF-8 where all of it is, else GB 18030."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _cues(lines: list[str]) -> list[Cue] | Wrong:
    found: list[Cue] = []
    for number, block in _blocks(_without_header(lines)):
        if block[0].split(" ")[0].split("\t")[0] in _BLOCKS and "-->" not in block[0]:
            continue
        at = 0 if "-->" in block[0] else 1  # what stands before the times is the cue's number or name
        cue = _cue(block[at:], number + at)
        if isinstance(cue, Wrong):
            return cue
        if cue is not None:
            found.append(cue)
        if len(found) > MOST_CUES:
            return Wrong(Fault.TOO_MANY, number)
    return found or Wrong(Fault.NOT_CAPTIONS)


def _without_header(lines: list[str]) -> list[str]:
    """The same with empty lines where a .vtt says that it is one; some programs leave out the empty line after it."""
    if not lines[0].startswith("WEBVTT"):
        return lines
    over = next((at for at, line in enumerate(lines) if not line.strip() or "-->" in line), len(lines))
    return [""] * over + lines[over:]


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together, with the number of the first of them."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(block: list[str], number: int) -> Cue | Wrong | None:
    """None where nothing is said."""
    if not block or "-->" not in block[0]:
        return Wrong(Fault.CUE_WITHOUT_TIMES, number if block else number - 1)
    timing = _TIMING.fullmatch(block[0])
    if timing is None:
        return Wrong(Fault.CUE_WITHOUT_TIMES, number)
    begins, ends = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:8])
    if begins >= ends:
        return Wrong(Fault.CUE_BACKWARDS, number)
    for at, line in enumerate(block[1:], 1):
        if "-->" in line:  # an empty line is missing
            return Wrong(Fault.CUE_WITHOUT_TIMES, number + at)
    text = "\n".join(one for line in block[1:] if (one := _plain(line)))
    if _ODD.search(text) or "-->" in text:
        return Wrong(Fault.FORBIDDEN_CHARACTERS, number + 1)
    if len(text) > LONGEST_TEXT:
        return Wrong(Fault.TOO_LONG, number + 1)
    settings = [one for one in timing.group(9).split() if _SETTING.fullmatch(one)]
    return Cue(begins, ends, text, " ".join(settings[:5])) if text else None


def _plain(line: str) -> str:
    return _TURNING.sub("", html.unescape(_TAG.sub("", line))).strip()


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (part or "0" for part in parts)
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest.ljust(3, "0"))


def _said(cue: Cue) -> str:
    text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_time(cue.begins)} --> {_time(cue.ends)}{f' {cue.settings}' if cue.settings else ''}\n{text}\n"


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
