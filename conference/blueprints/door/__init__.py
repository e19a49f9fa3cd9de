"""Pages for the door staff."""

from __future__ import annotations

from apiflask import APIBlueprint

from conference.blueprints.door import (
    badges,
    codes,
    groups,
    inside,
    kiosk,
    nods,
    pairing,
    posts,
    scanner,
    shells,
    walk_ins,
)
from conference.web import guards

bp = APIBlueprint("door", __name__, url_prefix="/door", enable_openapi=False)
bp.before_request(guards.staff)
for feature in (shells, pairing, posts, codes, scanner, nods, walk_ins, badges, groups, inside, kiosk):
    bp.register_blueprint(feature.bp)
