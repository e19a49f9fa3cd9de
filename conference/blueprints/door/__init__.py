"""Pages for the door staff."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.door import codes, pairing, posts, scanner, shells
from conference.web import guards

bp = APIBlueprint("door", __name__, url_prefix="/door", enable_openapi=False)
bp.before_request(guards.staff)
for feature in (shells, pairing, posts, codes, scanner):
    bp.register_blueprint(feature.bp)
