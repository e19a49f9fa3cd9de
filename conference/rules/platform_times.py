"""Times and lengths as outside rooms write them in their reports."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from conference.rules.platform_headers import offset_in

LONGEST = timedelta(days=7)
_DAY = timedelta(days=1)
_FIRST_SERIAL = datetime(1899, 12, 30)  # noqa: DTZ001 — a spreadsheet's days are a wall clock's
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: n for n, name in zip(range(1, 13), _MONTH_NAMES, strict=True)}


@dataclass(frozen=True)
class Around:
    """When and where the meeting is, for times that do not say it; `day` is one that the report names for all."""

    timezone: str
    starts_at: datetime
    ends_at: datetime
    day: date | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Written:
    """A time as it stands: `day` may be missing or (`of_any_year`: month, day) be without its year, `zone` is there
    where the text names one.
    """

    clock: time
    day: date | None
    zone: tzinfo | None
    of_any_year: tuple[int, int] | None = None


def written(text: str) -> Written | None:
    """None where no time stands there (“-”, “会议中”)."""
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("\u200e", "").split())
    if not plain or len(plain) > 60:
        return None
    if serial := re.fullmatch(r"\d{5}(?:\.\d+)?", plain):
        moment = _FIRST_SERIAL + timedelta(seconds=round(float(serial[0]) * 86400))
        return Written(moment.time(), moment.date(), None)
    day, rest = _day_in(plain)
    yearless = None
    if day is None and (found := _YEARLESS.search(rest)):
        yearless, rest = (int(found[1]), int(found[2])), rest.replace(found[0], " ", 1)
    clock = _clock_in(rest)
    if clock is None:
        bare = day is not None and not re.search(r"\d", rest)
        return Written(time(), day, None) if bare else None
    if day is None and yearless is None and re.search(r"\d", _beside_the_clock(rest)):
        return None  # a day that is none (0000-00-00), and not the meeting's
    return Written(clock, day, offset_in(rest) or _offset(rest), yearless)


def day_in(text: str) -> date | None:
    """The day that a text names with its year."""
    return _day_in(" ".join(unicodedata.normalize("NFKC", text).split()))[0]


def moment(said: Written, around: Around, *, day: date | None = None, zone: tzinfo | None = None) -> datetime:
    """In UTC. Where no day is said (`day` of its row, `around.day`), the one on which it is nearest to the meeting."""
    where = said.zone or zone or around.zone
    known = said.day or _nearest_year(said.of_any_year, around) or day or around.day
    if known is not None:
        return _at(known, said.clock, where)
    first = around.starts_at.astimezone(where).date() - _DAY
    days = min((around.ends_at - around.starts_at).days + 4, 60)
    each = (_at(first + n * _DAY, said.clock, where) for n in range(days))
    return min(each, key=lambda at: max(around.starts_at - at, at - around.ends_at, timedelta(0)))


def _nearest_year(month_and_day: tuple[int, int] | None, around: Around) -> date | None:
    begins = around.starts_at.date()
    found = []
    for year in (begins.year - 1, begins.year, begins.year + 1) if month_and_day else ():
        with contextlib.suppress(ValueError):
            found.append(date(year, *month_and_day or (1, 1)))
    return min(found, key=lambda day: abs(day - begins), default=None)


def seconds(text: str, unit: int | None, *, span: float | None) -> int | None:
    """How long, of `01:23:45`, `83分钟`, `1小时23分`, `1h 23m`, `PT1H23M`, or a bare number of `unit` (minutes where
    none is said). `span` is what the times come to: of two readings the one that is nearer to it is meant. None where
    no length stands there.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip().replace(",", "")
    if not plain or len(plain) > 60:
        return None
    found = _readings(plain, unit)
    kept = [one for one in found if 0 <= one <= LONGEST.total_seconds()]
    if not kept:
        return None
    if span is None:
        return round(kept[0])
    meant = span
    nearest: float = min(kept, key=lambda one: abs(one - meant))
    return round(nearest)


