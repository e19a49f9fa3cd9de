"""Messages kept or sent, with their text to copy."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from conference.blueprints.organiser import desk
from conference.services import letters

bp = APIBlueprint("outbox", __name__, enable_openapi=False)


@bp.get("/<slug>/outbox")
def index(slug: str) -> ResponseReturnValue:
    page = letters.page(g.meeting.id, public_url=current_app.config["PUBLIC_URL"], before_id=desk.id_wish("before"))
    return render_template("organiser/outbox/index.html", page=page, first=desk.id_wish("before") is None)
