"""Typst, which sets all our papers: PDF/A-2b with our own fonts embedded, or pictures of the same pages.

What people are called is data for it, never markup. A paper of many pages is set in a process of its own (`apart`):
Typst keeps what it has laid out, and gives the memory back only with the process.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from conference.documents import typefaces

_HERE = Path(__file__).parent
SECONDS = 120  # in which a process of its own must be done


class Unprintable(Exception):
    """Somebody's texts hold characters that none of our fonts can draw; `whose` names them, by name."""

    def __init__(self, whose: dict[str, list[str]]) -> None:
        super().__init__(", ".join(f"{name}: {''.join(missing)}" for name, missing in whose.items()))
        self.whose = whose


class NotSet(Exception):
    """The process that was to set a paper died of something else than what stands on it."""


Data = Mapping[str, Any]  # JSON: whatever the source asks for


def pdf(source: str, data: Data) -> bytes:
    """`source`.typ set with `data`, as PDF/A-2b. The same data give the same bytes."""
    made = _compiler(source).compile(sys_inputs=_inputs(data), format="pdf", pdf_standards=["a-2b"], timestamp=0)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


def pictures(source: str, data: Data, *, ppi: float = 144) -> list[bytes]:
    """The same pages as PNG, to be looked at."""
    made = _compiler(source).compile(sys_inputs=_inputs(data), format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made or ())


def apart(source: str, data: Data) -> bytes:
    """`pdf` in a process of its own; what is on the paper goes through a pipe, not through a file. Raises NotSet."""
    command = [sys.executable, "-m", __name__, source]
    try:
        done = subprocess.run(  # noqa: S603 — our own interpreter and module
            command,
            input=json.dumps(data, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd=_HERE.parents[1],
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NotSet(type(error).__name__) from error
    return done.stdout


def refuse_missing(texts: Mapping[str, str]) -> None:
    """Raises Unprintable where the text of somebody (by name) holds characters that we cannot draw."""
    whose = {name: lacking for name, text in texts.items() if (lacking := typefaces.missing(text))}
    if whose:
        raise Unprintable(whose)


def _compiler(source: str) -> typst.Compiler:
    # A compiler belongs to one document; the fonts, which are most of its work, to all.
    text = (_HERE / "paper.typ").read_bytes() + (_HERE / f"{source}.typ").read_bytes()
    return typst.Compiler(text, font_paths=_fonts(), ignore_system_fonts=True)


def _inputs(data: Data) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False)}


@functools.cache
def _fonts() -> typst.Fonts:
    """Read once; nothing of the system's is used."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[typefaces.FOLDER])


if __name__ == "__main__":
    sys.stdout.buffer.write(pdf(sys.argv[1], json.load(sys.stdin.buffer)))
