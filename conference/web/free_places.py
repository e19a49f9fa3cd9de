"""The free places of a mode in words, as everybody is told them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from conference.services.capacities import LineFacts
from conference.vocabulary import Mode
from conference.web.filters import number


def said(line: LineFacts) -> str:
    if line.held:
        return str(_("可候补，由会务组安排"))
    if line.capacity is None:
        return str(_("不限名额"))
    if line.shown_left == 0:
        return str(_("已满，可候补"))
    left, capacity = number(line.shown_left or 0), number(line.capacity)
    return str(_("余 %(left)s / %(all)s", left=left, all=capacity))


def notes(lines: Mapping[Mode, LineFacts]) -> dict[str, str]:
    """By mode, for the form's cards: what somebody who chooses it gets."""
    full = _("名额已满：先候补，有空位按顺序补上")
    held = _("有人在候补：先排在后面，由会务组安排")
    return {
        mode.value: held if line.held else full if line.shown_left == 0 else said(line) for mode, line in lines.items()
    }
