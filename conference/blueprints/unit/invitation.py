"""What a unit answers to its invitation: it takes part, it does not, or it asks for more places."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.unit import desk
from conference.forms.unit_desk import DeclineForm, PlacesForm
from conference.services import invitations, places_requests, unit_desk
from conference.web import refusals

bp = APIBlueprint("invitation", __name__, url_prefix="/<int:desk_id>", enable_openapi=False)


@bp.post("/accept")
def accept(desk_id: int) -> ResponseReturnValue:
    invitations.accept(g.part.id, desk.doing())
    flash(_("谢谢，已答复参加。请登记参会人员。"), "success")
    return desk.home()


@bp.route("/decline", methods=["GET", "POST"])
def decline(desk_id: int) -> ResponseReturnValue:
    """Asks why; nobody who is registered is cancelled by it."""
    form = DeclineForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            staying = invitations.decline(g.part.id, form.reason.data or "", desk.doing())
        if said.ok:
            flash(_("已答复不参加，会务组会看到原因。"), "success")
            if staying:
                flash(_("名单里还有 %(n)s 人，他们的名额没有取消；不来的请逐一取消。", n=len(staying)), "warning")
            return desk.home()
    return desk.answered("unit/invitation/decline.html", form, desk=unit_desk.of(g.part, now=clock.now()))


@bp.route("/places", methods=["GET", "POST"])
def places(desk_id: int) -> ResponseReturnValue:
    waiting = next((one for one in places_requests.of(g.part.id) if one.decided_at is None), None)
    form = PlacesForm(obj=waiting) if request.method == "GET" and waiting else PlacesForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            places_requests.ask(
                g.part.id,
                in_person=form.in_person.data or 0,
                online=form.online.data or 0,
                reason=form.reason.data or "",
                doing=desk.doing(),
            )
        if said.ok:
            flash(_("已向会务组申请，答复会显示在这一页，也会通知您。"), "success")
            return desk.home()
    return render_template(
        "unit/invitation/places.html", form=form, waiting=waiting, requests=places_requests.of(g.part.id)
    ), 422 if form.errors else 200
