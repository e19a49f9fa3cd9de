"""Where a meeting is shown online: how much of what may be said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from conference.rules import web_links
from conference.vocabulary import Fault

MOST_STREAMS = 4
MOST_CHECKS = 2
LINE_LIMIT = 40  # of the name of a line
MOST_HOSTS = 4  # of a line, besides its own
_RECORDED = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".mp3")
_BETWEEN = re.compile(r"[\s,，、;；]+")


def line(url: str) -> str | Fault:
    """The address of a live line as it is kept; a file that has an end is none."""
    kept = web_links.kept(url, rehearsal=True)
    ended = not isinstance(kept, Fault) and urlsplit(kept).path.lower().endswith(_RECORDED)
    return Fault.NOT_A_LIVE_LINE if ended else kept


def named(text: str) -> tuple[str, ...]:
    """Hosts as somebody typed them, one after the other."""
    return tuple(one for one in _BETWEEN.split(text) if one)


def hosts(typed: Iterable[str]) -> tuple[str, ...] | Fault:
    """Where the pieces of a line may come from, as `https://cdn.example.org`: of bare hosts, or of whole addresses."""
    found: dict[str, None] = {}
    for one in typed:
        kept = web_links.kept(one if "://" in one else f"https://{one}", rehearsal=True)
        if isinstance(kept, Fault):
            return kept
        parts = urlsplit(kept)
        found[f"{parts.scheme}://{parts.netloc}".lower()] = None
    return tuple(found) if len(found) <= MOST_HOSTS else Fault.TOO_MANY
