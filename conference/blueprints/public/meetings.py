"""A meeting's public page, its privacy notice, and the finder of its units."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from conference import clock
from conference.services import meeting_page, own_registration, privacy
from conference.web import agenda, free_places, headers, limits
from conference.web.filters import province
from conference.web.language import language
from conference.web.limits import limiter

bp = APIBlueprint("meetings", __name__, url_prefix="/m/<slug>", enable_openapi=False)


@bp.get("/")
def show(slug: str) -> ResponseReturnValue:
    page = meeting_page.of(g.meeting, now=clock.now())
    shown = render_template(
        "public/meetings/show.html",
        page=page,
        days=agenda.days(page.agenda),
        places={mode: free_places.said(line) for mode, line in page.lines.items()},
    )
    return headers.conditional(shown, public=True)


@bp.get("/privacy")
def notice(slug: str) -> ResponseReturnValue:
    page = render_template("public/meetings/privacy.html", meeting=g.meeting, notice=privacy.notice(language()))
    return headers.conditional(page, public=True)


@bp.get("/units")
@limiter.limit(limits.LOOK_UP)
def find_units(slug: str) -> ResponseReturnValue:
    found = own_registration.look_up(g.meeting.id, request.args.get("q", ""), request.args.get("province", ""))
    items = [{"value": unit.id, "text": unit.name, "note": province(unit.province)} for unit in found]
    return render_template("public/meetings/_units.html", items=items)
