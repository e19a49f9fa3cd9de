"""The desk of a unit (单位报名台): its liaison's pages, behind a private link, without a password."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.unit import (
    changes,
    downloads,
    hand_over,
    home,
    invitation,
    links,
    people,
    reminders,
    replies,
    viewing_rooms,
    visits,
)
from conference.web import guards

bp = APIBlueprint("unit", __name__, url_prefix="/u", enable_openapi=False)
bp.before_request(guards.desk)
for feature in (
    links,
    home,
    people,
    changes,
    invitation,
    reminders,
    downloads,
    replies,
    viewing_rooms,
    visits,
    hand_over,
):
    bp.register_blueprint(feature.bp)
