"""The hall plan: who sits where, moved on the plan or by a typed seat."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.seats import MoveForm, SitForm
from conference.services import hall_plans, seats
from conference.services.seats import Seen
from conference.vocabulary import Fault, Malformed, Refusal
from conference.web import refusals

bp = APIBlueprint("seats", __name__, enable_openapi=False)


@bp.route("/<slug>/seats", methods=["GET", "POST"])
def index(slug: str) -> ResponseReturnValue:
    """The plan, and a form that seats somebody by a typed seat."""
    form = SitForm()
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.SEAT_TAKEN: "seat", Refusal.SEAT_PINNED: "seat"}) as said:
            delegate_id = form.chosen or seats.person(g.meeting.id, form.who.data)
            spot = seats.spot_called(g.meeting.id, form.seat.data)
            swap, pinned = bool(form.swap.data), bool(form.pinned.data)
            sat = seats.sit(g.meeting.id, delegate_id, spot, desk.doing(), swap=swap, pinned=pinned)
        if said.ok:
            flash(_("已排到 %(seat)s。", seat=sat.seat) if sat.seat else _("座位已空出。"), "success")
            if sat.other and sat.other_seat:
                flash(_("%(name)s 换到 %(seat)s。", name=sat.other, seat=sat.other_seat), "info")
            elif sat.other:
                flash(_("%(name)s 原来坐在这里，现在没有座位。", name=sat.other), "warning")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/seats/index.html", form, plan=hall_plans.plan(g.meeting.id))


@bp.get("/<slug>/seats/plan")
def plan(slug: str) -> ResponseReturnValue:
    """The plan alone, for a script that was told that it is not what it was."""
    return render_template("organiser/seats/_moved.html", plan=hall_plans.plan(g.meeting.id))


@bp.get("/<slug>/seats/find")
def find(slug: str) -> ResponseReturnValue:
    """Suggestions for a field that names somebody to be seated."""
    search = desk.search()
    return render_template("organiser/seats/_found.html", found=seats.people(g.meeting.id, search) if search else [])


@bp.post("/<slug>/seats/move")
def move(slug: str) -> ResponseReturnValue:
    """What was dragged on the plan: the seats of both as they are now, or in words why not."""
    form = MoveForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            spot = None
            if form.row.data is not None:
                spot = seats.numbered(g.meeting.id, form.row.data, form.number.data or 0)
                if spot is None:
                    raise Malformed({"number": Fault.NO_SUCH_SEAT})
            seen = Seen(form.seen_seat.data, form.seen_sitter.data)
            who, pinned = form.delegate_id.data or 0, form.wants_pinned
            sat = seats.sit(g.meeting.id, who, spot, desk.doing(), seen=seen, swap=True, pinned=pinned)
        if said.ok:
            return {"seat": sat.seat, "version": sat.version, "other": sat.other, "other_seat": sat.other_seat}
    wrong = [*form.form_errors, *(error for errors in form.errors.values() for error in errors)]
    return {"said": str(wrong[0])}, 409
