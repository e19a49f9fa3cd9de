"""The figures of a meeting, for programs."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import schemas
from conference.blueprints.api.operations import answer, operation
from conference.services import meetings, programs
from conference.web import bearer

bp = APIBlueprint("figures", __name__, enable_openapi=False)


@bp.get("/meetings/<slug>/figures")
@operation({200: schemas.Figures()})
def show(slug: str) -> Response:
    """The figures, every write acknowledged before the request included

    People are counted once, and figures of different evidence are never added up. Visits and signatures are 0 until
    these parts are built.
    """
    return answer(programs.figures_of(meetings.by_id(bearer.meeting_id()), now=bearer.now()))
