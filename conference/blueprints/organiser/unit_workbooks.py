"""The units of a meeting as a workbook, and a workbook's units into a meeting: looked at first, then brought in."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.documents import tables
from conference.forms.units import UnitFileForm
from conference.services import invitation_lists, unit_workbooks
from conference.vocabulary import RowNews, Unreadable
from conference.web import unit_tables
from conference.web.filters import words

bp = APIBlueprint("unit_workbooks", __name__, enable_openapi=False)


@bp.get("/<slug>/units.xlsx")
def export(slug: str) -> ResponseReturnValue:
    columns, cells = unit_tables.units(invitation_lists.everyone(g.meeting.id), g.meeting.timezone)
    return desk.workbook(tables.workbook(g.meeting.title, columns, cells, sheet=_("单位名单")), _("单位名单"))


@bp.get("/<slug>/units/template.xlsx")
def template(slug: str) -> ResponseReturnValue:
    """The header alone, to be filled in."""
    data = tables.workbook(g.meeting.title, unit_tables.importable(), [], sheet=_("单位名单"))
    return desk.workbook(data, _("单位名单模板"))


@bp.route("/<slug>/units/import", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """What was understood of a file, and every problem; nothing is written yet."""
    form = UnitFileForm()
    if form.validate_on_submit():
        try:
            understood = unit_workbooks.read(form.content)
        except Unreadable as unreadable:
            form.file.errors = [words(unreadable.fault)]
        else:
            return render_template(
                "organiser/unit_workbooks/preview.html",
                checked=unit_workbooks.check(g.meeting.id, understood),
                kept=unit_workbooks.kept(understood),
                RowNews=RowNews,
            )
    return desk.answered("organiser/unit_workbooks/new.html", form)


@bp.post("/<slug>/units/import/bring-in")
def bring_in(slug: str) -> ResponseReturnValue:
    """The good rows of what was looked at."""
    try:
        understood = unit_workbooks.again(request.form.get("kept", ""))
    except Unreadable:
        flash(_("请重新选择文件。"), "danger")
        return redirect(url_for(".new", slug=slug), 303)
    counts = unit_workbooks.bring_in(g.meeting.id, understood, desk.doing()).counts
    if changed := counts[RowNews.NEW] + counts[RowNews.CHANGED]:
        flash(ngettext("%(num)s 个单位已导入。", "%(num)s 个单位已导入。", changed), "success")
    else:
        flash(_("都与原来一致，没有改动。"), "info")
    return redirect(url_for("organiser.units.index", slug=slug), 303)
