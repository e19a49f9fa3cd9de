"""A meeting's terms: freeze, line, keeping, and who counts."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.terms import TermsForm
from conference.services import terms
from conference.web import refusals

bp = APIBlueprint("terms", __name__, enable_openapi=False)


@bp.route("/<slug>/settings/terms", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    zone = g.meeting.timezone
    form = TermsForm(data=TermsForm.shown(terms.of(g.meeting), zone))
    if form.validate_on_submit():
        with refusals.on(form) as said:
            terms.change(g.meeting.id, form.wanted(zone), desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".edit", slug=slug), 303)
    return desk.answered("organiser/terms/edit.html", form)
