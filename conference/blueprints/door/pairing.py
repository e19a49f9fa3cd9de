"""A phone becomes the device of a gate (配对): it opens the code from the organiser's screen, and one button does it.

Opening alone changes nothing: the robot that draws a chat's preview opens addresses too.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.door import posts
from conference.rules import browsers
from conference.services import devices, paired_phones
from conference.vocabulary import Missing, Refused
from conference.web import identity, limits, pages
from conference.web.filters import words
from conference.web.limits import limiter

bp = APIBlueprint("pairing", __name__, enable_openapi=False)


@bp.get("/pair/<token>")
@limiter.limit(limits.LOOK_UP)
def show(token: str) -> ResponseReturnValue:
    phone = identity.device()
    try:
        offer = paired_phones.offer(token[:512], now=clock.now())
    except Missing:
        return _gone(404, _("这个配对二维码不存在，或者已经换了新的。请会务组在“扫码设备”里显示一个新的。"))
    if offer.refusal is not None and phone is not None and phone.id == offer.device_id:
        return redirect(posts.home(phone), 303)  # the same phone again
    if offer.refusal is not None:
        return _gone(410, words(offer.refusal) + _("。"))
    return render_template("door/pairing/show.html", offer=offer, phone=phone, account=identity.current_account())


@bp.post("/pair/<token>")
@limiter.limit(limits.LOOK_UP)
def pair(token: str) -> ResponseReturnValue:
    try:
        browser = browsers.named(request.user_agent.string)
        phone = paired_phones.pair(token[:512], browser=browser, now=clock.now())
    except (Missing, Refused):
        return redirect(request.path, 303)  # which says why, or leads on where it was this phone itself
    identity.pair(phone)
    flash(_("已配对：%(gate)s。", gate=phone.name), "success")
    return redirect(posts.home(phone), 303)


@bp.get("/leave")
def ask() -> ResponseReturnValue:
    phone = identity.device()
    if phone is None:
        return redirect(url_for("door.posts.index"), 303)
    return render_template("door/pairing/leave.html", phone=phone)


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    phone = identity.device()
    if phone is not None:
        devices.revoke(phone.meeting_id, phone.id, actor=identity.actor(), now=clock.now())
        identity.unpair()
        flash(_("这部手机不再是扫码设备。"), "success")
    return redirect(url_for("public.sign_in.index"), 303)  # where what the phone kept goes, if it is there still


def _gone(status: int, text: str) -> ResponseReturnValue:
    return pages.page(status, title=_("不能配对这部手机"), text=text)
