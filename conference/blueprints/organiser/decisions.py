"""What an organiser decides about one delegate: yes, no, given up, a new code, a new link, erased."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.blueprints.organiser.delegates import page_of
from conference.forms.delegates import EraseForm, ReasonForm
from conference.services import capacities, delegates, erasure, people
from conference.vocabulary import DelegateStatus, Refusal
from conference.web import refusals

bp = APIBlueprint("decisions", __name__, enable_openapi=False)
ONE = "/<slug>/delegates/<int:delegate_id>"


@bp.post(f"{ONE}/confirm")
def confirm(slug: str, delegate_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        delegates.confirm(g.meeting.id, delegate_id, desk.doing())
        flash(_("已确认。"), "success")
    return _back(slug, delegate_id)


@bp.route(f"{ONE}/decline", methods=["GET", "POST"])
def decline(slug: str, delegate_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals.flashed():
            delegates.decline(g.meeting.id, delegate_id, desk.doing(), reason=form.reason.data, told=True)
            flash(_("已婉拒。"), "success")
        return _back(slug, delegate_id)
    return desk.answered("organiser/delegates/decline.html", form, file=people.file(g.meeting.id, delegate_id))


@bp.route(f"{ONE}/cancel", methods=["GET", "POST"])
def cancel(slug: str, delegate_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals.flashed():
            delegates.cancel(g.meeting.id, delegate_id, desk.doing(), reason=form.reason.data, told=True)
            flash(_("已取消。"), "success")
        return _back(slug, delegate_id)
    file = people.file(g.meeting.id, delegate_id)
    freed = capacities.freed(g.meeting.id, file.delegate.mode, now=clock.now())
    return desk.answered("organiser/delegates/cancel.html", form, file=file, freed=freed)


@bp.route(f"{ONE}/code", methods=["GET", "POST"])
def reissue(slug: str, delegate_id: int) -> ResponseReturnValue:
    """Asks before the old code stops opening doors."""
    if request.method == "POST":
        with refusals.flashed():
            delegates.reissue(g.meeting.id, delegate_id, desk.doing())
            flash(_("参会码已更换，旧码不能再入场。"), "success")
        return _back(slug, delegate_id)
    return render_template("organiser/delegates/reissue.html", file=people.file(g.meeting.id, delegate_id))


@bp.post(f"{ONE}/link")
def link(slug: str, delegate_id: int) -> ResponseReturnValue:
    """A further private link; it is shown on this answer alone, since only its digest is kept."""
    fresh = delegates.new_link(g.meeting.id, delegate_id, desk.doing())
    return page_of(delegate_id, fresh_link=fresh)


@bp.route(f"{ONE}/erase", methods=["GET", "POST"])
def erase(slug: str, delegate_id: int) -> ResponseReturnValue:
    """Asks with what goes named, and for the person's number."""
    form = EraseForm()
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.NUMBER_DIFFERS: "number"}) as said:
            erasure.erase(g.meeting.id, delegate_id, number=form.number.data, doing=desk.doing())
        if said.ok:
            flash(_("个人信息已删除。"), "success")
            return _back(slug, delegate_id)
    file, now = people.file(g.meeting.id, delegate_id), clock.now()
    freed = capacities.freed(g.meeting.id, file.delegate.mode, now=now)
    ends = file.delegate.status.active and now < g.meeting.ends_at
    return desk.answered("organiser/delegates/erase.html", form, file=file, freed=freed, ends=ends)


def _back(slug: str, delegate_id: int) -> ResponseReturnValue:
    if request.values.get("back") == DelegateStatus.PENDING.value:  # decided in the list of those who await review
        return redirect(url_for("organiser.delegates.index", slug=slug, status=DelegateStatus.PENDING.value), 303)
    return redirect(url_for("organiser.delegates.show", slug=slug, delegate_id=delegate_id), 303)
