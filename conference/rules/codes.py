"""Finding the participation code (参会码) in whatever a scanner or a person gives us."""

from __future__ import annotations

import re
import unicodedata

from conference.vocabulary import CODE_ALPHABET, CODE_LENGTH

_CODE = re.compile(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")
_ADDRESS = re.compile(r"(?:[A-Z][A-Z0-9+.\-]*://)?[^/?#]*(?:/[^?#]*)?/C/(?P<code>[^/?#]*)/?(?:[?#].*)?", re.DOTALL)
_SEPARATORS = re.compile(r"[\s\-‐‑–—]+")


def parse(text: str) -> str | None:
    """The code in `text`; None when there is none.

    Understood: the bare code, the address `…/c/CODE` on any host, either case, with spaces and hyphens, and
    full-width letters as a Chinese keyboard types them.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    address = _ADDRESS.fullmatch(plain)
    candidate = _SEPARATORS.sub("", address["code"] if address else plain)
    return candidate if _CODE.fullmatch(candidate) else None


def grouped(code: str) -> str:
    """The code in groups of four, to be read aloud or typed."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
