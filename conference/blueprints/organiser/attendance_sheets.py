"""The sheets of the attendance ledger's workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from conference import clock
from conference.documents.tables import Cell, Column, Table
from conference.services import attendance_corrections, attendance_ledger, viewing_room_lists
from conference.services.attendance_ledger import Cell as Attendance
from conference.services.attendance_ledger import Figures, Ledger, Person
from conference.vocabulary import Attended
from conference.web.filters import clock_time, words


class Book:
    """One ledger; `people` says how many its sheet by person held, once that was written."""

    def __init__(self, meeting: Any, now: datetime) -> None:  # as the guard found it
        self._meeting, self._now = meeting, now
        self._ledger: Ledger = attendance_ledger.of(meeting, now=now)
        self.people = 0

    def sheets(self) -> list[Table]:
        kinds = [Column(words(kind), 22) for kind in Attended]
        named = [Column(_("编号"), 8), Column(_("姓名"), 14), Column(_("单位"), 40)]
        sessions = [Column(one.session.title, 24) for one in self._ledger.sessions]
        return [
            Table(
                _("按场次"),
                [Column(_("场次"), 40), Column(_("开始"), 18), Column(_("结束"), 18), *kinds],
                self._by_session(),
            ),
            Table(
                _("按人"),
                [
                    *named,
                    Column(_("出席场数"), 10),
                    Column(_("本站观看（分钟）"), 18),
                    Column(_("外部会议室（分钟）"), 20),
                    Column(_("其中场次以外（分钟）"), 22),
                    Column(_("达到要求"), 10),
                    Column(_("要求的场次出席（百分比）"), 22),
                    Column(_("要求的场次出席（分钟）"), 22),
                    *sessions,
                ],
                self._by_person(),
            ),
            Table(
                _("集体收看"),
                [
                    Column(_("单位"), 40),
                    Column(_("收看地点"), 30),
                    Column(_("现场负责人"), 14),
                    Column(_("收看人数"), 10),
                    Column(_("状态"), 10),
                    Column(_("原因"), 30),
                ],
                self._collective(),
            ),
            Table(
                _("更正"),
                [
                    *named,
                    Column(_("场次"), 30),
                    Column(_("出席分钟数"), 12),
                    Column(_("原因"), 40),
                    Column(_("更正人"), 14),
                    Column(_("时间"), 18),
                ],
                self._corrections(),
            ),
        ]

    def _by_session(self) -> Iterator[list[Cell]]:
        for one in self._ledger.sessions:
            times = [self._wall(one.session.starts_at), self._wall(one.session.ends_at)]
            yield [one.session.title, *times, *_figures(one.people)]
        yield [_("人数（每人只算一次）"), None, None, *_figures(self._ledger.people)]
        yield [_("人次（每人每场一次）"), None, None, *_figures(self._ledger.times)]

    def _by_person(self) -> Iterator[list[Cell]]:
        for one in attendance_ledger.everybody(self._meeting, now=self._now):
            self.people += 1
            yield _person(one)

    def _collective(self) -> Iterator[list[Cell]]:
        for one in viewing_room_lists.shown(self._meeting.id):
            room = one.room
            yield [one.unit, room.place, room.host, room.headcount, words(room.status), room.reason]

    def _corrections(self) -> Iterator[list[Cell]]:
        titles = {one.session.id: one.session.title for one in self._ledger.sessions}
        for one in attendance_corrections.written(self._meeting.id):
            made = one.correction
            minutes: Cell = _("撤销更正") if made.minutes is None else round(made.minutes)
            title, at = titles.get(made.session_id or 0, ""), self._wall(made.corrected_at)
            yield [one.number, one.name, one.unit, title, minutes, made.reason, one.by, at]

    def _wall(self, moment: datetime | None) -> datetime | None:
        return moment and clock.local(moment, self._meeting.timezone).replace(tzinfo=None)


def _figures(found: Figures) -> list[int]:
    return [found[kind] for kind in Attended]


def _person(one: Person) -> list[Cell]:
    said: list[Cell] = [one.number, one.name, one.unit, one.attended, round(one.beats), round(one.platform)]
    said.append(round(one.outside.beats + one.outside.platform))
    standing = one.standing
    said += [words(standing.said), standing.percent, round(standing.minutes)]
    return [*said, *(_cell(cell) for cell in one.cells)]


def _cell(cell: Attendance) -> str:
    """Every evidence there is, and what was set right before it."""
    said = []
    if cell.correction is not None:
        said.append(_("更正为 %(n)s 分钟", n=round(cell.correction.counts)))
    if cell.came_at is not None:
        said.append(_("现场 %(time)s", time=clock_time(cell.came_at)))
    if cell.beats:
        said.append(_("本站 %(n)s 分钟", n=_minutes(cell.beats)))
    if cell.platform:
        said.append(_("外部会议室 %(n)s 分钟", n=_minutes(cell.platform)))
    return "；".join(said)


def _minutes(n: float) -> str:
    return f"{round(n, 1):g}"
