"""Units over all meetings, for those who keep them."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference.blueprints.organiser import desk
from conference.blueprints.organiser.units import sees_people
from conference.rules.provinces import PROVINCES
from conference.services import unit_lists
from conference.vocabulary import UnitKind
from conference.web import record

bp = APIBlueprint("all_units", __name__, enable_openapi=False)


@bp.get("/units")
def index() -> ResponseReturnValue:
    province = request.args.get("province", "")
    filters = {
        "search": desk.search(),
        "province": province if province in PROVINCES else "",
        "kind": desk.wish("kind", UnitKind) or "",
    }
    page = unit_lists.everywhere(number=min(desk.id_wish("page") or 1, 100_000), **filters)
    return render_template(
        "organiser/all_units/index.html", page=page, filters=filters, provinces=PROVINCES, kinds=list(UnitKind)
    )


@bp.get("/units/<int:unit_id>")
def show(unit_id: int) -> ResponseReturnValue:
    unit = unit_lists.known_one(unit_id)
    if unit.id != unit_id:  # it was merged
        return redirect(url_for(".show", unit_id=unit.id), 303)
    return render_template(
        "organiser/all_units/show.html",
        unit=unit,
        history=unit_lists.history(unit_id),
        sees_people=sees_people,
        acts=record.entries(unit_lists.trail(unit_id)),
    )
