"""Opening a private link: the secret leaves the address at once, the browser remembers."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.services import links
from conference.web import identity, limits, pages
from conference.web.limits import limiter

bp = APIBlueprint("links", __name__, enable_openapi=False)


@bp.get("/p/<token>")
@limiter.limit(limits.LOOK_UP)
def enter(token: str) -> ResponseReturnValue:
    link = links.by_token(token)
    if link is None and (held := links.to_the_same_place(token, identity.held_links())):
        return redirect(url_for("delegate.mine.show", link_id=held.id), 303)
    if link is None:
        text = _(
            "这个个人链接打不开：可能没有复制完整，或者已经作废。请核对收到的消息，或在会议页面凭手机号、邮箱找回，或向发给您链接的人要一个新的。"
        )
        return pages.lost(410 if links.was_revoked(token) else 404, text=text)
    identity.remember_link(link.id)
    return redirect(url_for("delegate.mine.show", link_id=link.id), 303)
