"""Units that may be one: suggested, seen side by side, merged; those that strangers typed are matched or kept."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.blueprints.organiser.units import sees_people
from conference.forms.units import ChooseUnitForm, MergeForm
from conference.services import unit_lists, unit_merging, units
from conference.web import refusals

bp = APIBlueprint("unit_merging", __name__, enable_openapi=False)


@bp.get("/<slug>/units/duplicates")
def index(slug: str) -> ResponseReturnValue:
    return render_template("organiser/unit_merging/index.html", pairs=unit_merging.suggestions(g.meeting.id))


@bp.get("/<slug>/units/proposed")
def proposed(slug: str) -> ResponseReturnValue:
    """What strangers typed, each with the units that may be meant."""
    waiting = unit_lists.page(g.meeting.id, proposed=True)
    likely = {part.unit_id: unit_merging.likely(part.unit) for part in waiting.items}
    return render_template("organiser/unit_merging/proposed.html", page=waiting, likely=likely)


@bp.post("/<slug>/units/<int:unit_id>/approve")
def approve(slug: str, unit_id: int) -> ResponseReturnValue:
    """It is a unit of its own, and named as it should be."""
    unit_merging.approve(g.meeting.id, unit_id, desk.doing())
    flash(_("已核对，作为单独的单位保留。"), "success")
    return redirect(url_for(".proposed", slug=slug), 303)


@bp.route("/<slug>/units/<int:unit_id>/merge", methods=["GET", "POST"])
def choose(slug: str, unit_id: int) -> ResponseReturnValue:
    """Which unit of the meeting it is to be compared with."""
    part, form = units.one(g.meeting.id, unit_id), ChooseUnitForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            other_id = form.chosen or units.named(g.meeting.id, form.unit.data)
        if said.ok:
            return redirect(url_for(".compare", slug=slug, unit_id=part.unit_id, other_id=other_id), 303)
    return desk.answered("organiser/unit_merging/choose.html", form, part=part)


@bp.route("/<slug>/units/<int:unit_id>/merge/<int:other_id>", methods=["GET", "POST"])
def compare(slug: str, unit_id: int, other_id: int) -> ResponseReturnValue:
    """Both side by side, and which of them is kept."""
    first = units.one(g.meeting.id, unit_id)
    if first.unit_id == other_id or unit_lists.known_one(other_id).id == first.unit_id:
        if unit_id != other_id:  # in another window, or by a colleague, whichever they kept
            flash(_("这两个单位已经合并为“%(unit)s”。", unit=first.unit.name), "info")
        return redirect(url_for("organiser.units.show", slug=slug, unit_id=first.unit_id), 303)
    both = (first.unit, unit_lists.known_one(other_id))
    form = MergeForm(data={"keep": str(unit_merging.better(*both).id)})
    form.keep.choices = [(str(unit.id), unit.name) for unit in both]
    if form.validate_on_submit():
        with refusals.on(form) as said:
            kept_id = int(form.keep.data)
            merged_id = next(unit.id for unit in both if unit.id != kept_id)
            kept = unit_merging.merge(kept_id, merged_id, desk.doing())
        if said.ok:
            flash(_("已合并为“%(unit)s”。", unit=kept.name), "success")
            return _after_merging(slug, kept.id)
    return desk.answered(
        "organiser/unit_merging/compare.html",
        form,
        both=[(unit, unit_lists.history(unit.id)) for unit in both],
        sees_people=sees_people,
        first=first,
    )


def _after_merging(slug: str, unit_id: int) -> ResponseReturnValue:
    return redirect(url_for("organiser.units.show", slug=slug, unit_id=unit_id), 303)
