"""Checking oneself in by the code on the hall's screen: `/h/TEXT` gives this browser a ticket, the pages of the meeting
use it. Nothing is written but by a form. How one proves who one is without a link: `here_proof`.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.services import at_the_screen, here, links, meeting_page, meetings, self_check_ins
from conference.vocabulary import Malformed, Missing, Refused
from conference.web import headers, here_pages, here_tickets, identity, limits, refusals
from conference.web.limits import limiter

bp = APIBlueprint("here", __name__, enable_openapi=False)


@bp.get("/h/<code>")
@bp.get("/H/<code>")
@limiter.limit(limits.HERE)
def enter(code: str) -> ResponseReturnValue:
    now = clock.now()
    try:
        point = here.point(code[:2048], now=now)
        meeting = meeting_page.shown(meetings.by_id(point.meeting_id))
    except (Malformed, Missing):
        return render_template("public/here/unknown.html"), 404
    except Refused:
        return here_pages.over()
    held = here_tickets.held(meeting.id, now=now)
    here_tickets.keep(meeting.id, at_the_screen.ticket(point, held, now=now))
    return redirect(url_for(".index", slug=meeting.slug), 303)


@bp.get("/m/<slug>/here/")
def index(slug: str) -> ResponseReturnValue:
    return here_pages.of(here_tickets.held(g.meeting.id, now=clock.now()))


@bp.get("/m/<slug>/here/stage")
def stage(slug: str) -> ResponseReturnValue:
    """What the page that waits for a steward asks again and again: the inside of it."""
    ticket = here_tickets.held(g.meeting.id, now=clock.now())
    return headers.conditional(here_pages.inside(ticket))


@bp.post("/m/<slug>/here/")
def check_in(slug: str) -> ResponseReturnValue:
    now, link_id = clock.now(), request.form.get("link_id", type=int) or 0
    ticket = here_tickets.held(g.meeting.id, now=now)
    link = links.by_id(link_id) if identity.holds_link(link_id) else None
    if ticket is None or link is None:
        return here_pages.over()
    with refusals.flashed():
        self_check_ins.by_ticket(link, ticket, meeting_id=g.meeting.id, now=now)
    return back(slug)


def back(slug: str) -> Response:
    return redirect(url_for("public.here.index", slug=slug), 303)  # type: ignore[return-value]  # werkzeug's class
