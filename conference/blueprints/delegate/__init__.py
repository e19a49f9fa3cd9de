"""A delegate's own pages, behind their private link."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g

from conference import clock
from conference.blueprints.delegate import (
    agenda,
    answer,
    calendar,
    changes,
    data,
    details,
    links,
    materials,
    mine,
    proof,
    questions,
    session_places,
    visits,
)
from conference.services import passes
from conference.web import guards

bp = APIBlueprint("delegate", __name__, enable_openapi=False)
bp.before_request(guards.holder)


@bp.before_request
def pass_of_link() -> None:
    """Sets `g.pass_` to what the link in the address opens."""
    if "link" in g:
        g.pass_ = passes.of_link(g.link, now=clock.now())
        g.timezone = g.pass_.meeting.timezone


for feature in (
    links,
    mine,
    agenda,
    materials,
    calendar,
    session_places,
    visits,
    answer,
    changes,
    details,
    questions,
    proof,
    data,
):
    bp.register_blueprint(feature.bp)
