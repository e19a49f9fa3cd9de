"""A list of units in a workbook: which column is what, and what each row says of a unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conference.rules import contact, credit_code, places
from conference.rules.provinces import PROVINCES
from conference.rules.sheets import Sheet
from conference.rules.text import NAME_LIMIT, SHORT_LIMIT, fault_in
from conference.vocabulary import Fault, UnitKind

MOST_ROWS = 5_000
MOST_PLACES = 100_000
HEADER_WITHIN = 15  # rows; above it stand titles and notes
# By field, as people head their columns; compared without spaces, marks and what stands in parentheses.
HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("单位", "单位名称", "名称", "委员单位", "单位全称", "机构名称", "unit", "name", "unitname"),
    "province": ("省份", "省", "省市", "省区市", "所在省份", "所属省份", "地区", "province"),
    "district": ("市区县", "市县区", "市县", "区县", "地市", "所在地", "district", "city"),
    "kind": ("类别", "单位类别", "性质", "单位性质", "类型", "kind", "category"),
    "credit_code": ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "creditcode"),
    "address": ("地址", "单位地址", "通讯地址", "联系地址", "address"),
    "delegate_limit": ("名额上限", "名额", "总名额", "名额合计", "人数上限", "限额", "limit"),
    "in_person_limit": ("现场名额上限", "现场名额", "现场上限", "现场限额", "线下名额", "limitinperson"),
    "online_limit": ("线上名额上限", "线上名额", "线上上限", "线上限额", "limitonline"),
    "reply_by": ("报送截止", "截止", "截止时间", "截止日期", "答复截止", "报名截止", "registerby", "deadline"),
    "liaison": ("联络员", "联络员姓名", "联系人", "联系人姓名", "联络人", "liaison"),
    "phone": (
        "联络员手机号", "联络员手机", "联络员电话", "联系电话", "手机", "手机号", "手机号码", "电话", "phone",
        "liaisonsphone",
    ),
    "email": ("联络员邮箱", "邮箱", "电子邮箱", "电子邮件", "email", "liaisonsemail"),
}  # fmt: skip
FIELDS = tuple(HEADERS)
_OF_HEADER = {header: field for field, headers in HEADERS.items() for header in headers}
_KINDS = {
    "委员单位": UnitKind.MEMBER,
    "委员": UnitKind.MEMBER,
    "成员单位": UnitKind.MEMBER,
    "memberunit": UnitKind.MEMBER,
    "有关单位": UnitKind.RELATED,
    "相关单位": UnitKind.RELATED,
    "relatedunit": UnitKind.RELATED,
    "机构": UnitKind.INSTITUTION,
    "institution": UnitKind.INSTITUTION,
} | {kind.value: kind for kind in UnitKind}
_NO_LIMIT = {"不限", "无限", "不限制", "nolimit"}
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\D*?(?:(\d{1,2})\s*[:：点时]\s*(\d{1,2})?\D*)?(?::\d{2})?"
)


@dataclass(frozen=True)
class Problem:
    """What is wrong at a row (as the spreadsheet counts) and a column (its header; "" for the whole row)."""

    row: int
    column: str
    fault: Fault
    said: str = ""


@dataclass(frozen=True)
class UnitRow:
    """A whole row. `changes` holds what it says beside name and province, by the names of the unit's fields; an empty
    cell says nothing, 不限 is a limit of None. `reply_by` is on the meeting's wall clock.
    """

    number: int
    name: str
    province: str
    changes: Mapping[str, Any]
    liaison: str = ""
    phone: str | None = None
    email: str | None = None


Raw = tuple[int, Mapping[str, str]]  # a row's number, and its texts by field


@dataclass(frozen=True)
class Understood:
    """`columns` are (header, field or None) in the file's order; `raw` is what was read, to be understood again."""

    columns: Sequence[tuple[str, str | None]]
    raw: Sequence[Raw]
    rows: Sequence[UnitRow]
    problems: Sequence[Problem]


def read(sheets: Sequence[Sheet]) -> Understood:
    """The first sheet that has a column of units; rows without a name and anything else are left out."""
    for sheet in sheets:
        if sheet.hidden:
            continue
        for number in sorted(sheet.rows)[:HEADER_WITHIN]:
            columns = [(header.strip(), field_of(header)) for header in sheet.rows[number]]
            fields = [field for _, field in columns if field]
            if "name" in fields and len(fields) > 1:
                return understand(columns, _raw(sheet, number, columns))
    return Understood((), (), (), (Problem(1, "", Fault.NOTHING_FOUND),))


