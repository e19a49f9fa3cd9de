"""Who waits at the door for a steward's nod: the name, and one tap to let them in or not."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.door import place
from conference.services import nods
from conference.web import headers, posts, refusals

bp = APIBlueprint("nods", __name__, url_prefix="/<slug>/<int:checkpoint_id>/nods", enable_openapi=False)


@bp.get("")
def index(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    return render_template("door/nods/index.html", **_facts(checkpoint_id))


@bp.get("/list")
def list_(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    return headers.conditional(render_template("door/nods/_list.html", **_facts(checkpoint_id)))


@bp.post("/<int:nod_id>")
def decide(slug: str, checkpoint_id: int, nod_id: int) -> ResponseReturnValue:
    granted, gate = request.form.get("granted") == "yes", posts.bearer(meeting_id=g.meeting.id, now=clock.now()).gate
    answer = None
    with refusals.flashed():
        answer = nods.decide(g.meeting.id, checkpoint_id, nod_id, granted=granted, gate=gate, now=clock.now())
        if not granted:
            flash(_("已告诉这部手机：没有放行"), "success")
    if answer is not None:
        where = {"slug": slug, "checkpoint_id": checkpoint_id, "check_in_id": answer["id"]}
        return redirect(url_for("door.scanner.verdict", **where), 303)
    return redirect(url_for(".index", slug=slug, checkpoint_id=checkpoint_id), 303)


def _facts(checkpoint_id: int) -> dict[str, object]:
    waiting = nods.waiting_at(g.meeting.id, checkpoint_id, now=clock.now())
    return place.here(checkpoint_id) | {"waiting": waiting}
