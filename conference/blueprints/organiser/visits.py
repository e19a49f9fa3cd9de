"""The visits at the desk: stops and departures at a glance, what is missing, and how they are planned."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.visits import SettingsForm
from conference.services import visits_board, visits_settings
from conference.web import refusals, visits_charts

bp = APIBlueprint("visits", __name__, url_prefix="/<slug>/visits", enable_openapi=False)


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    board = visits_board.of(g.meeting.id)
    ways = [visits_charts.way(one.departure) for one in board.departures]
    days = visits_charts.days(ways, [one.stop for one in board.stops], g.meeting.timezone)
    settings = visits_settings.of(g.meeting.id)
    return render_template("organiser/visits/index.html", board=board, settings=settings, days=days)


@bp.route("/settings", methods=["GET", "POST"])
def settings(slug: str) -> ResponseReturnValue:
    form = SettingsForm.of(visits_settings.of(g.meeting.id), g.meeting.timezone)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            visits_settings.save(g.meeting.id, form.wanted(g.meeting.timezone), desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/visits/settings.html", form)
