"""A unit's people in one list (团体入场): ticked, let in together, told one by one."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.door import place
from conference.forms.groups import GroupForm, nonce_of
from conference.rules.text import legible
from conference.services import checkpoints, groups
from conference.web import posts, refusals, verdicts

bp = APIBlueprint("groups", __name__, url_prefix="/<slug>/<int:checkpoint_id>/group", enable_openapi=False)


@bp.get("")
def index(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    q = legible(request.args.get("q", "")[:100]).strip()
    here = place.here(checkpoint_id)
    found = groups.found(g.meeting.id, checkpoint_id, q)
    return render_template("door/groups/index.html", found=found, q=q, most=groups.UNITS, **here)


@bp.get("/<int:unit_id>")
def show(slug: str, checkpoint_id: int, unit_id: int) -> ResponseReturnValue:
    name = groups.unit(g.meeting.id, unit_id)
    told = nonce_of(request.args.get("told", ""))
    return render_template(
        "door/groups/show.html",
        name=name,
        people=groups.members(g.meeting.id, checkpoint_id, unit_id, nonce=told),
        form=GroupForm(formdata=None),
        told=told,
        when=partial(verdicts.when, now=clock.now()),
        **place.here(checkpoint_id),
    )


@bp.post("/<int:unit_id>")
def let_in(slug: str, checkpoint_id: int, unit_id: int) -> ResponseReturnValue:
    form = GroupForm()
    groups.unit(g.meeting.id, unit_id)
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    told = ""
    with refusals.flashed():
        count = groups.let_in(
            g.meeting.id,
            point,
            unit_id,
            form.ids,
            nonce=form.told,
            gate=posts.bearer(meeting_id=g.meeting.id, now=clock.now()).gate,
            now=clock.now(),
        )
        told = form.told
        flash(_("已处理 %(n)s 人，结果见各人名下。", n=count), "success")
    return redirect(url_for(".show", slug=slug, checkpoint_id=checkpoint_id, unit_id=unit_id, told=told or None), 303)
