"""What the headers of an outside room's attendance report mean: 腾讯会议, Zoom, 钉钉 and their like.

To teach it another word, add it to `platform_headers.txt`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from enum import StrEnum
from importlib import resources

from conference.rules.traditional import simplified

LONGEST = 40


class Kind(StrEnum):
    """What a column says of somebody."""

    NAME = "name"
    NICKNAME = "nickname"
    UNIT = "unit"
    PHONE = "phone"
    EMAIL = "email"
    DAY = "day"
    JOINED = "joined"
    LEFT = "left"
    LASTED = "lasted"
    USER = "user"  # what the room itself calls them by
    WAITING = "waiting"  # whether they only stood outside, in a waiting room


@dataclass(frozen=True)
class Header:
    """`unit` is how many seconds a bare number in the column stands for, `offset` the zone that the header names."""

    kind: Kind
    weight: int
    unit: int | None = None
    offset: timezone | None = None


@dataclass(frozen=True)
class Columns:
    """Where each kind stands, from 0; the better of two columns of one kind is taken."""

    at: dict[Kind, int] = field(default_factory=dict)
    headers: dict[Kind, Header] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether lines can be read by them: somebody, and a time or how long."""
        who = {Kind.NAME, Kind.NICKNAME, Kind.PHONE, Kind.EMAIL}
        return bool(who & self.at.keys()) and bool({Kind.JOINED, Kind.LASTED} & self.at.keys())

    @property
    def named(self) -> bool:
        return bool({Kind.NAME, Kind.NICKNAME} & self.at.keys())


def columns(texts: Sequence[str]) -> Columns:
    """What the cells of a row mean, read as headers."""
    found = Columns()
    for at, text in enumerate(texts):
        header = meaning(text)
        if header is not None and (header.kind not in found.at or header.weight > found.headers[header.kind].weight):
            found.at[header.kind], found.headers[header.kind] = at, header
    return found


@functools.lru_cache(maxsize=4096)  # a file without a header has its words asked again and again
def meaning(text: str) -> Header | None:
    """What a header is taken for; None where it is none that we know."""
    if not text.strip() or len(text) > 2 * LONGEST:
        return None
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold()
    word = _MARKS.sub("", _PARENTHESES.sub("", plain))
    whole = _MARKS.sub("", plain)
    if not word or len(word) > LONGEST or _NOT_OURS.search(word):
        return None
    chinese = "".join(re.findall(r"[\u3400-\u9fff]+", word))  # of “姓名 Name”
    for reading in dict.fromkeys((word, whole, chinese if len(chinese) > 1 else word)):
        for kind, weight, pattern in _PATTERNS:
            if (reading != whole or whole == word or kind is Kind.LASTED) and pattern.fullmatch(reading):
                return Header(kind, weight, _unit(plain) if kind is Kind.LASTED else None, offset_in(plain))
    return None


def offset_in(text: str) -> timezone | None:
    """The zone in “(GMT+08:00)” or “UTC+8”."""
    found = _OFFSET.search(text)
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-ahead if found[1] == "-" else ahead) if ahead < timedelta(hours=15) else None


def is_header_word(text: str) -> bool:
    """Whether nothing but a header stands there, as a second table has it."""
    return meaning(text) is not None


def _unit(header: str) -> int | None:
    if re.search(r"分|minute|\bmins?\b", header):
        return 60
    if re.search(r"秒|second|\bsecs?\b", header):
        return 1
    return 3600 if re.search(r"小时|hour|\bhrs?\b", header) else None


_MARKS = re.compile(r"[\s*★※:：、,，/／\\|;；.。_—–\-\"'“”‘’?？!！()\[\]【】]+")
_PARENTHESES = re.compile(r"[(\[【〔<《][^()\[\]【】]*[)\]】〕>》]")
_OFFSET = re.compile(r"(?:gmt|utc)\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
# How long a microphone was open, or the meeting was to last, says nothing about who was there.
_NOT_OURS = re.compile(
    r"发言|开麦|麦克|摄像|视频时长|共享|迟到|早退|计划|预定|预计|应到|静音|提问|聊天|答题|举手|会议时长|会议开始|会议结束|直播时长"
)
_WORDS = {
    "<who>": "(?:用户|成员|参会|参会人|参会者|参会人员|参会成员|与会|与会人|与会者|与会人员|人员|员工|观众|学员|"
    "参与者|参与人|会中|入会|显示)?",
    "<in>": "(?:入会|进会|加入|进入|参会|登录|上线|到会|签到|开始观看|观看开始|开始参会)",
    "<out>": "(?:退会|离会|离开|退出|出会|离线|下线|登出|结束观看|观看结束|结束参会|离席|签退)",
    "<where>": "(?:会议|会议室|直播间|直播|房间|课堂|平台)?",
    "<when>": "(?:时间|时刻|日期时间)",
    "<length>": "(?:分钟|秒|小时|分|minutes|mins?|seconds|hours)",
}


def _read() -> list[tuple[Kind, int, re.Pattern[str]]]:
    found = []
    for line in resources.files("conference.rules").joinpath("platform_headers.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, weight, pattern = line.split(" ", 2)
            for word, meant in _WORDS.items():
                pattern = pattern.replace(word, meant)
            found.append((Kind(kind), int(weight), re.compile(pattern)))
    return found


_PATTERNS = _read()
