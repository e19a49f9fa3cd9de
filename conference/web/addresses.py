"""What may stand in an address: an id is a whole number that the database can hold; any other is a 404."""

from __future__ import annotations

from apiflask import APIFlask
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_ID = 2**63 - 1


class IdConverter(IntegerConverter):
    """`<int:…>` everywhere: Werkzeug's own takes any number of digits, and Python reads only 4,300 of them."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(super().to_python(value))
        if number > LARGEST_ID:
            raise ValidationError
        return number


def install(app: APIFlask) -> None:
    """Before any address is named."""
    app.url_map.converters["int"] = IdConverter
