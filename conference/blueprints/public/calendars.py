"""The agenda for calendar programs: whole, one session, or somebody's own by an address that only they know."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.documents.calendars import MIMETYPE
from conference.services import calendars, people, public_agenda
from conference.web import calendar_links, headers
from conference.web.language import language

bp = APIBlueprint("calendars", __name__, url_prefix="/m/<slug>", enable_openapi=False)


@bp.get("/agenda/calendar")
def show(slug: str) -> ResponseReturnValue:
    """How to take the agenda into one's calendar."""
    address = calendar_links.absolute(url_for(".whole", slug=slug))
    shown = public_agenda.of(g.meeting, now=clock.now())
    page = render_template("public/agenda/calendar.html", meeting=g.meeting, address=address, shown=shown)
    return headers.conditional(page, public=True)


@bp.get("/agenda.ics")
def whole(slug: str) -> ResponseReturnValue:
    made = calendars.whole(g.meeting, address=session_page, language=language(), now=clock.now())
    return shown(made, "agenda.ics")


@bp.get("/agenda/sessions/<int:session_id>.ics")
def session(slug: str, session_id: int) -> ResponseReturnValue:
    made = calendars.session(g.meeting, session_id, address=session_page, language=language(), now=clock.now())
    return shown(made, f"session-{session_id}.ics")


@bp.get("/agenda/mine/<token>.ics")
def own(slug: str, token: str) -> ResponseReturnValue:
    """What somebody marked, does and signed up for; a program asks again by the same address."""
    link = calendar_links.opened(token)
    people.one(g.meeting.id, link.delegate_id)
    made = calendars.own(
        g.meeting,
        link,
        name=_("我的议程 · %(meeting)s", meeting=g.meeting.title),
        address=session_page,
        language=language(),
        now=clock.now(),
    )
    answer = shown(made, "my-agenda.ics")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def shown(made: bytes, name: str) -> Response:
    """A calendar as a phone opens it: by its type, under a name for those that save it."""
    answer = make_response(made)
    answer.headers["Content-Type"] = MIMETYPE
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return headers.conditional(answer, public=True)


def session_page(session_id: int) -> str:
    """Where more is said of a session."""
    return calendar_links.absolute(url_for("public.agenda.session", slug=g.meeting.slug, session_id=session_id))
