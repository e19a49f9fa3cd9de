"""One guard for each audience, inherited by every view in its folder, so that a new page cannot forget it."""

from __future__ import annotations

from flask import Response, abort, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect

from conference.services import desks, links, meetings, walls
from conference.vocabulary import MeetingStatus, Missing, Right
from conference.web import identity, pages
from conference.web.access import AFTERWARDS, TABLE, Access

csrf = CSRFProtect()


def public() -> None:
    """Everybody; what is posted carries the form's token."""
    _require(Access.PUBLIC)
    _protect()


def holder() -> Response | None:
    """Who opened the private link in this browser; sets `g.link`."""
    rule = TABLE.get(request.endpoint or "")
    if rule is Access.PUBLIC:  # opening the link itself
        return None
    _require(Access.HOLDER)
    _protect()
    link_id = (request.view_args or {}).get("link_id")
    if not isinstance(link_id, int) or not identity.holds_link(link_id):
        return pages.lost(
            403,
            title=_("这个浏览器还没有打开过您的链接"),
            text=_(
                "个人页面要用您的个人链接打开一次，浏览器才会记住。换了手机或浏览器、清除过记录、找不到链接的，可以用报名时留的手机号或邮箱找回。"
            ),
        )
    link = links.by_id(link_id)
    if link is None:
        return pages.lost(
            410,
            text=_("这个个人链接已经作废。可以用报名时留的手机号或邮箱找回，或向联络员、会务组要一个新的。"),
        )
    g.link = link
    return None


def desk() -> Response | None:
    """Who opened the link to a unit's desk in this browser; sets `g.desk`, `g.part` and `g.meeting`."""
    if TABLE.get(request.endpoint or "") is Access.PUBLIC:  # opening the link itself
        return None
    _require(Access.LIAISON)
    _protect()
    desk_id = (request.view_args or {}).get("desk_id")
    if not isinstance(desk_id, int) or not identity.holds_desk(desk_id):
        return pages.lost(
            403,
            title=_("这个浏览器还没有打开过单位链接"),
            text=_(
                "单位报名台要用发给联络员的链接打开一次，浏览器才会记住。您是联络员，但换了手机或浏览器、找不到链接的，可以用会务组登记的手机号或邮箱找回。"
            ),
        )
    link = desks.by_id(desk_id)
    if link is None:
        return desk_over()
    g.desk, g.part = link, link.participation
    g.meeting = meetings.by_id(g.part.meeting_id)
    g.timezone = g.meeting.timezone
    return None


def desk_over() -> Response:
    """What a revoked link to a desk says."""
    return pages.lost(
        410,
        text=_("这个单位报名台链接已经作废：联络员可能换了人。请向本单位现在的联络员或会务组要新的链接。"),
    )


def wall() -> Response | None:
    """A browser that opened a wall's private address; sets `g.wall` and `g.meeting`."""
    if TABLE.get(request.endpoint or "") is Access.PUBLIC:  # opening the address itself
        return None
    _require(Access.WALL)
    wall_id = (request.view_args or {}).get("wall_id")
    if not isinstance(wall_id, int) or not identity.holds_wall(wall_id):
        return pages.page(
            403,
            title=_("这个浏览器还没有打开过大屏地址"),
            text=_("大屏要用会务组的大屏地址打开一次，浏览器才会记住。地址在会务台的“大屏”里。"),
        )
    found = walls.by_id(wall_id)
    if found is None:
        return wall_over()
    g.wall, g.meeting = found, meetings.by_id(found.meeting_id)
    g.timezone = g.meeting.timezone
    return None


def wall_over() -> Response:
    """What the address of a revoked wall says."""
    text = _("要继续使用，请在会务台的“大屏”里添加一块，用新地址打开。")
    return pages.page(410, title=_("这块大屏已停用"), text=text)


def staff() -> Response | None:
    """A signed-in account with the right that the table asks for; sets `g.meeting` where the address names one."""
    rule = TABLE.get(request.endpoint or "")
    if rule is Access.PUBLIC:
        _protect()
        return None
    if rule is None or not isinstance(rule, Right | Access):
        abort(403)
    if identity.was_paired() and "door" in request.blueprints:
        return _device(rule)
    if identity.current_account() is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("public.sign_in.index", next=back), 303)  # type: ignore[return-value]  # werkzeug's class
    _protect()
    slug = (request.view_args or {}).get("slug")
    meeting_id = None
    if slug is not None:
        try:
            g.meeting = meetings.by_slug(slug)
        except Missing:
            abort(404)
        g.timezone = g.meeting.timezone
        meeting_id = g.meeting.id
        if not identity.rights(meeting_id):
            abort(404)  # a stranger does not learn which meetings there are
    if isinstance(rule, Right) and rule not in identity.rights(meeting_id):
        abort(403)
    return _as_it_was() if slug is not None and "organiser" in request.blueprints else None


def _as_it_was() -> Response | None:
    """An archived meeting is to be read: what a page left open, or somebody by hand, posts changes nothing."""
    changes = request.method == "POST" and request.endpoint not in AFTERWARDS
    if not changes or g.meeting.status is not MeetingStatus.ARCHIVED:
        return None
    return pages.page(
        409,
        title=_("会议已归档，没有改动"),
        text=_("归档的会议只供查阅。要改动，请先在总览里取消归档。"),
        action=(url_for("organiser.overview.index", slug=g.meeting.slug), _("回到总览")),
    )


def _device(rule: Right | Access) -> Response | None:
    """A paired phone: the door's pages of its own meeting, at its checkpoints."""
    phone = identity.device()
    if phone is None:
        return pages.page(
            410,
            title=_("这部手机不再是扫码设备"),
            text=_("会务组停用了它、换了别的手机，或会议已经结束。要继续签到，请会务组重新显示配对的二维码。"),
            action=(url_for("public.sign_in.index"), str(_("用账号登录"))),
        )
    if rule not in {Right.CHECK_IN, Access.AT_THE_DOOR}:
        abort(403)
    _protect()
    arguments = request.view_args or {}
    if arguments.get("slug", phone.slug) != phone.slug:
        abort(404)
    g.meeting = meetings.by_id(phone.meeting_id)
    g.timezone = g.meeting.timezone
    checkpoint_id = arguments.get("checkpoint_id")
    if isinstance(checkpoint_id, int) and not phone.may_scan_at(checkpoint_id):
        return pages.page(
            403,
            title=_("这部设备不在这里扫码"),
            text=_("会务组把它配给了别的签到点。"),
            action=(url_for("door.posts.index"), str(_("去它的签到点"))),
        )
    return None


def _require(access: Access) -> None:
    if TABLE.get(request.endpoint or "") is not access:
        abort(403)


def _protect() -> None:
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
