"""The organisers' desk."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.web import guards

bp = APIBlueprint("organiser", __name__, url_prefix="/desk", enable_openapi=False)
bp.before_request(guards.staff)
