"""The hall itself: its rows, and whom parts of it are meant for."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from conference.blueprints.organiser import desk
from conference.forms.seats import BlockForm, HallForm
from conference.rules.seat_blocks import Block
from conference.services import hall_blocks, hall_plans, halls
from conference.services.hall_blocks import Painted
from conference.services.halls import HallPlan, Saved
from conference.vocabulary import Missing, Refusal, SeatNumbering
from conference.web import refusals

bp = APIBlueprint("hall", __name__, enable_openapi=False)


@bp.route("/<slug>/seats/hall", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """The rows; who would lose a seat by it is told, and asked about, first."""
    held = hall_plans.form(g.meeting.id)
    form, theirs = HallForm(obj=held), None
    if form.validate_on_submit():
        with refusals.on(form) as said:
            wish = HallPlan(form.name.data, form.read, SeatNumbering(form.numbering.data))
            opened, confirmed = form.opened.data or "", form.confirmed.data or ""
            saved = halls.save(g.meeting.id, wish, opened=opened, confirmed=confirmed, doing=desk.doing())
        if said.ok and saved.losers:
            return _asked(form, saved, closing=False)
        if said.ok:
            flash(_("会场已保存。"), "success")
            if saved.adopted:
                flash(
                    ngettext("%(num)s 人原来填的座位已经对上。", "%(num)s 人原来填的座位已经对上。", saved.adopted),
                    "info",
                )
            return redirect(url_for("organiser.seats.index", slug=slug), 303)
        if Refusal.CHANGED_MEANWHILE in said.reasons:
            # What the other one saved is shown beside what was typed; saved once more, that holds.
            held = theirs = hall_plans.form(g.meeting.id)
            form.opened.data = theirs.opened if theirs else ""
    return desk.answered("organiser/seats/hall.html", form, held=held, theirs=theirs)


@bp.route("/<slug>/seats/blocks", methods=["GET", "POST"])
def blocks(slug: str) -> ResponseReturnValue:
    """Blocks: chosen on the plan, or typed as rows and numbers."""
    plan, opened = hall_plans.plan(g.meeting.id), hall_plans.opened(g.meeting.id)
    if plan is None or opened is None:
        raise Missing
    form = BlockForm()
    form.unit.choices = [("", "—"), *((str(id_), name) for id_, name in hall_blocks.units(g.meeting.id))]
    if form.validate_on_submit():
        with refusals.on(form) as said:
            spots = [spot for row, number in form.picked if (spot := opened.spot(row, number))]
            spots = spots or hall_blocks.typed_spots(opened, form.rows.data, form.seats.data)
            block = Block(*form.block) if form.block else None
            seen, yes = form.opened.data or "", form.confirmed.data or ""
            painted = hall_blocks.paint(g.meeting.id, spots, block, opened=seen, confirmed=yes, doing=desk.doing())
        if said.ok and painted.losers:
            return _asked(form, painted, closing=True)
        if said.ok:
            flash(ngettext("已改 %(num)s 个座位。", "已改 %(num)s 个座位。", painted.count), "success")
            return redirect(url_for(".blocks", slug=slug), 303)
    return desk.answered("organiser/seats/blocks.html", form, plan=plan)


def _asked(form: FlaskForm, told: Saved | Painted, *, closing: bool) -> str:
    return render_template(
        "organiser/seats/losers.html", form=form, losers=told.losers, seen=told.seen, closing=closing
    )
