"""Opening the link to a unit's desk: the secret leaves the address at once, the browser remembers."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.services import desks
from conference.web import identity, limits, pages
from conference.web.limits import limiter

bp = APIBlueprint("links", __name__, enable_openapi=False)


@bp.get("/<token>")
@limiter.limit(limits.LOOK_UP)
def enter(token: str) -> ResponseReturnValue:
    link = desks.by_token(token)
    if link is not None:
        desk_id = link.id
        if link.opened_at is None:
            desks.note_opened(desk_id, now=clock.now())
        identity.remember_desk(desk_id)
        return redirect(url_for("unit.home.index", desk_id=desk_id), 303)
    if desks.was_revoked(token):
        return pages.lost(
            410, text=_("这个单位链接已经作废，可能换了联络员。请向本单位现在的联络员或会务组要新的链接。")
        )
    return pages.lost(404, text=_("这个单位链接打不开，可能没有复制完整。请核对收到的消息，或向会务组要一个新的。"))
