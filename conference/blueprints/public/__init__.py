"""Pages for everybody."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.public import health, sign_in
from conference.web import guards

bp = APIBlueprint("public", __name__, enable_openapi=False)
bp.before_request(guards.public)
for feature in (health, sign_in):
    bp.register_blueprint(feature.bp)
