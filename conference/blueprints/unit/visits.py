"""A liaison chooses departures of the site visits for the people of the unit."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.unit import desk
from conference.services import visits_lists, visits_seats, visits_settings, visits_units
from conference.web import refusals

bp = APIBlueprint("visits", __name__, url_prefix="/<int:desk_id>/visits", enable_openapi=False)


@bp.get("/")
def index(desk_id: int) -> ResponseReturnValue:
    now = clock.now()
    return render_template(
        "unit/visits/index.html",
        members=visits_lists.members(g.meeting.id, g.part.unit_id),
        departures=visits_lists.departures(g.meeting.id),
        refusal=visits_settings.choosing(g.meeting.id, by_liaison=True, now=now),
        now=now,
    )


@bp.post("/together")
def together(desk_id: int) -> ResponseReturnValue:
    """Everybody onto one departure, as many as there are seats."""
    with refusals.flashed():
        done = visits_units.together(g.meeting.id, g.part.unit_id, _chosen(), desk.doing())
        if done.seated:
            flash(_("已坐在一起：%(names)s。", names="、".join(done.seated)), "success")
        if done.left:
            flash(_("座位不够，没有改动的：%(names)s。", names="、".join(done.left)), "warning")
        if done.refused:
            flash(_("同一时间报了别的场次，没有改动的：%(names)s。", names="、".join(done.refused)), "warning")
    return _home()


@bp.post("/people/<int:delegate_id>")
def put(desk_id: int, delegate_id: int) -> ResponseReturnValue:
    """One person; full is told, and nothing changes."""
    with refusals.flashed():
        try:
            taken = visits_units.put(g.meeting.id, g.part.unit_id, delegate_id, _chosen(), desk.doing())
        except visits_seats.Overlap as overlap:
            flash(_("同一时间报了“%(title)s”，没有改动。", title=overlap.title), "danger")
            return _home()
        names = {"name": taken.delegate.name, "departure": taken.departure.name}
        if taken.sign_up is None:
            flash(_("%(departure)s已满，%(name)s没有改动。", **names), "warning")
        elif taken.sign_up.ticket is not None:
            flash(_("%(name)s已在%(departure)s的候补里。", **names), "info")
        else:
            flash(_("%(name)s 已坐上%(departure)s。", **names), "success")
    return _home()


@bp.post("/people/<int:delegate_id>/<int:departure_id>/take-off")
def take_off(desk_id: int, delegate_id: int, departure_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        visits_units.take_off(g.meeting.id, g.part.unit_id, delegate_id, departure_id, desk.doing())
        flash(_("已退出这一班，座位让给了下一位。"), "success")
    return _home()


def _chosen() -> int:
    """The departure of the form; nothing that is one is 0, which is none."""
    text = request.form.get("departure_id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def _home() -> ResponseReturnValue:
    return redirect(url_for(".index", desk_id=g.desk.id), 303)
