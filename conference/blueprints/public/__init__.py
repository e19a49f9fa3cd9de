"""Pages for everybody."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, request

from conference.blueprints.public import (
    agenda,
    agenda_changes,
    agenda_files,
    asking,
    calendars,
    codes,
    hall_questions,
    health,
    here,
    here_proof,
    live,
    materials,
    meetings,
    polls,
    registration,
    replays,
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
    if slug is not None and request.endpoint != live.BEAT:  # a beat finds it together with its viewer
        g.meeting = meeting_page.public(slug)
        g.timezone = g.meeting.timezone


for feature in (
    health,
    site,
    meetings,
    agenda,
    agenda_changes,
    agenda_files,
    asking,
    calendars,
    live,
    materials,
    replays,
    polls,
    registration,
    returning,
    codes,
    hall_questions,
    here,
    here_proof,
    sign_in,
):
    bp.register_blueprint(feature.bp)
