"""The text for the unit's group: its common link and who has not answered; nobody's own link is in it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from conference import clock
from conference.blueprints.unit import wordings
from conference.services import unit_desk, units

bp = APIBlueprint("reminders", __name__, url_prefix="/<int:desk_id>", enable_openapi=False)


@bp.get("/reminder")
def show(desk_id: int) -> ResponseReturnValue:
    now_it_stands = unit_desk.of(g.part, now=clock.now())
    link = f"{current_app.config['PUBLIC_URL']}/r/{units.link_token(g.part)}"
    return render_template(
        "unit/reminders/show.html", desk=now_it_stands, text=wordings.reminder(now_it_stands, link=link), link=link
    )
