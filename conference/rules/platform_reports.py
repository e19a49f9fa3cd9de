"""An outside room's attendance report (腾讯会议, Zoom, 钉钉 …): from the cells of its sheets to who was there and when.

Whatever its columns are called and however they are ordered: a header is looked for that names somebody, and a time or
a length. What stands above it, sums, and a second table below are left out. One table is read; of several sheets the
one that tells most, since the others say the same people again.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from conference.rules import contact, platform_times
from conference.rules.platform_headers import Columns, Kind, columns, is_header_word
from conference.rules.platform_times import Around
from conference.rules.sheets import Sheet
from conference.rules.watching import Span
from conference.vocabulary import FileFault, LineOddity, Unreadable

LONGEST_NAME = 200
_HEADER_WITHIN = 200  # rows of a sheet
_SUM = re.compile(
    r"(?:合计|总计|共计|小计|平均|汇总|总人数|参会人数|人数|总时长|total|average|sum|count)(?:\W|\d|$)", re.IGNORECASE
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d{9})(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,120}\.[A-Za-z]{2,20}")


@dataclass(frozen=True)
class Line:
    """Somebody's stay. `row` as the spreadsheet counts, times in UTC, `phone` and `email` as they are kept. Without
    `joined_at` it is only known how long they were there. `oddity` is what the cells themselves tell.
    """

    row: int
    name: str
    unit: str
    phone: str | None
    email: str | None
    joined_at: datetime | None
    left_at: datetime | None
    seconds: int
    oddity: LineOddity | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """All that it says, wherever it stands."""
        return self.name, self.unit, self.phone, self.email, self.joined_at, self.left_at, self.seconds


def read(sheets: Sequence[Sheet], around: Around) -> list[Line]:
    """The lines in their order. Raises Unreadable (not_a_report) where no sheet has such columns, or nobody."""
    best: list[Line] = []
    for sheet in sheets:
        found = [] if sheet.hidden else _lines(sheet, around)
        if _tells(found) > _tells(best):
            best = found
    if not best:
        raise Unreadable(FileFault.NOT_A_REPORT)
    known = set[tuple[object, ...]]()
    for at, line in enumerate(best):
        if line.said in known:
            best[at] = dataclasses.replace(line, oddity=LineOddity.REPEATED)
        known.add(line.said)
    return best


def oddity(
    joined_at: datetime | None, left_at: datetime | None, seconds: int, days: Span, *, now: datetime
) -> LineOddity | None:
    """Why such a line gives nobody minutes of a session, or that it is of a time that is still to come; `days` are the
    meeting's.
    """
    if seconds <= 0:
        return LineOddity.EMPTY
    if joined_at is None:
        return LineOddity.UNTIMED
    if joined_at > now:
        return LineOddity.AHEAD
    within = joined_at < days.ends and (left_at or joined_at) >= days.begins
    return None if within else LineOddity.ELSEWHEN


def _tells(lines: Sequence[Line]) -> tuple[int, int]:
    """Stays whose hour is known say more than lengths alone."""
    return sum(line.joined_at is not None for line in lines), len(lines)


def _lines(sheet: Sheet, around: Around) -> list[Line]:
    header = _header(sheet)
    if header is None:
        return []
    at, found = header
    day = _day_above(sheet, at, around)
    table = _Table(found, dataclasses.replace(around, day=day))
    return list(table.lines(sheet, at))


def _header(sheet: Sheet) -> tuple[int, Columns] | None:
    """The first row with usable columns that name people, else one that has only how they are reached."""
    second = None
    for number, texts in list(sheet.rows.items())[:_HEADER_WITHIN]:
        found = columns(texts)
        if found.usable and found.named:
            return number, found
        if found.usable and second is None:
            second = number, found
    return second


def _day_above(sheet: Sheet, header: int, around: Around) -> date | None:
    """A day that stands above the table is the meeting's, unless it is far from it (it says when this was exported)."""
    begins = around.starts_at.astimezone(around.zone).date()
    ends = around.ends_at.astimezone(around.zone).date()
    if begins == ends:
        return None  # the nearest day is that one already
    for number, texts in sheet.rows.items():
        if number >= header:
            break
        for text in texts:
            day = platform_times.day_in(text[:200]) if any(mark.isdigit() for mark in text) else None
            if day is not None and begins <= day <= ends:
                return day
    return None


