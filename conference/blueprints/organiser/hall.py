"""The hall itself: its rows, and whom parts of it are meant for."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.forms.seats import BlockForm, HallForm
from conference.rules.seat_blocks import Block
from conference.services import hall_plans, halls
from conference.services.halls import HallPlan
from conference.vocabulary import Missing, SeatNumbering
from conference.web import refusals

bp = APIBlueprint("hall", __name__, enable_openapi=False)


@bp.route("/<slug>/seats/hall", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """The rows; who would lose a seat by it is told, and asked about, first."""
    held = hall_plans.form(g.meeting.id)
    form = HallForm(obj=held)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            wish = HallPlan(form.name.data, form.read, SeatNumbering(form.numbering.data))
            version, confirmed = form.version.data or 0, form.confirmed.data or ""
            saved = halls.save(g.meeting.id, wish, version=version, confirmed=confirmed, doing=desk.doing())
        if said.ok and saved.losers:
            return render_template("organiser/seats/losers.html", form=form, saved=saved)
        if said.ok:
            flash(_("会场已保存。"), "success")
            if saved.adopted:
                flash(
                    ngettext("%(num)s 人原来填的座位已经对上。", "%(num)s 人原来填的座位已经对上。", saved.adopted),
                    "info",
                )
            return redirect(url_for("organiser.seats.index", slug=slug), 303)
    return desk.answered("organiser/seats/hall.html", form, held=held)


@bp.route("/<slug>/seats/blocks", methods=["GET", "POST"])
def blocks(slug: str) -> ResponseReturnValue:
    """Blocks: chosen on the plan, or typed as rows and numbers."""
    plan, opened = hall_plans.plan(g.meeting.id), hall_plans.opened(g.meeting.id)
    if plan is None or opened is None:
        raise Missing
    form = BlockForm()
    form.unit.choices = [("", "—"), *((str(id_), name) for id_, name in halls.units(g.meeting.id))]
    if form.validate_on_submit():
        with refusals.on(form) as said:
            spots = [spot for row, number in form.picked if (spot := opened.spot(row, number))]
            spots = spots or halls.typed_spots(opened, form.rows.data, form.seats.data)
            block = Block(*form.block) if form.block else None
            count = halls.paint(g.meeting.id, spots, block, version=form.version.data or 0, doing=desk.doing())
        if said.ok:
            flash(ngettext("已改 %(num)s 个座位。", "已改 %(num)s 个座位。", count), "success")
            return redirect(url_for(".blocks", slug=slug), 303)
    return desk.answered("organiser/seats/blocks.html", form, plan=plan)
