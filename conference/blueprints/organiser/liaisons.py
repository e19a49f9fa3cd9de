"""A unit's liaison: named, corrected, handed over to another, taken away."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.units import LiaisonForm
from conference.services import liaisons, units
from conference.web import refusals

bp = APIBlueprint("liaisons", __name__, enable_openapi=False)
ONE = "/<slug>/units/<int:unit_id>/liaison"


@bp.route(ONE, methods=["GET", "POST"])
def edit(slug: str, unit_id: int) -> ResponseReturnValue:
    """Names the first one, or corrects the one who is it."""
    part = units.one(g.meeting.id, unit_id)
    held = liaisons.of(part.id)
    form = LiaisonForm(data=liaisons.shown(held) if held else None)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            write = liaisons.edit if held else liaisons.appoint
            write(g.meeting.id, unit_id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            return _back(slug, part.unit_id)
    return desk.answered("organiser/liaisons/edit.html", form, part=part, held=held)


@bp.route(f"{ONE}/hand-over", methods=["GET", "POST"])
def hand_over(slug: str, unit_id: int) -> ResponseReturnValue:
    """Another one from now on; the page says what dies with it."""
    part = units.one(g.meeting.id, unit_id)
    held, form = liaisons.of(part.id), LiaisonForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            liaisons.hand_over(g.meeting.id, unit_id, form.wanted, desk.doing())
        if said.ok:
            flash(_("联络员已更换，原来的链接都打不开了。请把邀请发给新的联络员。"), "success")
            return _back(slug, part.unit_id)
    return desk.answered("organiser/liaisons/hand_over.html", form, part=part, held=held)


@bp.route(f"{ONE}/dismiss", methods=["GET", "POST"])
def dismiss(slug: str, unit_id: int) -> ResponseReturnValue:
    """Asks before their links die."""
    part = units.one(g.meeting.id, unit_id)
    if request.method == "POST":
        liaisons.dismiss(g.meeting.id, unit_id, desk.doing(), forget="forget" in request.form)
        flash(_("这个单位现在没有联络员。"), "success")
        return _back(slug, part.unit_id)
    return render_template("organiser/liaisons/dismiss.html", part=part, held=liaisons.of(part.id))


def _back(slug: str, unit_id: int) -> ResponseReturnValue:
    return redirect(url_for("organiser.units.show", slug=slug, unit_id=unit_id), 303)
