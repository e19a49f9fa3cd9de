"""One's own agenda in the calendar of one's phone."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.services import public_agenda
from conference.web import calendar_links

bp = APIBlueprint("calendar", __name__, url_prefix="/my/<int:link_id>/agenda/calendar", enable_openapi=False)


@bp.get("")
def mine(link_id: int) -> ResponseReturnValue:
    """The address that a calendar program asks; whoever has it sees this agenda and nothing else."""
    meeting = g.pass_.meeting
    address = url_for("public.calendars.own", slug=meeting.slug, token=calendar_links.token(g.link))
    return render_template(
        "delegate/agenda/calendar.html",
        mine=g.pass_,
        meeting=meeting,
        address=calendar_links.absolute(address),
        shown=public_agenda.of(meeting, now=clock.now()),
    )
