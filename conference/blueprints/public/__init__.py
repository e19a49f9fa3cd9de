"""Pages for everybody."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, request

from conference.blueprints.public import (
    agenda,
    agenda_changes,
    agenda_files,
    calendars,
    codes,
    health,
    here,
    here_proof,
    materials,
    meetings,
    registration,
    returning,
    sign_in,
    site,
)
from conference.services import meeting_page
from conference.web import guards

bp = APIBlueprint("public", __name__, enable_openapi=False)
bp.before_request(guards.public)


@bp.before_request
def meeting_of_address() -> None:
    """Sets `g.meeting` where the address names one; a draft is not there for anybody."""
    slug = (request.view_args or {}).get("slug")
    if slug is not None:
        g.meeting = meeting_page.public(slug)
        g.timezone = g.meeting.timezone


for feature in (
    health,
    site,
    meetings,
    agenda,
    agenda_changes,
    agenda_files,
    calendars,
    materials,
    registration,
    returning,
    codes,
    here,
    here_proof,
    sign_in,
):
    bp.register_blueprint(feature.bp)
