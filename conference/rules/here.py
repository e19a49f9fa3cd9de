"""The rotating text (动态码) on a hall's screen: what it says, how long it is good, how it is read.

It is three numbers in the alphabet of the participation codes: the step of thirty seconds that it was made for (6
characters), a seal that only we can make (13 characters, 64 bits), and the checkpoint (1 to 13 characters). With 20
characters at least it is never taken for a participation code, which has 18.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from conference.vocabulary import CODE_ALPHABET

STEP = timedelta(seconds=30)
LASTS = timedelta(seconds=60)
# The clocks of two machines that serve one meeting may differ a little.
AHEAD = timedelta(seconds=5)
TICKET_LASTS = timedelta(minutes=10)
# How long before a meeting begins its people are told how they check themselves in.
TOLD_BEFORE = timedelta(hours=12)

_BASE = len(CODE_ALPHABET)
_STEP_LENGTH, _SEAL_LENGTH, _LONGEST_ID = 6, 13, 13
SEALS: int = _BASE**_SEAL_LENGTH
_LARGEST_ID = 2**63 - 1

_TEXT = re.compile(
    f"[{CODE_ALPHABET}]{{{_STEP_LENGTH + _SEAL_LENGTH + 1},{_STEP_LENGTH + _SEAL_LENGTH + _LONGEST_ID}}}"
)
_ADDRESS = re.compile(r"(?:[A-Z][A-Z0-9+.\-]*://)?[^/?#]*(?:/[^?#]*)?/H/(?P<text>[^/?#]*)/?(?:[?#].*)?", re.DOTALL)
_SEPARATORS = re.compile(r"[\s\-‐‑–—]+")


@dataclass(frozen=True)
class Here:
    """What a text says; `seal` is to be compared with the true one before anything is believed."""

    checkpoint_id: int
    step: int
    seal: int


def step_of(moment: datetime) -> int:
    """The number of the thirty seconds that `moment` falls into."""
    return int(moment.timestamp() // STEP.total_seconds())


def shown_from(step: int) -> datetime:
    """When the screen begins to show the text of a step; the next one's is when it goes."""
    return datetime.fromtimestamp(step * STEP.total_seconds(), UTC)


def write(here: Here) -> str:
    """The text: upper case, no look-alikes, so that a QR holds it in alphanumeric mode."""
    return (
        _spelled(here.step).rjust(_STEP_LENGTH, CODE_ALPHABET[0])
        + _spelled(here.seal).rjust(_SEAL_LENGTH, CODE_ALPHABET[0])
        + _spelled(here.checkpoint_id)
    )


def parse(text: str) -> Here | None:
    """What `text` says; None when it is no such text.

    Understood, as with participation codes: the bare text, its address `…/h/TEXT` on any host, either case, with
    spaces and hyphens, full-width letters.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    address = _ADDRESS.fullmatch(plain)
    candidate = _SEPARATORS.sub("", address["text"] if address else plain)
    if not _TEXT.fullmatch(candidate):
        return None
    step, rest = candidate[:_STEP_LENGTH], candidate[_STEP_LENGTH:]
    here = Here(_number(rest[_SEAL_LENGTH:]), _number(step), _number(rest[:_SEAL_LENGTH]))
    # A number is written in one way only, so that two texts are never the same one.
    return here if here.checkpoint_id <= _LARGEST_ID and write(here) == candidate else None


def is_fresh(step: int, *, now: datetime) -> bool:
    """Whether the text of a step is still good: for sixty seconds from when the screen began to show it."""
    return -AHEAD <= now - shown_from(step) <= LASTS


def is_told(starts_at: datetime, ends_at: datetime, *, now: datetime) -> bool:
    """Whether somebody's own page says how they check themselves in: from the eve of the meeting to its end."""
    return starts_at - TOLD_BEFORE <= now < ends_at


def _spelled(number: int) -> str:
    letters = ""
    while number:
        number, index = divmod(number, _BASE)
        letters = CODE_ALPHABET[index] + letters
    return letters or CODE_ALPHABET[0]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _BASE + CODE_ALPHABET.index(letter)
    return number
