"""`/c/CODE`, the address in every QR: staff are sent on to the door, everybody else to the meeting.

A known code tells which meeting it is of and nothing about the person, their place, or whether the code still admits.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from conference.rules import codes as rules
from conference.services import codes
from conference.vocabulary import MeetingStatus, Right
from conference.web import identity, limits
from conference.web.limits import limiter

bp = APIBlueprint("codes", __name__, enable_openapi=False)


@bp.get("/c/<code>")
@bp.get("/C/<code>")
@limiter.limit(limits.LOOK_UP)
def show(code: str) -> ResponseReturnValue:
    meeting = codes.meeting_of(code[:2048])
    if meeting is not None and Right.CHECK_IN in identity.rights(meeting.id):
        return redirect(f"/door/c/{rules.parse(code[:2048])}", 303)
    if meeting is None or meeting.status is MeetingStatus.DRAFT:
        return render_template("public/codes/unknown.html"), 404
    return redirect(url_for("public.meetings.show", slug=meeting.slug), 303)
