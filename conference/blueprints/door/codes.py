"""A code that a phone's own scanner opened as an address: whose it is, and one button."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.forms.door import ScanForm
from conference.services import checkpoints, door, meetings
from conference.vocabulary import Missing, Right
from conference.web import identity, posts, verdicts

bp = APIBlueprint("codes", __name__, url_prefix="/c", enable_openapi=False)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    try:
        holder = door.holder(code)
    except Missing:
        return render_template("door/codes/unknown.html"), 404
    if Right.CHECK_IN not in identity.rights(holder.meeting_id):
        return render_template("door/codes/unknown.html"), 404  # a stranger does not learn whose it is
    g.meeting = meetings.by_id(holder.meeting_id)
    g.timezone = g.meeting.timezone
    post = posts.remembered()
    if post is None or post.slug != holder.slug:
        return redirect(url_for("door.posts.choose", slug=holder.slug, code=holder.code), 303)
    now = clock.now()
    try:
        point = checkpoints.one(holder.meeting_id, post.checkpoint_id)
    except Missing:  # taken away since it was chosen
        return redirect(url_for("door.posts.choose", slug=holder.slug, code=holder.code), 303)
    return render_template(
        "door/codes/show.html",
        person=door.person(holder.meeting_id, point, holder.code, now=now),
        gate=post.gate,
        checkpoint=point,
        count=door.count(holder.meeting_id, point),
        nonce=ScanForm.fresh_nonce(),
        when=partial(verdicts.when, now=now),
    )
