"""Attendance online, for programs."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import online_schemas
from conference.blueprints.api.operations import listing, operation
from conference.services import attendance, meetings, programs
from conference.web import bearer
from conference.web.cursors import Paging

bp = APIBlueprint("attendance", __name__, enable_openapi=False)


@bp.get("/meetings/<slug>/attendance")
@operation({200: online_schemas.Attendance()}, lists="attendance")
def index(slug: str, paging: Paging) -> Response:
    """Minutes of each session per person, by the grade of the evidence

    People in the order of their ids. Minutes of one grade are joined: two tabs count once.
    """
    meeting = meetings.by_id(bearer.meeting_id())
    entries, following = attendance.page(meeting, paging.after_id, paging.limit, now=bearer.now())
    return listing([programs.attendance_entry(entry) for entry in entries], paging.next(following))
