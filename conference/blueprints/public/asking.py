"""Questions and polls (互动) on phones in the hall and at home: the page, what all share, what is one's own."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.services import asking as boards
from conference.services import live_access
from conference.services.live_access import Access
from conference.vocabulary import DelegateStatus, Refusal, Right
from conference.web import asking, headers, identity, pages
from conference.web.filters import words

bp = APIBlueprint("asking", __name__, url_prefix="/m/<slug>/asking", enable_openapi=False)
CARRIED = 3  # seconds


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    access = _access()
    if not access.may_watch and not identity.may(Right.SEE_MEETING):
        return _turned_away(access)
    region = asking.region(g.meeting, access, now=clock.now())
    return render_template("public/asking/show.html", meeting=g.meeting, asking=region, link_id=access.link_id)


@bp.get("/now/<token>/<any(zh,en):tongue>")
def now(slug: str, token: str, tongue: str) -> Response:
    """The inside of the region for pages that are open: the same bytes for everybody who reads `tongue`.

    It is carried without asking who reads it, so that its address holds a key: whoever may watch was given it.
    """
    boards.check_key(g.meeting, token)
    g.language = tongue
    board = boards.board(g.meeting, now=clock.now())
    return headers.shared(asking.tag(board, tongue), lambda: asking.inside(g.meeting, board), seconds=CARRIED)


@bp.get("/mine")
def mine(slug: str) -> ResponseReturnValue:
    """What is the reader's own, for a page that is open and has just done something: small JSON."""
    access = _access()
    if not access.is_delegate:
        return jsonify(error=words(access.refusal or Refusal.MAY_NOT_WATCH)), 403
    mine, chosen = asking.of(g.meeting.id, access.delegate_id)
    drawn = render_template("public/asking/_own.html", meeting=g.meeting, mine=mine)
    return jsonify(asking.own(mine, chosen) | {"own": drawn})


def _access() -> Access:
    return live_access.of(g.meeting, identity.held_links())


def _turned_away(access: Access) -> Response:
    """Clearly, and with what to do: most who stand here have a place, and opened their link in another browser."""
    if access.status in (DelegateStatus.PENDING, DelegateStatus.WAITLISTED):
        return pages.page(
            403, title=str(_("您的报名还没有确认")), text=str(_("确认以后，这一页就可以提问和投票。")), action=_home()
        )
    if access.status is not None and access.refusal is not None:
        return pages.page(403, text=words(access.refusal), action=_home())
    return pages.lost(
        403,
        title=_("互动只给参会代表"),
        text=_(
            "这个浏览器还没有打开过您的个人链接。请在报名后收到的消息里点开您的个人链接，再回到这一页；换了手机或浏览器、找不到链接的，可以用报名时留的手机号或邮箱找回。"
        ),
    )


def _home() -> tuple[str, str]:
    return url_for("public.meetings.show", slug=g.meeting.slug), str(_("会议页面"))
