"""How times, numbers and closed sets read on a page."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from apiflask import APIFlask
from flask import g

from conference import clock, wording
from conference.models import Meeting
from conference.rules.codes import grouped
from conference.rules.contact import plain_phone
from conference.rules.provinces import PROVINCES, level
from conference.web.language import language

DEFAULT_TIMEZONE = "Asia/Shanghai"
_WEEKDAYS = "一二三四五六日"


def install(app: APIFlask) -> None:
    for function in (
        day,
        short_day,
        clock_time,
        second,
        moment,
        number,
        words,
        province,
        short_province,
        tile,
        tile_level,
        grouped,
        plain_phone,
    ):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["clock"] = clock_time
    app.jinja_env.globals.update(words=words, within=within, where=where)


def day(value: datetime, timezone: str | None = None) -> str:
    """2023年7月19日（星期三）, on the wall clock of the page's meeting, or of `timezone`."""
    local = _local(value, timezone)
    if language() == "en":
        return f"{local:%A}, {local.day} {local:%B} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日（星期{_WEEKDAYS[local.weekday()]}）"


def short_day(value: datetime, timezone: str | None = None) -> str:
    """7月19日 周三, on the same wall clock: where the year is known."""
    local = _local(value, timezone)
    if language() == "en":
        return f"{local:%a} {local.day} {local:%b}"
    return f"{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]}"


def clock_time(value: datetime, timezone: str | None = None) -> str:
    """08:30, on the same wall clock."""
    return f"{_local(value, timezone):%H:%M}"


def second(value: datetime, timezone: str | None = None) -> str:
    """08:30:59, where what came first is asked."""
    return f"{_local(value, timezone):%H:%M:%S}"


def moment(value: datetime, timezone: str | None = None) -> str:
    """2023年7月19日（星期三）14:30."""
    return f"{day(value, timezone)}{', ' if language() == 'en' else ''}{clock_time(value, timezone)}"


def number(value: int) -> str:
    """1 684: thousands apart by a narrow space that does not break."""
    return f"{value:,}".replace(",", "\u202f")


def words(member: StrEnum) -> str:
    """What a member of the vocabulary is called in the reader's language."""
    return wording.say(member, language())


def within(member: StrEnum) -> str:
    """The same inside a sentence, where English begins it with a small letter."""
    said = words(member)
    return said[:1].lower() + said[1:]


def province(code: str) -> str:
    found = PROVINCES.get(code)
    if found is None:
        return code
    return found.name if language() == "zh" else found.english


def where(meeting: Meeting, *, between: str = " · ") -> str:
    """The province and the place, the province once where the place begins with its name."""
    name = province(meeting.province)
    return meeting.place if meeting.place.startswith(name) else f"{name}{between}{meeting.place}"


def short_province(code: str) -> str:
    """The short name people use (山西 for 山西省)."""
    found = PROVINCES.get(code)
    if found is None:
        return code
    if language() == "en":
        return found.english
    for tail in ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"):
        if found.name.endswith(tail):
            return found.name.removesuffix(tail)
    return found.name


def tile(code: str) -> str:
    """What stands on a province's tile of the map: one character, or two letters."""
    found = PROVINCES[code]
    return found.label if language() == "zh" else found.letters


def tile_level(count: int, total: int) -> int:
    """How dark a province's tile is, from 0 to 3, by its share of all."""
    return level(count, total)


def _local(value: datetime, timezone: str | None) -> datetime:
    return clock.local(value, timezone or g.get("timezone", DEFAULT_TIMEZONE))
