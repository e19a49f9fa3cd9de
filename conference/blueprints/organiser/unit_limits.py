"""Limits for all units of a filter of their list."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.unit_limits import LimitsForm
from conference.rules.provinces import PROVINCES
from conference.services import unit_limits
from conference.services.unit_limits import Wanted
from conference.vocabulary import UnitKind
from conference.web import refusals

bp = APIBlueprint("unit_limits", __name__, enable_openapi=False)
KEPT = ("q", "province", "kind", "state")


@bp.route("/<slug>/units/limits", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Which units and what is to change; the POST does it."""
    form, wanted = LimitsForm(), _wanted()
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    if form.validate_on_submit():
        with refusals.on(form) as said:
            if not form.wanted:
                flash(_("先勾选要改哪一项上限。"), "danger")
                return redirect(url_for(".edit", slug=slug, **kept), 303)
            n = unit_limits.set_all(g.meeting.id, wanted, form.wanted, seen=form.seen.data or "", doing=desk.doing())
        if said.ok:
            flash(_("已给 %(n)s 个单位设好上限。", n=n), "success")
            return redirect(url_for("organiser.units.index", slug=slug, **kept), 303)
    chosen = unit_limits.chosen(g.meeting.id, wanted)
    form.seen.data = chosen.seen
    return desk.answered("organiser/unit_limits/edit.html", form, chosen=chosen, kept=kept)


def _wanted() -> Wanted:
    province, state = request.args.get("province", ""), request.args.get("state", "")
    return Wanted(
        search=desk.search(),
        province=province if province in PROVINCES else "",
        kind=desk.wish("kind", UnitKind) or "",
        silent=state == "silent",
        proposed=state == "proposed",
    )
