"""Travel, rooms, food and the directory: what people told and agree to, as lists and as workbooks."""

from __future__ import annotations

from datetime import datetime

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.documents import tables
from conference.documents.tables import Cell, Column
from conference.services import detail_lists
from conference.vocabulary import ConsentPurpose, Room
from conference.web.filters import words

bp = APIBlueprint("details", __name__, enable_openapi=False)
LISTS = {"stay": ConsentPurpose.HOTEL, "needs": ConsentPurpose.CATERING, "directory": ConsentPurpose.DIRECTORY}


@bp.get("/<slug>/details")
def index(slug: str) -> ResponseReturnValue:
    guests = detail_lists.stays(g.meeting)
    rooms = detail_lists.rooms(guests)
    return render_template("organiser/details/index.html", guests=guests, rooms=rooms, kinds=list(Room))


@bp.get("/<slug>/details/needs")
def needs(slug: str) -> ResponseReturnValue:
    eaters = detail_lists.needs(g.meeting)
    return render_template("organiser/details/needs.html", eaters=eaters, diets=detail_lists.diets(eaters))


@bp.get("/<slug>/details/agreed")
def agreed(slug: str) -> ResponseReturnValue:
    """The directory and photographs, and who took an agreement back."""
    return render_template("organiser/details/agreed.html", agreed=detail_lists.agreed(g.meeting))


@bp.get(f"/<slug>/details/<any({','.join(LISTS)}):which>.xlsx")
def file(slug: str, which: str) -> ResponseReturnValue:
    title, columns, rows = {"stay": _stays, "needs": _needs, "directory": _directory}[which]()
    detail_lists.record_export(g.meeting, LISTS[which], len(rows), desk.doing())
    return desk.workbook(tables.workbook(f"{g.meeting.title} · {title}", columns, rows, sheet=title), title)


Sheet = tuple[str, list[Column], list[list[Cell]]]


def _stays() -> Sheet:
    columns = [
        *_heads(),
        Column(_("到达时间"), 18),
        Column(_("到达车次或航班"), 16),
        Column(_("离开时间"), 18),
        Column(_("离开车次或航班"), 16),
        Column(_("住宿"), 10),
        Column(_("性别"), 8),
        Column(_("同住人姓名"), 14),
        Column(_("更改"), 18),
    ]
    rows: list[list[Cell]] = [
        [
            *_cells(guest.person),
            _wall(guest.stay.arrives_at),
            guest.stay.arrives_by,
            _wall(guest.stay.leaves_at),
            guest.stay.leaves_by,
            words(guest.stay.room),
            words(guest.stay.gender) if guest.stay.gender else "",
            guest.stay.share_with,
            _wall(guest.changed_at),
        ]
        for guest in detail_lists.stays(g.meeting)
    ]
    return _("行程和住宿"), columns, rows


def _needs() -> Sheet:
    columns = [*_heads(), Column(_("饮食要求"), 40), Column(_("无障碍需要"), 40)]
    rows: list[list[Cell]] = [
        [*_cells(eater.person), eater.needs.diet, eater.needs.access] for eater in detail_lists.needs(g.meeting)
    ]
    return _("饮食和无障碍需要"), columns, rows


def _directory() -> Sheet:
    columns = [*_heads(), Column(_("职务"), 20), Column(_("邮箱"), 28)]
    rows: list[list[Cell]] = [
        [*_cells(person), position, email] for person, position, email in detail_lists.directory(g.meeting)
    ]
    return _("参会通讯录"), columns, rows


def _heads() -> list[Column]:
    return [Column(_("编号"), 8), Column(_("姓名"), 14), Column(_("单位"), 32), Column(_("手机号"), 18)]


def _cells(person: detail_lists.Person) -> list[Cell]:
    return [person.number, person.name, person.unit, person.phone]


def _wall(moment: datetime | None) -> Cell:
    return clock.local(moment, g.meeting.timezone).replace(tzinfo=None) if moment else None
