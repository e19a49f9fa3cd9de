"""The attendance ledger (出席台账): figures by session, the people behind them, corrections, a workbook."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import attendance_sheets, desk
from conference.documents import tables
from conference.forms.attendance import CorrectionForm
from conference.services import attendance_corrections, attendance_counting, attendance_ledger, exports, thresholds
from conference.services.attendance_ledger import Wanted
from conference.vocabulary import Attended, Reached
from conference.web import refusals

bp = APIBlueprint("attendance", __name__, url_prefix="/<slug>/attendance", enable_openapi=False)
FARTHEST = 1_000_000


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    return render_template(
        "organiser/attendance/index.html",
        ledger=attendance_ledger.of(g.meeting, now=clock.now()),
        kinds=list(Attended),
        standings=list(Reached),
    )


@bp.get("/people")
def people(slug: str) -> ResponseReturnValue:
    """Those behind a figure."""
    now = clock.now()
    items = attendance_counting.items(g.meeting, now=now)
    asked = desk.id_wish("session")
    item = next((one for one in items if one.id == asked), None)
    wanted = Wanted(
        item.id if item else None, desk.wish("how", Attended), desk.id_wish("unit"), desk.wish("reached", Reached)
    )
    start = min(max(request.args.get("start", 0, type=int), 0), FARTHEST)
    return render_template(
        "organiser/attendance/people.html",
        page=attendance_ledger.page(g.meeting, wanted, start=start, now=now),
        wanted=wanted,
        item=item,
        items=items,
        units=attendance_ledger.units(g.meeting.id),
        start=start,
        kinds=list(Attended),
        standings=list(Reached),
        threshold=thresholds.asked_for(g.meeting, now=now),
    )


@bp.get("/people/<int:delegate_id>")
def show(slug: str, delegate_id: int) -> ResponseReturnValue:
    """One person, session by session, with everything that was set right."""
    return _page(delegate_id, CorrectionForm(formdata=None, data={"session": request.args.get("session", "")}))


@bp.post("/people/<int:delegate_id>/corrections")
def correct(slug: str, delegate_id: int) -> ResponseReturnValue:
    form = CorrectionForm()
    _offer(form)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            minutes = None if form.take_back.data else form.minutes.data or 0
            attendance_corrections.correct(
                g.meeting,
                delegate_id,
                int(form.session.data),
                minutes,
                form.reason.data,
                desk.doing(),
                seen=desk.whole(form.seen.data),
            )
        if said.ok:
            flash(_("已撤销更正。") if form.take_back.data else _("已更正；原来的记录照样保留。"), "success")
            return redirect(url_for(".show", slug=slug, delegate_id=delegate_id), 303)
    return _page(delegate_id, form)


@bp.post("/ledger.xlsx")
def workbook(slug: str) -> Response:
    """What left is on record, with how many people it was."""
    now = clock.now()
    book = attendance_sheets.Book(g.meeting, now)
    made = tables.workbook_of(_("%(title)s 出席台账", title=g.meeting.title), book.sheets())
    exports.record(g.meeting.id, book.people, desk.doing())
    return desk.workbook(made, _("出席台账"))


def _page(delegate_id: int, form: CorrectionForm) -> ResponseReturnValue:
    _offer(form)
    history = attendance_corrections.written(g.meeting.id, delegate_id)
    form.seen.data = str(history[-1].correction.id if history else 0)
    return desk.answered(
        "organiser/attendance/show.html",
        form,
        person=attendance_ledger.person(g.meeting, delegate_id, now=clock.now()),
        history=history,
        threshold=thresholds.asked_for(g.meeting, now=clock.now()),
    )


def _offer(form: CorrectionForm) -> None:
    """The ledger's sessions that have begun, to choose from."""
    now = clock.now()
    items = [one for one in attendance_counting.items(g.meeting, now=now) if one.starts_at and one.starts_at <= now]
    form.session.choices = [(str(one.id), one.title) for one in items]
