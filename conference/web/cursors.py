"""Paging for programs: opaque cursors, which stay good while rows come and go."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from flask import request

from conference.vocabulary import Fault, Malformed

LARGEST_PAGE = 500
USUAL_PAGE = 100
_LONGEST = 200
_NUMBERS = re.compile(r"\d{1,19}(?:\.\d{1,19})*", re.ASCII)


@dataclass(frozen=True)
class Paging:
    """What a list was asked for: what follows `after_id`, at most `limit` items."""

    kind: str
    after_id: int
    limit: int

    def next(self, last_id: int | None) -> str | None:
        """The cursor that goes on after `last_id`; None at the end of the list."""
        return None if last_id is None else write(self.kind, last_id)


def paging(kind: str) -> Paging:
    """The `limit` and `cursor` of the request for a list of `kind`. Raises Malformed."""
    faults: dict[str, Fault] = {}
    limit = request.args.get("limit", str(USUAL_PAGE))
    if not re.fullmatch(r"[0-9]{1,9}", limit):
        faults["limit"] = Fault.NOT_A_NUMBER
    elif not 1 <= int(limit) <= LARGEST_PAGE:
        faults["limit"] = Fault.OUT_OF_RANGE
    numbers = [0]
    if "cursor" in request.args:
        try:
            numbers = read(kind, request.args["cursor"], 1)
        except Malformed as malformed:
            faults |= malformed.faults
    if faults:
        raise Malformed(faults)
    return Paging(kind, numbers[0], int(limit))


def write(kind: str, *numbers: int) -> str:
    """A cursor of `kind` that holds `numbers`, each from 0 to 2**63 - 1."""
    plain = ".".join(str(number) for number in numbers)
    return base64.urlsafe_b64encode(f"{kind}:{plain}".encode()).decode().rstrip("=")


def read(kind: str, cursor: str, count: int) -> list[int]:
    """The `count` numbers that a cursor of `kind` holds. Raises Malformed (cursor) for any other text."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found, _, plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(":")
        if found != kind or not _NUMBERS.fullmatch(plain):
            raise ValueError
        numbers = [int(number) for number in plain.split(".")]
    except (ValueError, binascii.Error):
        raise Malformed({"cursor": Fault.NOT_A_CURSOR}) from None
    if len(numbers) != count or any(number >= 2**63 for number in numbers) or write(kind, *numbers) != cursor:
        raise Malformed({"cursor": Fault.NOT_A_CURSOR})
    return numbers
