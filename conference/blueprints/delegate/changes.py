"""What people do to their own place: change the mode, give it up, mend what is said of them, or say yes to it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.delegate import wordings
from conference.forms.registration import CorrectionForm, FullCorrectionForm
from conference.services import passes
from conference.services.passes import Pass
from conference.vocabulary import Mode, Refusal
from conference.web import limits, refusals
from conference.web.limits import limiter

bp = APIBlueprint("changes", __name__, url_prefix="/my/<int:link_id>", enable_openapi=False)
MODES = ",".join(mode.value for mode in Mode)


@bp.get("/mode")
def ask_mode(link_id: int) -> ResponseReturnValue:
    return _asked("delegate/changes/mode.html", **asdict(wordings.mode_question(g.pass_)))


@bp.post(f"/mode/<any({MODES}):mode>")
def change_mode(link_id: int, mode: str) -> ResponseReturnValue:
    with refusals.flashed():
        passes.change_mode(g.link, Mode(mode), **_when())
        flash(_("已办好，现在的状态见下。"), "success")
    return _back(link_id)


@bp.get("/cancel")
def ask_cancel(link_id: int) -> ResponseReturnValue:
    return _asked("delegate/changes/cancel.html", losses=wordings.cancel_losses(g.pass_))


@bp.post("/cancel")
def cancel(link_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        passes.cancel(g.link, **_when())
        flash(_("报名已取消。"), "success")
    return _back(link_id)


@bp.post("/acknowledge")
def acknowledge(link_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        passes.acknowledge(g.link, **_when())
        flash(_("谢谢，已确认。"), "success")
    return _back(link_id)


@bp.get("/correct")
def ask_correction(link_id: int) -> ResponseReturnValue:
    return _asked("delegate/changes/correct.html", form=_form(g.pass_))


@bp.post("/correct")
@limiter.limit(limits.REGISTRATION)
def correct(link_id: int) -> ResponseReturnValue:
    form = _form(g.pass_)
    if form.validate():
        with refusals.on(form, where={Refusal.ALREADY_REGISTERED: "phone"}) as said:
            passes.correct(g.link, {f.name: f.data for f in form if f.name != "csrf_token"}, **_when())
        if said.ok:
            flash(_("已更正。"), "success")
            return _back(link_id)
    return render_template("delegate/changes/correct.html", mine=g.pass_, form=form), 422


def _form(mine: Pass) -> CorrectionForm:
    data: dict[str, Any] = {"name": mine.name, "position": mine.position}
    if mine.contact is None:
        return CorrectionForm(data=data)
    return FullCorrectionForm(data=data | {"phone": mine.contact.phone, "email": mine.contact.email})


def _asked(template: str, **more: object) -> ResponseReturnValue:
    """The page that asks first; where it is too late to ask, the pass itself says so."""
    if g.pass_.refusal_to_change(now=clock.now()):
        return _back(g.link.id)
    return render_template(template, mine=g.pass_, **more)


def _when() -> dict[str, Any]:
    return {"public_url": current_app.config["PUBLIC_URL"], "now": clock.now()}


def _back(link_id: int) -> ResponseReturnValue:
    return redirect(url_for("delegate.mine.show", link_id=link_id), 303)
