"""What each release of the agenda made different, for everybody."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue

from conference.services import agenda_releases
from conference.web import headers
from conference.web.language import language

bp = APIBlueprint("agenda_changes", __name__, url_prefix="/m/<slug>/agenda/changes", enable_openapi=False)


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    releases = agenda_releases.public_changes(g.meeting.id, language=language())
    page = render_template("public/agenda_changes/index.html", meeting=g.meeting, releases=releases)
    return headers.conditional(page, public=True)
