"""How the filter of the list of people is written in an address, and read from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from conference.rules.provinces import PROVINCES
from conference.rules.text import legible
from conference.services.selections import Wanted
from conference.vocabulary import Category, DelegateStatus, Mode, Origin

E = TypeVar("E", bound=StrEnum)
SEARCH_LIMIT = 100
TICKED = 200
_HERE = {"yes": True, "no": False}


def wanted(args: MultiDict[str, str]) -> Wanted:
    """What `args` narrows to; what makes no sense narrows to nothing."""
    province, here = args.get("province", ""), args.get("here", "")
    return Wanted(
        search=legible(args.get("q", "")[:SEARCH_LIMIT]).strip(),
        status=_member(args, "status", DelegateStatus),
        mode=_member(args, "mode", Mode),
        categories=tuple(category for category in Category if category.value in args.getlist("category")),
        province=province if province in PROVINCES else "",
        unit_id=whole(args.get("unit", "")),
        here=_HERE.get(here),
        inside=here == "inside",
        answered=_HERE.get(args.get("answered", "")),
        origin=_member(args, "origin", Origin),
        waiting=_member(args, "waiting", Mode),
    )


def written(wanted: Wanted) -> dict[str, Any]:  # texts, and a list of texts
    """The same as arguments of an address: only what narrows."""
    said: Mapping[bool | None, str] = {True: "yes", False: "no", None: ""}
    found: dict[str, Any] = {
        "q": wanted.search,
        "status": wanted.status or "",
        "mode": wanted.mode or "",
        "category": [category.value for category in wanted.categories],
        "province": wanted.province,
        "unit": str(wanted.unit_id or ""),
        "here": "inside" if wanted.inside else said[wanted.here],
        "answered": said[wanted.answered],
        "origin": wanted.origin or "",
        "waiting": wanted.waiting or "",
    }
    return {name: str(value) if isinstance(value, str) else value for name, value in found.items() if value}


def query(wanted: Wanted) -> str:
    """The same as the query string that is kept."""
    return urlencode(written(wanted), doseq=True)


def of_query(text: str) -> Wanted:
    """What a kept query string means today."""
    return wanted(MultiDict(parse_qsl(text[:2_000], max_num_fields=100)))


def ticked(args: MultiDict[str, str]) -> Sequence[int] | None:
    """The ticked rows; None where all of the list is meant."""
    if args.get("whom") == "all":
        return None
    found = (whole(text) for text in args.getlist("delegate")[:TICKED])
    return [number for number in found if number is not None]


def whole(text: str) -> int | None:
    """An id as it stands in an address; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _member(args: MultiDict[str, str], name: str, members: type[E]) -> E | None:
    text = args.get(name, "")
    return members(text) if text in list(members) else None
