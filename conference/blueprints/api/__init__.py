"""The JSON API (`/api/v1`) and what the operator's programs read."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.api import (
    attendance,
    checkin,
    checkpoints,
    delegates,
    figures,
    live,
    meetings,
    metrics,
    openapi,
    roster,
    self_check_ins,
    units,
    viewing_rooms,
    visits,
    walk_ins,
)
from conference.web import bearer, compression, problems

bp = APIBlueprint("api", __name__, enable_openapi=False)
bp.before_request(bearer.identify)
problems.install(bp)
compression.install(bp)
for feature in (
    meetings,
    units,
    delegates,
    checkpoints,
    checkin,
    self_check_ins,
    walk_ins,
    roster,
    live,
    attendance,
    viewing_rooms,
    visits,
    figures,
    openapi,
):
    bp.register_blueprint(feature.bp, url_prefix=problems.PREFIX)
bp.register_blueprint(metrics.bp)
