"""Units that ask for more places, and what an organiser answers."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.units import PlacesForm
from conference.services import capacities, invitation_lists, places_requests
from conference.vocabulary import Mode, Refusal
from conference.web import refusals
from conference.web.filters import words

bp = APIBlueprint("places_requests", __name__, enable_openapi=False)


@bp.get("/<slug>/places-requests")
def index(slug: str) -> ResponseReturnValue:
    return render_template(
        "organiser/places_requests/index.html",
        waiting=places_requests.waiting(g.meeting.id),
        decided=places_requests.decided(g.meeting.id),
    )


@bp.route("/<slug>/places-requests/<int:request_id>", methods=["GET", "POST"])
def decide(slug: str, request_id: int) -> ResponseReturnValue:
    """Grants the numbers in the form, or declines; the button says which."""
    asked = places_requests.one(g.meeting.id, request_id)
    form = PlacesForm(data={"in_person": asked.request.in_person, "online": asked.request.online})
    if form.validate_on_submit():
        with refusals.on(form) as said:
            if "decline" in request.form:
                places_requests.decline(g.meeting.id, request_id, desk.doing(), note=form.note.data)
            else:
                places_requests.grant(
                    g.meeting.id,
                    request_id,
                    desk.doing(),
                    in_person=form.in_person.data or 0,
                    online=form.online.data or 0,
                    note=form.note.data,
                )
        if said.ok:
            flash(_("已答复，联络员会收到通知。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
        if Refusal.DECIDED_ALREADY in said.reasons:  # in another window, or by a colleague: it shows what they said
            flash(words(Refusal.DECIDED_ALREADY), "warning")
            return redirect(url_for(".decide", slug=slug, request_id=request_id), 303)
    return desk.answered(
        "organiser/places_requests/decide.html",
        form,
        asked=asked,
        invited=invitation_lists.one(asked.part.id),
        lines=capacities.lines(g.meeting.id),
        Mode=Mode,
    )
