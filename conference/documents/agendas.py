"""The agenda on A4, to be printed and laid on the tables: day by day, each session with its talks and people."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass

from conference.documents import printing, typefaces
from conference.documents.printing import Data

_WORDS = {
    "zh": {
        "agenda": "会议议程",
        "release": "第 {n} 版 · {when}",
        "page": "第 {at} 页，共 {all} 页",
        "adjusted": " · 时间含当天调整",
    },
    "en": {
        "agenda": "Agenda",
        "release": "Release {n} · {when}",
        "page": "Page {at} of {all}",
        "adjusted": " · times as adjusted on the day",
    },
}


@dataclass(frozen=True)
class Line:
    """One talk: when (may be empty), what, and who."""

    when: str
    what: str
    who: str


@dataclass(frozen=True)
class Item:
    """One session; `facts` are lines under its title (room, chair …)."""

    when: str
    title: str
    facts: Sequence[str]
    talks: Sequence[Line]
    pause: bool = False


@dataclass(frozen=True)
class DayItems:
    """`heading` may be empty where all is one day."""

    heading: str
    items: Sequence[Item]


def sheet(
    meeting: str, place: str, days: Sequence[DayItems], *, number: int, when: str, adjusted: bool, language: str
) -> Data:
    """What agendas.typ is set with; `adjusted` where its times are other ones than were released. A character that we
    cannot draw stands as a box.
    """
    words = _WORDS[language]
    return {
        "title": meeting,
        "lang": language,
        "meeting": _drawn(meeting),
        "place": _drawn(place),
        "agenda": words["agenda"],
        "release": words["release"].format(n=number, when=when) + (words["adjusted"] if adjusted else ""),
        "page": words["page"],
        "days": [
            {
                "heading": day.heading,
                "items": [
                    {
                        "when": item.when,
                        "title": _drawn(item.title),
                        "facts": [_drawn(fact) for fact in item.facts],
                        "pause": item.pause,
                        "talks": [[talk.when, _drawn(talk.what), _drawn(talk.who)] for talk in item.talks],
                    }
                    for item in day.items
                ],
            }
            for day in days
        ],
    }


def pdf(data: Data) -> bytes:
    """The sheet as PDF; what was set a moment ago is not set again."""
    return _set(json.dumps(data, ensure_ascii=False))


@functools.lru_cache(maxsize=8)
def _set(data: str) -> bytes:
    return printing.pdf("agendas", json.loads(data))


def _drawn(text: str) -> str:
    lacking = typefaces.missing(text)
    return "".join("□" if character in lacking else character for character in text) if lacking else text
