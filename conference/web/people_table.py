"""The columns of the list of people as a workbook, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _

from conference import clock
from conference.documents.tables import Cell, Column
from conference.models import Question
from conference.services.exports import Row
from conference.web.filters import province, words
from conference.web.language import language


def of(
    rows: Iterable[Row], timezone: str, *, codes: bool, asked: Sequence[Question] = ()
) -> tuple[list[Column], Iterator[list[Cell]]]:
    """Columns and cells; participation codes only where `codes`, a column for each question of `asked`."""
    columns = [
        Column(_("编号"), 8),
        Column(_("姓名"), 12),
        Column(_("单位"), 34),
        Column(_("省份"), 14),
        Column(_("市、区、县"), 20),
        Column(_("职务"), 20),
        Column(_("身份"), 10),
        Column(_("参会方式"), 10),
        Column(_("状态"), 10),
        Column(_("等候改为"), 10),
        Column(_("座位"), 12),
        Column(_("手机号"), 18),
        Column(_("邮箱"), 26),
        Column(_("来源"), 14),
        Column(_("报名时间"), 18),
        Column(_("本人确认"), 18),
        Column(_("到会"), 8),
        *([Column(_("参会码"), 24)] if codes else []),
        *(Column(called(question), 20) for question in asked),
    ]
    return columns, (_cells(row, timezone, codes=codes) for row in rows)


class Counted:
    """Rows that are counted as they go by."""

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._rows = rows
        self.n = 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self._rows:
            self.n += 1
            yield row


def _cells(row: Row, timezone: str, *, codes: bool) -> list[Cell]:
    return [
        row.number,
        row.name,
        row.unit,
        province(row.province),
        row.district,
        row.position,
        words(row.category),
        words(row.mode),
        words(row.status),
        words(row.waiting_for) if row.waiting_for else None,
        row.seat,
        row.phone,
        row.email,
        words(row.origin),
        _wall(row.created_at, timezone),
        _wall(row.acknowledged_at, timezone),
        _("已到") if row.here else None,
        *([row.code] if codes else []),
        *(_cell(answer) for answer in row.answers),
    ]


def called(question: Question) -> str:
    """What a question is called in the reader's language."""
    return (question.label_en if language() == "en" else "") or question.label


def _cell(answer: str | float | None) -> Cell:
    return str(answer) if isinstance(answer, float) else answer


def _wall(moment: datetime | None, timezone: str) -> datetime | None:
    return None if moment is None else clock.local(moment, timezone).replace(tzinfo=None)
