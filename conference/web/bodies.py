"""Reading the JSON of a request, strictly (RFC 8259, and I-JSON of RFC 7493 where they leave a choice)."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from conference.vocabulary import Fault, Malformed

WHOLE = "body"  # what a fault of the content as a whole is named by


def read(*, optional: bool = False) -> dict[str, Any]:  # whatever the sender wrote
    """The object that the request carries; with `optional` an empty content is an empty object.

    Raises Malformed, UnsupportedMediaType where the content is not declared to be JSON, RequestEntityTooLarge.
    """
    if optional and not request.content_length and "Transfer-Encoding" not in request.headers:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType
    try:
        found = _DECODER.decode(request.get_data(cache=False).decode("utf-8"))
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a number of thousands of digits, too deep
        raise Malformed({WHOLE: Fault.NOT_READABLE}) from None
    if not isinstance(found, dict):
        raise Malformed({WHOLE: Fault.NOT_AN_OBJECT})
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Malformed({next(name for name in names if names.count(name) > 1)[:200]: Fault.REPEATED})
    return found


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