class _Table:
    """One table of a sheet; a name that stands once for several stays is theirs (merged cells)."""

    def __init__(self, found: Columns, around: Around) -> None:
        self._columns, self._around = found, around

    def lines(self, sheet: Sheet, header: int) -> Iterator[Line]:
        above, last = "", header
        again = [text.strip() for text in sheet.rows[header]]
        for number, texts in sheet.rows.items():
            if number <= header:
                continue
            if [text.strip() for text in texts] == again:  # the header of another page of the same table
                last = number
                continue
            line = self._line(number, texts, above)
            if self._is_another_table(texts) or (line is None and number > last + 1 and above):
                return
            last = number
            if line is not None:
                above = line.name or above
                yield line

    def _line(self, number: int, texts: Sequence[str], above: str) -> Line | None:
        name = self._name(texts)
        phone = _phone(self._text(texts, Kind.PHONE)) or _phone_in(name)
        email = _email(self._text(texts, Kind.EMAIL)) or _email(name)
        if not (name or phone or email):
            name = self._own(texts) or above
        if not (name or phone or email) or _SUM.match(name) or self._text(texts, Kind.WAITING).casefold() in _YES:
            return None
        joined, left, backwards = self._times(texts)
        span = (left - joined).total_seconds() if joined and left else None
        lasted = self._columns.headers.get(Kind.LASTED)
        said = platform_times.seconds(self._text(texts, Kind.LASTED), lasted.unit if lasted else None, span=span)
        if joined is None and left is not None and said is not None:
            joined = left - timedelta(seconds=said)
        if joined is None and said is None:
            return None
        length = said if said is not None else round(span or 0)
        if span is not None:
            length = min(length, round(span))
        odd = LineOddity.BACKWARDS if backwards else None
        return Line(number, name, self._text(texts, Kind.UNIT), phone, email, joined, left, length, odd)

    def _own(self, texts: Sequence[str]) -> str:
        """What stands there for who has no name: such a line is not of the person above."""
        return next((text for kind in _OF_SOMEBODY if (text := self._text(texts, kind))), "")

    def _times(self, texts: Sequence[str]) -> tuple[datetime | None, datetime | None, bool]:
        """When they came and went, and whether what stands there runs backwards: then the going is not known."""
        backwards = False
        row_day = platform_times.day_in(self._text(texts, Kind.DAY))
        joined = self._moment(texts, Kind.JOINED, row_day)
        left = self._moment(texts, Kind.LEFT, row_day or self._day_of(joined))
        if joined is not None and left is not None and left < joined:
            dated = platform_times.written(self._text(texts, Kind.LEFT))
            past_midnight = dated is not None and dated.day is None and dated.of_any_year is None
            left, backwards = (left + timedelta(days=1), False) if past_midnight else (None, True)
        if joined is not None and left is not None and left - joined > platform_times.LONGEST:
            left = None
        return joined, left, backwards

    def _day_of(self, joined: datetime | None) -> date | None:
        return joined.astimezone(self._zone(Kind.LEFT) or self._around.zone).date() if joined else None

    def _moment(self, texts: Sequence[str], kind: Kind, day: date | None) -> datetime | None:
        said = platform_times.written(self._text(texts, kind))
        if said is None:
            return None
        return platform_times.moment(said, self._around, day=day, zone=self._zone(kind))

    def _zone(self, kind: Kind) -> tzinfo | None:
        header = self._columns.headers.get(kind)
        return header.offset if header else None

    def _name(self, texts: Sequence[str]) -> str:
        """The name, and behind it the nickname where that says more."""
        name, nickname = self._text(texts, Kind.NAME), self._text(texts, Kind.NICKNAME)
        if name in _NOTHING:
            name = ""
        both = f"{name}（{nickname}）" if name and nickname and name not in nickname else nickname or name
        phone = self._text(texts, Kind.PHONE)
        if both and "*" in phone and phone not in both:  # what is left of it tells namesakes apart
            both = f"{both} {phone}"
        return both[:LONGEST_NAME]

    def _text(self, texts: Sequence[str], kind: Kind) -> str:
        at = self._columns.at.get(kind)
        return " ".join(texts[at].split()) if at is not None and at < len(texts) else ""

    def _is_another_table(self, texts: Sequence[str]) -> bool:
        """Whether headers stand here again."""
        here = self._text(texts, Kind.NAME) or self._text(texts, Kind.NICKNAME)
        return is_header_word(here) and sum(map(is_header_word, texts)) > 1 and self._times(texts)[:2] == (None, None)


_OF_SOMEBODY = (Kind.UNIT, Kind.PHONE, Kind.USER)
_YES = frozenset({"yes", "是", "true", "y"})
_NOTHING = frozenset({"-", "--", "—", "——", "/", "无", "未知", "N/A", "n/a"})


def _phone(text: str) -> str | None:
    """A phone as it is kept; one with stars in it is none."""
    return contact.phone(text) if text else None


def _phone_in(name: str) -> str | None:
    found = _MOBILE.search(unicodedata.normalize("NFKC", name))
    return contact.phone(found[1]) if found else None


def _email(text: str) -> str | None:
    found = _EMAIL.search(text)
    return contact.email(found[0]) if found else None
