"""Whom a paper is asked for, as it stands in an address: the filter of the list of people, and more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict

from conference.blueprints.organiser import filters
from conference.forms.papers import ANY, PrintForm
from conference.services import paper_people, units
from conference.services.paper_people import Holder
from conference.services.selections import Wanted
from conference.vocabulary import DelegateStatus, Mode, PaperKind, PaperOrder

# What is meant where an address does not say: those who come into the hall.
_USUAL = {"status": DelegateStatus.CONFIRMED.value, "mode": Mode.IN_PERSON.value}
_FORM = {"status", "mode", "category", "province", "unit"}
_ORDERS = {
    PaperKind.PLACE_CARD: PaperOrder.CATEGORY,
    PaperKind.TABLE_CARD: PaperOrder.UNIT,
    PaperKind.SIGN_IN_SHEET: PaperOrder.UNIT,
    PaperKind.SEAT_STICKER: PaperOrder.SEAT,
}


@dataclass(frozen=True)
class Asked:
    """`ticked` are rows of the list; None where all of the filter is meant."""

    kind: PaperKind
    wanted: Wanted
    ticked: Sequence[int] | None
    order: PaperOrder
    only_new: bool
    first: int

    @property
    def people(self) -> list[Holder]:
        return paper_people.chosen(
            g.meeting.id, self.wanted, self.ticked, kind=self.kind, order=self.order, only_new=self.only_new
        )

    @property
    def whom(self) -> dict[str, Any]:
        """Of an address: the selection alone, for another kind of paper."""
        wanted = self.wanted
        open_to_all = {"status": wanted.status or ANY, "mode": wanted.mode or ANY}
        ticks = {} if self.ticked is None else {"delegate": list(self.ticked)}
        return filters.written(wanted) | {key: str(value) for key, value in open_to_all.items()} | ticks

    @property
    def address(self) -> dict[str, Any]:
        """Of an address: all of it."""
        more = {"order": self.order.value, "only_new": "1" if self.only_new else "", "first": str(self.first)}
        return self.whom | {key: value for key, value in more.items() if value}

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form has no field for, to be sent along hidden."""
        return [pair for pair in _pairs(self.whom) if pair[0] not in _FORM]

    @property
    def typed(self) -> dict[str, Any]:
        """The fields of the form."""
        unit_id = self.wanted.unit_id
        return {
            "status": self.wanted.status or ANY,
            "mode": self.wanted.mode or ANY,
            "category": [category.value for category in self.wanted.categories],
            "province": self.wanted.province,
            "unit": units.names([unit_id]).get(unit_id, "") if unit_id is not None else "",
            "unit_id": str(unit_id or ""),
            "order": self.order,
            "only_new": self.only_new,
            "first": self.first,
        }


def read(args: MultiDict[str, str], kind: PaperKind) -> Asked:
    """What makes no sense narrows to nothing; without a word about it, the confirmed in person are meant."""
    said = args.copy()
    for key, usual in _USUAL.items():
        said.setdefault(key, usual)
    order, first = args.get("order", ""), filters.whole(args.get("first", "")) or 1
    return Asked(
        kind=kind,
        wanted=filters.wanted(said),
        ticked=filters.ticked(args) if "delegate" in args else None,
        order=PaperOrder(order) if order in list(PaperOrder) else _ORDERS.get(kind, PaperOrder.NUMBER),
        only_new=bool(args.get("only_new")),
        first=min(first, 24),
    )


def of_form(form: PrintForm, sent: MultiDict[str, str], kind: PaperKind) -> Asked:
    """What was sent with the form, hidden or typed. Raises Malformed (unit)."""
    unit_id = form.chosen_unit
    if form.unit.data and unit_id is None:
        unit_id = units.named(g.meeting.id, form.unit.data)
    args = sent.copy()
    args["unit"] = str(unit_id) if form.unit.data and unit_id is not None else ""
    return read(args, kind)


def _pairs(address: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (key, str(one)) for key, value in address.items() for one in (value if isinstance(value, list) else [value])
    ]
