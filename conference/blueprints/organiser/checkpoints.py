"""Checkpoints: where people are checked in, and when."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.checkpoints import CheckpointForm
from conference.forms.fields import wall
from conference.services import checkpoints, inside
from conference.services.checkpoints import CheckpointFacts
from conference.vocabulary import CheckpointKind
from conference.web import refusals

bp = APIBlueprint("checkpoints", __name__, enable_openapi=False)


@bp.get("/<slug>/checkpoints")
def index(slug: str) -> ResponseReturnValue:
    found = checkpoints.listed(g.meeting.id)
    return render_template(
        "organiser/checkpoints/index.html",
        found=found,
        inside=inside.counts(g.meeting.id),
        door=desk.door_address(slug),
    )


@bp.route("/<slug>/checkpoints/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = CheckpointForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            facts = CheckpointFacts(kind=CheckpointKind(form.kind.data), **form.wanted(g.meeting.timezone))
            checkpoints.add(g.meeting.id, facts, desk.doing())
        if said.ok:
            flash(_("已添加。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/checkpoints/new.html", form)


@bp.route("/<slug>/checkpoints/<int:checkpoint_id>", methods=["GET", "POST"])
def edit(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    zone = g.meeting.timezone
    held = {"name": point.name, "kind": point.kind.value, "reentry": point.reentry}
    times = {name: wall(getattr(point, name), zone) for name in ("opens_at", "closes_at", "empties_at")}
    form = CheckpointForm(data=held | times)
    form.kind.data = point.kind.value  # What was counted at a venue cannot become a meal; the verb keeps it too.
    if form.validate_on_submit():
        with refusals.on(form) as said:
            checkpoints.edit(g.meeting.id, checkpoint_id, form.wanted(zone), desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/checkpoints/edit.html", form, point=point)
