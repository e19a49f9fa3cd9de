"""The organisers' desk."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.organiser import (
    account,
    accounts,
    activity,
    all_units,
    bulk,
    checkpoints,
    decisions,
    delegates,
    desk,
    details,
    duplicates,
    invitations,
    liaisons,
    meetings,
    notices,
    outbox,
    overview,
    places_requests,
    questions,
    repeats,
    replies,
    requests,
    saved_filters,
    substitution,
    terms,
    tick_in,
    unit_limits,
    unit_merging,
    unit_workbooks,
    units,
    waiting,
)
from conference.web import guards

bp = APIBlueprint("organiser", __name__, url_prefix="/desk", enable_openapi=False)
bp.before_request(guards.staff)
bp.context_processor(desk.surroundings)
for feature in (
    meetings,
    overview,
    units,
    all_units,
    invitations,
    liaisons,
    places_requests,
    unit_limits,
    unit_merging,
    unit_workbooks,
    delegates,
    decisions,
    substitution,
    bulk,
    saved_filters,
    waiting,
    requests,
    duplicates,
    details,
    repeats,
    replies,
    checkpoints,
    questions,
    terms,
    tick_in,
    account,
    accounts,
    activity,
    outbox,
    notices,
):
    bp.register_blueprint(feature.bp)
