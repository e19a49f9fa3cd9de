"""Many sessions at once, pasted from a table: shown first as they would be, then added."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from conference.blueprints.organiser import agenda_desk, desk
from conference.forms.agenda import PasteForm
from conference.rules.agenda_times import day_of
from conference.services import agenda_page, agenda_pasting
from conference.web import refusals

bp = APIBlueprint("agenda_pasting", __name__, enable_openapi=False)


@bp.route("/<slug>/agenda/paste", methods=["GET", "POST"])
def paste(slug: str) -> ResponseReturnValue:
    """The first button shows what the text says, the second adds it."""
    form = PasteForm(data={"day": agenda_desk.asked_day() or day_of(g.meeting.starts_at, g.meeting.timezone)})
    more: dict[str, Any] = {"lines": [], "rooms": {}, "version": g.meeting.agenda_version}
    if form.validate_on_submit():
        with refusals.on(form) as said:
            day = form.day.data or day_of(g.meeting.starts_at, g.meeting.timezone)
            more["rooms"] = {room.id: room.name for room in agenda_page.rooms(g.meeting.id)}
            more["lines"] = agenda_pasting.read(g.meeting, form.text.data, day)
            if "add" in request.form:
                added = agenda_pasting.add(g.meeting, more["lines"], desk.doing(), version=form.version.data or 0)
                flash(ngettext("已添加 %(num)s 场。", "已添加 %(num)s 场。", len(added)), "success")
        if said.ok and "add" in request.form:
            return redirect(url_for("organiser.agenda.index", slug=slug), 303)
    return desk.answered("organiser/agenda/paste.html", form, **more)
