"""Substitution (换人) by an organiser: somebody else comes in a delegate's place."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.unit_desk import SubstituteForm
from conference.services import people, substitution
from conference.vocabulary import Refusal
from conference.web import refusals

bp = APIBlueprint("substitution", __name__, enable_openapi=False)


@bp.route("/<slug>/delegates/<int:delegate_id>/substitute", methods=["GET", "POST"])
def new(slug: str, delegate_id: int) -> ResponseReturnValue:
    """Says what goes over and what ends, and asks who comes."""
    form, file = SubstituteForm(), people.file(g.meeting.id, delegate_id)
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.ALREADY_REGISTERED: "phone"}) as said:
            made = substitution.substitute(g.meeting.id, delegate_id, form.person, desk.doing())
        if said.ok:
            flash(_("%(new)s已接替%(old)s。", new=made.new.name, old=made.old.name), "success")
            return redirect(url_for("organiser.delegates.show", slug=slug, delegate_id=made.new.id), 303)
    return desk.answered("organiser/substitution/new.html", form, file=file)
