"""The agenda to print, and for programs."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, jsonify
from flask.typing import ResponseReturnValue

from conference import clock
from conference.documents import agendas
from conference.services import calendars, papers, public_agenda
from conference.vocabulary import Missing
from conference.web import agenda_sheets, headers, limits, printing
from conference.web.limits import limiter

bp = APIBlueprint("agenda_files", __name__, url_prefix="/m/<slug>", enable_openapi=False)


@bp.get("/agenda.pdf")
@limiter.limit(limits.LOOK_UP)
def pdf(slug: str) -> ResponseReturnValue:
    """On A4; the times have the day's delays in them."""
    release = public_agenda.last_release(g.meeting.id)
    if release is None:
        raise Missing
    sheet = agenda_sheets.sheet(public_agenda.of(g.meeting, now=clock.now()), release)
    with papers.setting():
        made = agendas.pdf(sheet)
    answer = Response(made, mimetype=printing.PDF)
    answer.headers["Content-Disposition"] = 'inline; filename="agenda.pdf"'
    return headers.conditional(answer, public=True)


@bp.get("/agenda.json")
def data(slug: str) -> ResponseReturnValue:
    return headers.conditional(jsonify(calendars.data(g.meeting, now=clock.now())), public=True)
