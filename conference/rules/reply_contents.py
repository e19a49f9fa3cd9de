"""Columns whose header says nothing to us, known by what stands in them; never one whose header is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from conference.rules import places, reply_headers, reply_modes, reply_values
from conference.rules.reply_origins import looks_like_unit
from conference.rules.reply_tables import Grid, Heading, Table
from conference.rules.traditional import simplified
from conference.vocabulary import Mode, ReplyColumn

_MOST = 300  # rows that are looked at
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_ABOUT_MODES = {
    "方式",
    "形式",
    "途径",
    "渠道",
    "参与",
    "参会",
    "参会选择",
    "到会情况",
    "参会情况",
}  # by themselves they say too little
_ANY_REACH = (ReplyColumn.PHONE, ReplyColumn.CONTACT)
_ANY_MODE = (ReplyColumn.MODE, ReplyColumn.IN_PERSON, ReplyColumn.ONLINE)


def recognised(grid: Grid, table: Table, rows: Sequence[int]) -> Table:
    """The table, with what it lacks found where exactly one unknown column has nothing else in it.

    `rows` are those about people. Phones and e-mails must be everybody's own, else they are a contact's.
    """
    if not rows:
        return table
    open_to = [heading for heading in table.headings if heading.kind is None and not _known(heading)]
    kinds = {heading.kind for heading in table.headings}
    wanted: list[tuple[ReplyColumn, Callable[[str], bool], bool]] = []
    if not kinds.intersection(_ANY_MODE):
        wanted.append((ReplyColumn.MODE, _is_mode, False))
        if ReplyColumn.CATEGORY in kinds:  # 类型 is either
            open_to += table.of(ReplyColumn.CATEGORY)
    if not kinds.intersection(_ANY_REACH):
        wanted.append((ReplyColumn.PHONE, _is_mobile, True))
        if ReplyColumn.EMAIL not in kinds:
            wanted.append((ReplyColumn.EMAIL, _is_email, True))
    if not kinds.intersection({ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION}):
        wanted.append((ReplyColumn.UNIT, looks_like_unit, False))
    if ReplyColumn.PROVINCE not in kinds:
        wanted.append((ReplyColumn.PROVINCE, _is_province, False))
    found: dict[int, ReplyColumn] = {}
    for kind, fits, own in wanted:
        fitting = [
            heading.index
            for heading in open_to
            if heading.index not in found and _all(grid, heading.index, heading.header, rows[:_MOST], fits, own=own)
        ]
        if len(fitting) == 1:
            found[fitting[0]] = kind
    if not found:
        return table
    headings = [
        replace(one, kind=found[one.index], by_content=True) if one.index in found else one for one in table.headings
    ]
    return replace(table, headings=headings)


def _known(heading: Heading) -> bool:
    """A second column of something that a person has once: its header is known."""
    return reply_headers.meaning(heading.header.rpartition(" · ")[2]) is not None


def _all(grid: Grid, column: int, header: str, rows: Sequence[int], fits: Callable[[str], bool], *, own: bool) -> bool:
    said = [reply_values.text(grid.spread(row, column)) for row in rows]
    said = [text for text in said if not reply_values.says_nothing(text)]
    if not said or len(said) * 2 < len(rows) or (own and len(set(said)) < len(said)):
        return False
    if fits is _is_mode:
        sure = sum(isinstance(reply_modes.mode(text), Mode) for text in said)
        if sure * 2 < len(said):
            return False
        if reply_headers.key(simplified(header)) in _ABOUT_MODES:
            return True
    known = {text: fits(text) for text in set(said)}
    return all(known.values())


def _is_mode(text: str) -> bool:
    """A mode, or a word that speaks of modes and cannot be settled (现场/线上): that is a fault of its row alone."""
    return len(text) <= 20 and reply_modes.mode(text) is not None


def _is_mobile(text: str) -> bool:
    return _MOBILE.fullmatch(re.sub(r"[\s\-]+", "", text)) is not None


def _is_email(text: str) -> bool:
    return "@" in text and reply_values.reach(text, mail=True).email is not None


def _is_province(text: str) -> bool:
    """A province by its own name: a city may be where somebody sets out from."""
    return len(text) <= 12 and places.is_province(text)