def _readings(plain: str, unit: int | None) -> list[float]:
    if clock := re.fullmatch(r"(?:(\d{1,2})(?:天|d| days?,?)\s*)?(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?", plain):
        days, first, second = int(clock[1] or 0), int(clock[2]), int(clock[3])
        if clock[4] is not None:
            return [days * 86400 + first * 3600 + second * 60 + int(clock[4])]
        return [first * 3600 + second * 60, first * 60 + second] if first < 24 else [first * 60 + second]
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        number = float(plain)
        if unit is None and 0 < number < 1 and "." in plain:
            return [number * 86400]  # a spreadsheet's part of a day
        return [number * (unit or 60)] if unit else [number * 60, number]
    spelt = _SPELT.fullmatch(re.sub(r"^pt(?=\d)", "", plain))
    if spelt is None or not any(spelt.groups()):
        return []
    return [sum(float(text) * each for text, each in zip(spelt.groups(), _EACH, strict=True) if text)]


def _day_in(plain: str) -> tuple[date | None, str]:
    """The day, and the text without it."""
    for pattern, order in _DAYS:
        if found := pattern.search(plain):
            rest = plain[: found.start()] + " " + plain[found.end() :]
            for read in order:
                numbers = {part: found[at + 1] for at, part in enumerate(read)}
                if made := _date(numbers):
                    return made, rest
    return None, plain


def _date(numbers: dict[str, str]) -> date | None:
    month = numbers["m"].casefold()[:3]
    try:
        year = int(numbers["y"])
        return date(year + 2000 if year < 100 else year, _MONTHS.get(month) or int(numbers["m"]), int(numbers["d"]))
    except ValueError:
        return None


def _clock_in(rest: str) -> time | None:
    found = _CLOCK.search(_NAMED_ZONE.sub(" ", rest))
    if found is None:
        return None
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    half = (found[1] or found[5] or "").casefold().replace(".", "")
    if hour < {"pm": 12, "下午": 12, "晚上": 12, "傍晚": 12, "晚": 12, "中午": 11}.get(half, 0):
        hour += 12
    elif half in {"am", "上午", "凌晨", "早上"} and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _beside_the_clock(rest: str) -> str:
    return re.sub(r"^\s*[+-]\d{2}:?\d{2}", "", _CLOCK.sub("", _NAMED_ZONE.sub(" ", rest), count=1))


def _offset(rest: str) -> tzinfo | None:
    """The zone of ISO 8601 behind a clock."""
    found = re.search(r"\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(z|([+-])(\d{2}):?(\d{2}))(?!\w)", rest, re.IGNORECASE)
    if found is None:
        return None
    if found[2] is None:
        return UTC
    ahead = timedelta(hours=int(found[3]), minutes=int(found[4]))
    if ahead >= timedelta(hours=15):
        return None
    return timezone(-ahead if found[2] == "-" else ahead)


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


_DAYS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)\s?日?[tT]?"), ("ymd",)),
    (re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d{2}|\d{2})(?!\d)"), ("mdy", "dmy")),
    (re.compile(r"\b([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? ((?:19|20)\d{2})", re.IGNORECASE), ("mdy",)),
    (re.compile(r"\b(\d{1,2})[ -]([a-z]{3})[a-z]*\.?,?[ -]((?:19|20)\d{2})", re.IGNORECASE), ("dmy",)),
    (re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)"), ("ymd",)),
)  # fmt: skip
_YEARLESS = re.compile(r"(?<![\d:/-])(\d{1,2})\s?[-/月]\s?(\d{1,2})(?![\d:])日?")
_NAMED_ZONE = re.compile(r"(?:gmt|utc)\s*[+-]\s*\d{1,2}(?::?\d{2})?", re.IGNORECASE)
_HALVES = r"上午|下午|中午|晚上|傍晚|凌晨|早上|晚|[ap]\.?m\.?"
_CLOCK = re.compile(
    rf"({_HALVES})?\s?(?<![\d:])(\d{{1,2}})[:时点](\d{{1,2}})(?:[:分](\d{{1,2}}))?(?:\.\d+)?[分秒]?\s?({_HALVES})?",
    re.IGNORECASE,
)
_EACH = (86_400, 3_600, 60, 1)
_SPELT = re.compile(
    r"(?:(\d+)\s?(?:天|days?|d)\s?)?(?:(\d+(?:\.\d+)?)\s?(?:小时|个小时|时|hours?|hrs?|h)\s?)?"
    r"(?:(\d+(?:\.\d+)?)\s?(?:分钟|分|minutes?|mins?|m)\s?)?(?:(\d+(?:\.\d+)?)\s?(?:秒钟|秒|seconds?|secs?|s))?"
)
