"""One page of live figures, with what waits beside it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from conference import clock
from conference.blueprints.organiser import desk
from conference.rules import registration
from conference.rules.provinces import PROVINCES
from conference.services import meetings, overview
from conference.web import headers

bp = APIBlueprint("overview", __name__, enable_openapi=False)


@bp.get("/<slug>/")
def index(slug: str) -> ResponseReturnValue:
    now = clock.now()
    steps = meetings.preparations(g.meeting, units=overview.counts(g.meeting.id).units, now=now)
    return render_template(
        "organiser/overview/index.html",
        shown=overview.of(g.meeting, now=now),
        provinces=PROVINCES,
        steps=steps,
        closed=registration.closure(g.meeting, now=now),
        next_statuses=meetings.next_statuses(g.meeting),
        door=desk.door_address(slug),
        now=now,
    )


@bp.get("/<slug>/figures")
def figures(slug: str) -> Response:
    """The inside of the page's live part; 304 while nothing changed."""
    shown = overview.of(g.meeting, now=clock.now())
    return headers.conditional(
        render_template("organiser/overview/_figures.html", shown=shown, provinces=PROVINCES, meeting=g.meeting)
    )
