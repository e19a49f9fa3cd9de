"""The activity record of a meeting, newest first."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from conference.blueprints.organiser import desk
from conference.services import activity
from conference.web import record, record_words

bp = APIBlueprint("activity", __name__, enable_openapi=False)


@bp.get("/<slug>/activity")
def index(slug: str) -> ResponseReturnValue:
    subject = request.args.get("subject", "")
    subject = subject if subject in record_words.SUBJECTS else ""
    page = activity.page(
        g.meeting.id, before_id=desk.id_wish("before"), subject=subject or None, subject_id=desk.id_wish("id")
    )
    return render_template(
        "organiser/activity/index.html",
        acts=record.entries(page.items),
        older=page.older,
        subject=subject,
        subject_id=desk.id_wish("id"),
        subjects=record.subjects(),
        first=desk.id_wish("before") is None,
    )
