"""A screen in the hall: the page that stays open for a day, and the picture it asks for."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.services import walls
from conference.web import wall_pages
from conference.web.language import language_of_address

bp = APIBlueprint("screen", __name__, enable_openapi=False)


@bp.get("/<int:wall_id>/")
def show(wall_id: int) -> ResponseReturnValue:
    address = url_for(".picture", wall_id=wall_id, lang=language_of_address())
    return wall_pages.page(g.wall, g.meeting, address, now=clock.now())


@bp.get("/<int:wall_id>/picture")
def picture(wall_id: int) -> Response:
    """The inside of the page; 304 while nothing changed."""
    now = clock.now()
    walls.note_seen(g.wall, now=now)
    return wall_pages.picture(g.wall, g.meeting, now=now)
