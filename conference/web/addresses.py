"""What may stand in an address."""

from __future__ import annotations

from apiflask import APIFlask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1


class _Id(IntegerConverter):
    """`<int:…>` as the database can hold it; a larger number is an unknown address, and no error of ours."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = None) -> None:  # noqa: A002 — werkzeug's names
        super().__init__(map, fixed_digits, min, LARGEST_ID if max is None else max)


def install(app: APIFlask) -> None:
    """To be called before the blueprints are joined."""
    app.url_map.converters["int"] = _Id
