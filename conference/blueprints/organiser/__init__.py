"""The organisers' desk."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.organiser import (
    account,
    accounts,
    activity,
    checkpoints,
    decisions,
    delegates,
    desk,
    meetings,
    outbox,
    overview,
    repeats,
    units,
)
from conference.web import guards

bp = APIBlueprint("organiser", __name__, url_prefix="/desk", enable_openapi=False)
bp.before_request(guards.staff)
bp.context_processor(desk.surroundings)
for feature in (
    meetings,
    overview,
    units,
    delegates,
    decisions,
    repeats,
    checkpoints,
    account,
    accounts,
    activity,
    outbox,
):
    bp.register_blueprint(feature.bp)
