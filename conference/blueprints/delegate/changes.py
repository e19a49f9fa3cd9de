"""What people change about their own place: the mode, or all of it. After the freeze they ask for it."""

from __future__ import annotations

from dataclasses import asdict

from apiflask import APIBlueprint
from flask import flash, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.delegate import own, wordings
from conference.services import own_changes, own_details, own_requests, passes
from conference.vocabulary import ChangeWish, Mode
from conference.web import mode_words, refusals

bp = APIBlueprint("changes", __name__, url_prefix="/my/<int:link_id>", enable_openapi=False)
MODES = ",".join(mode.value for mode in Mode)
WISHES = ",".join(wish.value for wish in ChangeWish)


@bp.get("/mode")
def ask_mode(link_id: int) -> ResponseReturnValue:
    if own.too_late():
        return own.back()
    told = own_details.of_link(g.link, now=clock.now())
    return _page("delegate/changes/mode.html", **asdict(wordings.mode_question(g.pass_, told)))


@bp.post(f"/mode/<any({MODES}):mode>")
def change_mode(link_id: int, mode: str) -> ResponseReturnValue:
    with refusals.flashed():
        asked = own_changes.change_mode(g.link, Mode(mode), **own.when())
        now = passes.of_link(g.link, now=clock.now())
        flash(wordings.asked() if asked else mode_words.done(g.pass_, now), "success")
    return own.back()


@bp.get("/cancel")
def ask_cancel(link_id: int) -> ResponseReturnValue:
    if own.too_late():
        return own.back()
    told = own_details.of_link(g.link, now=clock.now())
    return own.unproven("cancel") or _page("delegate/changes/cancel.html", losses=wordings.cancel_losses(g.pass_, told))


@bp.post("/cancel")
def cancel(link_id: int) -> ResponseReturnValue:
    if (proof := own.unproven("cancel")) and not own.too_late():
        return proof
    with refusals.flashed():
        asked = own_changes.cancel(g.link, **own.when())
        flash(wordings.asked() if asked else _("报名已取消。"), "success")
    return own.back()


@bp.post(f"/requests/<any({WISHES}):wish>/withdraw")
def withdraw(link_id: int, wish: str) -> ResponseReturnValue:
    own_requests.withdraw(g.link, ChangeWish(wish), now=clock.now())
    flash(_("申请已撤回。"), "success")
    return own.back()


def _page(template: str, **more: object) -> str:
    return render_template(template, mine=g.pass_, frozen=g.pass_.frozen(now=clock.now()), **more)
