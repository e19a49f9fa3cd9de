"""What the headers of a reply form (回执) mean. To teach it another word, add it to `reply_headers.txt`."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources

from conference.rules.traditional import simplified
from conference.vocabulary import ReplyColumn

LONGEST = 40

# Inside a header: somebody else's number or name, and what is asked for other purposes.
_OTHERS = re.compile(r"联系人|联络人|联络员|紧急|填表|填报人|经办|对接|司机|领队|陪同|随行")
_PURPOSES = re.compile(
    r"住宿|房|酒店|宾馆|饮食|用餐|就餐|餐|忌口|抵达|返程|到达|离开|车次|航班|接站|送站|接送|参访|考察|参观|发言|备注|性别|民族|"
    r"尺码|发票|税号|车牌|照片|签名|签到|年龄|出生|政治面貌|学历|交通|行程|时间|日期|领域|意见|建议|地址|邮编|传真|微信号|qq",
    re.IGNORECASE,
)
_IDENTITY = re.compile(r"身份证|证件号|护照|公民身份|id ?card", re.IGNORECASE)
OUR_REASONS = "请改正（标注）"
_PARENTHESES = re.compile(r"[（(\[【〔<《][^（()）\[\]【】]*[)）\]】〕>》]")
_NUMBERING = re.compile(r"^(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]?[、.．,，:：)）]|[①-⑳])")
_MARKS = re.compile(r"[\s*＊★☆※:：、,，/／\\|;；.。·_—–\-\"'“”‘’?？!！及与和]+")
_REQUIRED = re.compile(r"(必填|必填项|选填|可选|可不填|required|optional)$", re.IGNORECASE)


def _read() -> dict[str, ReplyColumn]:
    text = resources.files("conference.rules").joinpath("reply_headers.txt").read_text("utf-8")
    lines = (line.partition(":") for line in text.splitlines() if line and not line.startswith("#"))
    return {_MARKS.sub("", word): ReplyColumn(column) for column, _, words in lines for word in words.split()}


_BY_WORD = _read()


def meaning(header: str) -> ReplyColumn | None:
    """What a header is taken for; None where it is no header that we know."""
    if not header.strip() or len(header) > 4 * LONGEST:
        return None
    if OUR_REASONS in header:
        return ReplyColumn.REASONS
    header = simplified(header)
    for reading in _readings(header):
        if reading in _BY_WORD:
            return _BY_WORD[reading]
    flat = "".join(unicodedata.normalize("NFKC", header).split())
    if len(flat) > LONGEST:
        return None
    if _IDENTITY.search(flat):
        return ReplyColumn.IDENTITY
    if _OTHERS.search(flat) or _PURPOSES.search(flat):
        return ReplyColumn.NOT_KEPT
    return _by_ending(key(header))


def is_word(text: str) -> bool:
    """Whether a text is nothing but a header's word (“姓名” below 姓名 is nobody)."""
    return key(simplified(text)) in _BY_WORD


def key(header: str) -> str:
    """A header without numbering, spaces, marks, "*必填" and remarks in parentheses, in small letters."""
    plain = unicodedata.normalize("NFKC", header).lower().strip()
    plain = _NUMBERING.sub("", plain.lstrip("*"))
    plain = _PARENTHESES.sub("", plain)
    return _REQUIRED.sub("", _MARKS.sub("", plain))


def _readings(header: str) -> list[str]:
    """A header may explain itself in parentheses (“联系电话（手机）”), or be in two languages (“姓名 Name”)."""
    plain = unicodedata.normalize("NFKC", header).lower().strip()
    whole = _REQUIRED.sub("", _MARKS.sub("", re.sub(r"[()（）\[\]【】]", "", _NUMBERING.sub("", plain))))
    chinese = "".join(re.findall(r"[\u3400-\u9fff]+", key(header)))
    lines = [key(line) for line in plain.splitlines() if line.strip()]
    return [key(header), whole, _MARKS.sub("", plain), *([chinese] if len(chinese) >= 2 else []), *lines[:1]]


_ENDINGS: tuple[tuple[str, ReplyColumn], ...] = (
    ("姓名", ReplyColumn.NAME),
    ("单位名称", ReplyColumn.UNIT),
    ("工作单位", ReplyColumn.UNIT),
    ("单位全称", ReplyColumn.UNIT),
    ("所在单位", ReplyColumn.UNIT),
    ("机构名称", ReplyColumn.UNIT),
    ("手机号码", ReplyColumn.PHONE),
    ("手机号", ReplyColumn.PHONE),
    ("手机", ReplyColumn.PHONE),
    ("联系电话", ReplyColumn.PHONE),
    ("电话号码", ReplyColumn.PHONE),
    ("电话", ReplyColumn.PHONE),
    ("邮箱", ReplyColumn.EMAIL),
    ("电子邮件", ReplyColumn.EMAIL),
    ("联系方式", ReplyColumn.CONTACT),
    ("参会方式", ReplyColumn.MODE),
    ("参会形式", ReplyColumn.MODE),
    ("职务", ReplyColumn.POSITION),
    ("职称", ReplyColumn.POSITION),
    ("职位", ReplyColumn.POSITION),
    ("省份", ReplyColumn.PROVINCE),
)
_BEGINNINGS: tuple[tuple[str, ReplyColumn], ...] = (
    ("参会方式", ReplyColumn.MODE),
    ("参会形式", ReplyColumn.MODE),
    ("手机号", ReplyColumn.PHONE),
    ("联系电话", ReplyColumn.PHONE),
    ("姓名", ReplyColumn.NAME),
    ("职务", ReplyColumn.POSITION),
    ("单位名称", ReplyColumn.UNIT),
    ("工作单位", ReplyColumn.UNIT),
    ("电子邮", ReplyColumn.EMAIL),
    ("邮箱", ReplyColumn.EMAIL),
)


def _by_ending(word: str) -> ReplyColumn | None:
    for ending, column in _ENDINGS:
        if word.endswith(ending) and len(word) <= len(ending) + 6:
            return column
    for beginning, column in _BEGINNINGS:
        if word.startswith(beginning) and len(word) <= len(beginning) + 8:
            return column
    return None
