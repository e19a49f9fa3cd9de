"""How a workbook shows numbers: which of its styles are days and times, and how any number is written out in full."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

# ECMA-376 part 1, 18.8.30: the formats that have no code of their own, days and times among them (27–36 and 50–58 in
# Chinese editions).
_BUILT_IN = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_LONGEST = 40


class Formats:
    """Filled while `styles.xml` is parsed; then asked by the number of a cell's style."""

    def __init__(self, *, from_1904: bool = False) -> None:
        self.start_of_days = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 — a wall clock
        self._codes: dict[str, str] = {}
        self._styles: list[bool] = []
        self._in_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._styles.append(self._is_time(attributes.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "cellXfs":
            self._in_cells = False

    def written(self, value: str, style: str) -> str:
        """A number of a cell as text: a day or a time where its style shows one, else all of its digits."""
        try:
            number = Decimal(value.strip())
        except InvalidOperation:
            return value.strip()[:_LONGEST]
        if not number.is_finite() or abs(number.adjusted()) > 30:
            return value.strip()[:_LONGEST]
        if style.isdigit() and int(style) < len(self._styles) and self._styles[int(style)]:
            return self._as_time(number) or plain(number)
        return plain(number)

    def _is_time(self, format_id: str) -> bool:
        code = self._codes.get(format_id)
        if code is None:
            return format_id.isdigit() and int(format_id) in _BUILT_IN
        bare = _QUOTED.sub("", code.split(";")[0]).lower()
        return any(letter in bare for letter in "ymdhs") and "general" not in bare

    def _as_time(self, number: Decimal) -> str | None:
        try:
            moment = self.start_of_days + timedelta(days=float(number))
        except OverflowError:
            return None
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        if number < 1:
            return f"{moment:%H:%M}"
        return f"{moment:%Y-%m-%d}" if moment.time() == datetime.min.time() else f"{moment:%Y-%m-%d %H:%M}"


def plain(number: Decimal) -> str:
    """All digits, no exponent; 15 of them, as a spreadsheet shows (13810000001.0 is 13810000001)."""
    rounded = float(number)
    if rounded == int(rounded):
        return str(int(number.to_integral_value()))
    return format(Decimal(f"{rounded:.15g}"), "f")
