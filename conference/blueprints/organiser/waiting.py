"""The waiting lines: who waits for which mode in what order, and the organiser's hand in it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.waiting import GiveForm, MoveForm
from conference.services import capacities, lines, people
from conference.vocabulary import DelegateStatus, Mode
from conference.web import refusals

bp = APIBlueprint("waiting", __name__, enable_openapi=False)


@bp.get("/<slug>/waiting")
def index(slug: str) -> ResponseReturnValue:
    totals = lines.totals(g.meeting.id)
    mode = desk.wish("mode", Mode) or next((one for one in Mode if totals[one]), Mode.IN_PERSON)
    page = lines.page(g.meeting.id, mode, after=desk.id_wish("after"), before=desk.id_wish("before"))
    return render_template(
        "organiser/waiting/index.html",
        page=page,
        mode=mode,
        modes=list(Mode),
        totals=totals,
        line=capacities.lines(g.meeting.id, now=clock.now())[mode],
    )


@bp.post("/<slug>/waiting/<int:delegate_id>/give")
def give(slug: str, delegate_id: int) -> ResponseReturnValue:
    found = lines.find(g.meeting.id, delegate_id)
    if found is None:
        return _waits_no_more(slug, delegate_id)
    mode, waiting = found
    with refusals.flashed():
        lines.give(g.meeting.id, delegate_id, desk.doing())
        flash(_("名额给了%(name)s，已通知本人。", name=waiting.name), "success")
    return redirect(url_for(".index", slug=slug, mode=mode.value), 303)


@bp.route("/<slug>/waiting/<int:delegate_id>/beyond", methods=["GET", "POST"])
def beyond(slug: str, delegate_id: int) -> ResponseReturnValue:
    """A place above the capacity, with a reason."""
    found = lines.find(g.meeting.id, delegate_id)
    if found is None:
        return _waits_no_more(slug, delegate_id)
    mode, waiting = found
    form = GiveForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            lines.give(g.meeting.id, delegate_id, desk.doing(), reason=form.reason.data or "", beyond=True)
        if said.ok:
            flash(_("名额给了%(name)s，已通知本人。", name=waiting.name), "success")
            return redirect(url_for(".index", slug=slug, mode=mode.value), 303)
    line = capacities.lines(g.meeting.id)[mode]
    return desk.answered("organiser/waiting/beyond.html", form, mode=mode, waiting=waiting, line=line)


@bp.route("/<slug>/waiting/<int:delegate_id>", methods=["GET", "POST"])
def move(slug: str, delegate_id: int) -> ResponseReturnValue:
    found = lines.find(g.meeting.id, delegate_id)
    if found is None:
        return _waits_no_more(slug, delegate_id)
    mode, waiting = found
    form = MoveForm(data={"place": desk.id_wish("place")})
    if form.validate_on_submit():
        with refusals.on(form) as said:
            place = lines.move(g.meeting.id, delegate_id, form.place.data or 0, desk.doing(), reason=form.reason.data)
        if said.ok:
            flash(_("%(name)s现在排第 %(n)s 位。", name=waiting.name, n=place), "success")
            return redirect(url_for(".index", slug=slug, mode=mode.value), 303)
    return desk.answered(
        "organiser/waiting/move.html",
        form,
        mode=mode,
        waiting=waiting,
        total=lines.totals(g.meeting.id)[mode],
    )


def _waits_no_more(slug: str, delegate_id: int) -> ResponseReturnValue:
    """Somebody was quicker, in another window or at another desk: their page says how they stand."""
    person = people.one(g.meeting.id, delegate_id)
    if person.status is DelegateStatus.CONFIRMED:
        flash(_("%(name)s已经有名额了。", name=person.name), "info")
    else:
        flash(_("%(name)s已经不在候补。", name=person.name), "info")
    return redirect(url_for("organiser.delegates.show", slug=slug, delegate_id=delegate_id), 303)
