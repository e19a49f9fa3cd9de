"""Where one stands (岗位): the meeting, the checkpoint, the name of the gate."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference.forms.door import PostForm
from conference.rules import codes
from conference.services import checkpoints, door
from conference.services.paired_phones import Phone
from conference.web import identity, posts
from conference.web.posts import Post

bp = APIBlueprint("posts", __name__, enable_openapi=False)


@bp.get("/")
def index() -> ResponseReturnValue:
    phone = identity.device()
    if phone is not None:
        return redirect(home(phone), 303)
    found = door.meetings_of(identity.signed_in())
    if len(found) == 1:
        return redirect(url_for(".choose", slug=found[0].slug), 303)
    return render_template("door/posts/index.html", meetings=found)


@bp.get("/<slug>/")
def choose(slug: str) -> ResponseReturnValue:
    kept = posts.remembered()
    return _page(PostForm(data={"gate": kept.gate if kept else ""}))


@bp.post("/<slug>/")
def take(slug: str) -> ResponseReturnValue:
    form = PostForm()
    if not form.validate_on_submit():
        return _page(form), 422
    point = checkpoints.one(g.meeting.id, int(form.checkpoint_id.data))
    phone = identity.device()
    if phone is not None and not phone.may_scan_at(point.id):
        abort(403)
    code = codes.parse(request.args.get("code", ""))
    here = url_for("door.scanner.show", slug=slug, checkpoint_id=point.id)
    there = redirect(url_for("door.codes.show", code=code) if code else here, 303)
    return posts.remember(there, Post(form.gate.data.strip(), slug, point.id))  # type: ignore[arg-type]  # werkzeug's class


def home(phone: Phone) -> str:
    """Where a paired phone stands: at its checkpoint, or before the choice of several."""
    found = _places(phone.meeting_id)
    if len(found) == 1:
        return url_for("door.scanner.show", slug=phone.slug, checkpoint_id=found[0].id)
    return url_for("door.posts.choose", slug=phone.slug)


def _places(meeting_id: int) -> list[Any]:  # checkpoints, as the service found them
    phone = identity.device()
    return [point for point in checkpoints.listed(meeting_id) if phone is None or phone.may_scan_at(point.id)]


def _page(form: PostForm) -> str:
    return render_template(
        "door/posts/choose.html", form=form, checkpoints=_places(g.meeting.id), phone=identity.device()
    )
