"""The seating in and out: a workbook of seats, the plan to print, a list looked at and brought in."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.documents import hall_plans as printed
from conference.documents import tables
from conference.documents.tables import Column
from conference.forms.seats import SeatFileForm
from conference.services import hall_plans, papers, seat_workbooks, seats
from conference.services.hall_plans import PlanPage
from conference.vocabulary import Missing, Unreadable
from conference.web import printing, refusals
from conference.web.filters import words
from conference.web.language import spoken_in

bp = APIBlueprint("seat_papers", __name__, enable_openapi=False)


@bp.route("/<slug>/seats/papers", methods=["GET", "POST"])
def index(slug: str) -> ResponseReturnValue:
    """What can be taken out; and what was understood of a list, which is not written yet."""
    form = SeatFileForm()
    if form.validate_on_submit():
        try:
            found = seat_workbooks.read(form.content)
        except Unreadable as unreadable:
            form.file.errors = [words(unreadable.fault)]
        else:
            checked = seat_workbooks.check(g.meeting.id, found)
            return render_template("organiser/seats/preview.html", checked=checked, kept=seat_workbooks.kept(found))
    return desk.answered("organiser/seats/papers.html", form, plan=hall_plans.plan(g.meeting.id))


@bp.post("/<slug>/seats/papers/bring-in")
def bring_in(slug: str) -> ResponseReturnValue:
    """The good rows of what was looked at."""
    try:
        found = seat_workbooks.again(request.form.get("kept", ""))
    except Unreadable:
        flash(_("请重新选择文件。"), "danger")
        return redirect(url_for(".index", slug=slug), 303)
    count = len(seat_workbooks.bring_in(g.meeting.id, found, desk.doing()).given)
    if count:
        flash(ngettext("%(num)s 人的座位已更新。", "%(num)s 人的座位已更新。", count), "success")
    else:
        flash(_("都与原来一致，没有改动。"), "info")
    return redirect(url_for("organiser.seats.index", slug=slug), 303)


@bp.get("/<slug>/seats.xlsx")
def workbook(slug: str) -> ResponseReturnValue:
    """Everybody who may be seated, with the seat they have: filled in, it can be brought in again."""
    people = seats.everyone(g.meeting.id)
    columns = [Column(_("编号"), 10), Column(_("姓名"), 14), Column(_("单位"), 34), Column(_("座位"), 14)]
    rows = ([one.number, one.name, one.unit, one.seat] for one in people)
    data = tables.workbook(g.meeting.title, columns, rows, sheet=_("座位表"))
    seat_workbooks.record_taken_out(g.meeting.id, len(people), desk.doing())
    return desk.workbook(data, _("座位表"))


@bp.get("/<slug>/seats.pdf")
def pdf(slug: str) -> ResponseReturnValue:
    """The plan to print, with a list of each row."""
    plan, spoken = hall_plans.plan(g.meeting.id), papers.of(g.meeting.id).language
    if plan is None:
        raise Missing
    undrawn = hall_plans.undrawable(plan)
    if undrawn and "numbers" not in request.args:
        page = render_template("organiser/seats/papers.html", form=SeatFileForm(), plan=plan, undrawn=undrawn)
        return page, 409
    data = b""
    with refusals.flashed(), papers.setting():
        rows, said = hall_plans.printed(plan), _words_in(spoken, plan)
        data = printed.pdf(g.meeting.title, plan.name, rows, said, language=spoken)
        seat_workbooks.record_taken_out(g.meeting.id, plan.taken, desk.doing())
    if not data:
        return redirect(url_for(".index", slug=slug), 303)
    return printing.handed_out(data, f"{_('座位图')}-{slug}.pdf")


def _words_in(spoken: str, plan: PlanPage) -> printed.Words:
    """What stands around the seats, in the language of the meeting's papers."""
    with spoken_in(spoken):
        return printed.Words(
            stage=_("主席台方向"),
            rows=_("按排名单"),
            seat=_("座位"),
            counts=_("可坐 %(open)s 座，已坐 %(taken)s 人", open=plan.open, taken=plan.taken),
        )