def understand(columns: Sequence[tuple[str, str | None]], raw: Sequence[Raw]) -> Understood:
    """Each row, and every problem of it; a row with one is left out whole."""
    headers = {field: header for header, field in reversed(columns) if field}
    rows, problems = [], []
    seen: dict[tuple[str, ...], int] = {}
    for number, texts in raw[:MOST_ROWS]:
        row, faults = _row(number, texts)
        if row is not None and not faults:
            keys: list[tuple[str, ...]] = [("name", row.name, row.province)]
            if code := row.changes.get("credit_code"):
                keys.append(("code", code))
            if any(key in seen for key in keys):
                faults["name"] = Fault.TWICE_IN_THE_SHEET
            seen |= dict.fromkeys(keys, number)
        problems += [
            Problem(number, headers.get(field, ""), fault, texts.get(field, "")[:80]) for field, fault in faults.items()
        ]
        if row is not None and not faults:
            rows.append(row)
    if len(raw) > MOST_ROWS:
        problems.append(Problem(raw[MOST_ROWS][0], "", Fault.TOO_MANY))
    return Understood(columns, raw, rows, problems)


def field_of(header: str) -> str | None:
    """Which field a column's header means."""
    plain = re.sub(r"[(（].*?[)）]", "", unicodedata.normalize("NFKC", header))
    return _OF_HEADER.get(re.sub(r"[\s*、，,：:/’'\-]+", "", plain).casefold())


def _raw(sheet: Sheet, header: int, columns: Sequence[tuple[str, str | None]]) -> list[Raw]:
    """The texts below the header; of two columns for one field the first that says something."""
    found: list[Raw] = []
    for number in sorted(sheet.rows):
        if number <= header:
            continue
        texts: dict[str, str] = {}
        for column, (_, field) in enumerate(columns):
            text = " ".join(sheet.text(number, column).split())[: SHORT_LIMIT + 50]
            if field and text:
                texts.setdefault(field, text)
        if texts.get("name") or len(texts) > 1:
            found.append((number, texts))
    return found


def _row(number: int, texts: Mapping[str, str]) -> tuple[UnitRow | None, dict[str, Fault]]:
    faults: dict[str, Fault] = {}
    name = texts.get("name", "")
    if fault := fault_in(name, limit=SHORT_LIMIT):
        faults["name"] = fault
    province = _province(texts.get("province", ""), name, faults)
    changes = _changes(texts, faults)
    liaison, phone, email = _liaison(texts, faults)
    return UnitRow(number, name, province, changes, liaison, phone, email), faults


def _changes(texts: Mapping[str, str], faults: dict[str, Fault]) -> dict[str, Any]:  # of several types
    changes: dict[str, Any] = {}
    for field in ("district", "address"):
        if text := texts.get(field):
            if fault := fault_in(text, limit=SHORT_LIMIT):
                faults[field] = fault
            changes[field] = text
    if text := texts.get("kind"):
        changes["kind"] = _KINDS.get(re.sub(r"\s", "", text).casefold())
        if changes["kind"] is None:
            faults["kind"] = Fault.UNKNOWN_CHOICE
    if text := texts.get("credit_code"):
        changes["credit_code"] = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
        if not credit_code.valid(changes["credit_code"]):
            faults["credit_code"] = Fault.NOT_A_CREDIT_CODE
    for field in ("delegate_limit", "in_person_limit", "online_limit"):
        if text := texts.get(field):
            changes[field] = _limit(text, field, faults)
    if text := texts.get("reply_by"):
        changes["reply_by"] = _moment(text)
        if changes["reply_by"] is None:
            faults["reply_by"] = Fault.NOT_A_TIME
    return changes


def _province(said: str, name: str, faults: dict[str, Fault]) -> str:
    if said:
        found = said if said in PROVINCES else places.province(said)
        if found is None:
            faults["province"] = Fault.NOT_A_PROVINCE
        return found or ""
    told = places.of_unit(name).code if name else None
    if told is None and name:
        faults["province"] = Fault.PROVINCE_NEEDED
    return told or ""


def _limit(text: str, field: str, faults: dict[str, Fault]) -> int | None:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold().removesuffix("人").removesuffix(".0")
    if plain in _NO_LIMIT:
        return None
    if not (plain.isascii() and plain.isdigit()):
        faults[field] = Fault.NOT_A_NUMBER
    elif len(plain) > 9 or int(plain) > MOST_PLACES:
        faults[field] = Fault.OUT_OF_RANGE
    else:
        return int(plain)
    return None


def _moment(text: str) -> datetime | None:
    """A day alone lasts until its last minute."""
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).replace("T", " ").strip())
    if found is None:
        return None
    year, month, day, hour, minute = found.groups()
    clock = (23, 59) if hour is None else (int(hour), int(minute or 0))
    try:
        return datetime(int(year), int(month), int(day), *clock)  # noqa: DTZ001  # the meeting's own wall clock
    except ValueError:
        return None


def _liaison(texts: Mapping[str, str], faults: dict[str, Fault]) -> tuple[str, str | None, str | None]:
    name, phone, email = (texts.get(field, "") for field in ("liaison", "phone", "email"))
    if name and (fault := fault_in(name, limit=NAME_LIMIT)):
        faults["liaison"] = fault
    if not name and (phone or email):
        faults["liaison"] = Fault.REQUIRED
    if phone and contact.phone(phone) is None:
        faults["phone"] = Fault.NOT_A_PHONE
    if email and contact.email(email) is None:
        faults["email"] = Fault.NOT_AN_EMAIL
    return name, phone or None, email or None
