"""The screens in the hall (大屏): behind a private address, without anybody in front of them."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.wall import links, screen
from conference.web import guards

bp = APIBlueprint("wall", __name__, url_prefix="/wall", enable_openapi=False)
bp.before_request(guards.wall)
for feature in (links, screen):
    bp.register_blueprint(feature.bp)
