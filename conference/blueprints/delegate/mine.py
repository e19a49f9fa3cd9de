"""One's own pass: the picture with the code, the day at a glance, what is kept about one."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.blueprints.delegate import picture, wordings
from conference.documents import pass_picture
from conference.services import meeting_page, passes
from conference.web import agenda, headers, identity

bp = APIBlueprint("mine", __name__, url_prefix="/my", enable_openapi=False)


@bp.get("/")
def index() -> ResponseReturnValue:
    """The passes that this browser opened; a single one is shown at once."""
    held = passes.of_links(identity.held_links(), now=clock.now())
    if len(held) == 1:
        return redirect(url_for(".show", link_id=held[0].link_id), 303)
    return render_template("delegate/mine/index.html", passes=held, tones=picture.TONES)


@bp.get("/<int:link_id>/")
def show(link_id: int) -> ResponseReturnValue:
    meeting = g.pass_.meeting
    return render_template(
        "delegate/mine/show.html",
        mine=g.pass_,
        refusal=g.pass_.refusal_to_change(now=clock.now()),
        days=agenda.days(meeting_page.days(meeting), sample=meeting.demonstration),
        doors=agenda.doors(meeting_page.doors(meeting), place=meeting.place, sample=meeting.demonstration),
        text=wordings.text_to_copy(g.pass_),
        tones=picture.TONES,
    )


@bp.get("/<int:link_id>/pass.png")
def image(link_id: int) -> ResponseReturnValue:
    drawn = pass_picture.draw(picture.facts(g.pass_, public_url=current_app.config["PUBLIC_URL"]))
    return headers.conditional(Response(drawn, mimetype="image/png"))
