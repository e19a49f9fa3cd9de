"""Opening a wall's private address: the secret leaves the address bar at once, the browser remembers."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.services import walls
from conference.web import guards, identity, limits, pages
from conference.web.language import language_of_address
from conference.web.limits import limiter

bp = APIBlueprint("links", __name__, enable_openapi=False)


@bp.get("/<token>")
@limiter.limit(limits.LOOK_UP)
def enter(token: str) -> ResponseReturnValue:
    wall = walls.by_secret(token)
    if wall is not None:
        identity.remember_wall(wall.id)
        return redirect(url_for("wall.screen.show", wall_id=wall.id, lang=language_of_address()), 303)
    if walls.was_revoked(token):
        return guards.wall_over()
    return pages.page(404, text=_("这个大屏地址打不开，可能没有输完整。请照会务台“大屏”里的地址再输一次。"))
