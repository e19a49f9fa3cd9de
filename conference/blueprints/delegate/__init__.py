"""A delegate's own pages, behind their private link."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.web import guards

bp = APIBlueprint("delegate", __name__, enable_openapi=False)
bp.before_request(guards.holder)
