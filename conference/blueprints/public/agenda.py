"""The agenda for everybody: now and next, day by day, and a page for each session, person and unit on it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from conference import clock
from conference.rules.agenda import Gone
from conference.services import agenda_people, own_agenda, public_agenda, session_place_lists
from conference.services.own_agenda import OwnAgenda
from conference.services.public_agenda import Shown, UnitShown
from conference.web import agenda, agenda_filters, headers, identity
from conference.web.language import language

bp = APIBlueprint("agenda", __name__, url_prefix="/m/<slug>/agenda", enable_openapi=False)
# With the ten seconds between two questions of a page it stays below fifteen until a delay is seen.
CARRIED = 3  # seconds


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    shown, own = _shown(), _own()
    asked = agenda_filters.read(request.args, shown)
    return _page(
        "index",
        shown,
        own,
        asked=asked,
        days=[(day, [agenda.row(shown, one, own) for one in day.sessions]) for day in shown.days],
        now=agenda.now_card(shown),
        release=public_agenda.last_release(g.meeting.id),
    )


@bp.get("/now/<any(zh,en):tongue>")
def now(slug: str, tongue: str) -> ResponseReturnValue:
    """What is on and what comes next, for pages that are open: the same bytes for everybody who reads `tongue`."""
    g.language = tongue
    shown = _shown()

    def made() -> str:
        # Not by render_template, which asks who is signed in.
        return current_app.jinja_env.get_template("public/agenda/_now.html").render(
            meeting=g.meeting, shown=shown, now=agenda.now_card(shown)
        )

    return headers.shared(agenda.now_tag(shown, language()), made, seconds=CARRIED)


@bp.get("/sessions/<int:session_id>")
def session(slug: str, session_id: int) -> ResponseReturnValue:
    shown, own = _shown(), _own()
    if gone := shown.gone(session_id):
        return _gone(shown, own, gone)
    found = shown.session(session_id)
    beside = shown.beside(found)
    offer = session_place_lists.offer(own.link_id, found, shown.agenda, now=shown.now) if own else None
    row = agenda.row(shown, found, own)
    return _page("session", shown, own, row=row, offer=offer, before=beside[0], after=beside[1])


@bp.get("/people/<int:person_id>")
def person(slug: str, person_id: int) -> ResponseReturnValue:
    shown, own = _shown(), _own()
    found = shown.person(person_id)
    rows = [agenda.row(shown, one, own) for one in shown.agenda.of_person(person_id)]
    return _page("person", shown, own, person=found, rows=rows)


@bp.get("/people/<int:person_id>/portrait")
def portrait(slug: str, person_id: int) -> ResponseReturnValue:
    found = agenda_people.portrait(g.meeting.id, person_id)
    return headers.conditional(Response(found.content, mimetype=found.mimetype), public=True)


@bp.get("/units/<int:unit_id>")
def unit(slug: str, unit_id: int) -> ResponseReturnValue:
    shown = _shown()
    return _unit(shown, shown.unit(unit_id))


@bp.get("/units")
def named_unit(slug: str) -> ResponseReturnValue:
    """One that is none of ours: its name on the agenda is all there is of it."""
    shown = _shown()
    return _unit(shown, shown.named_unit(request.args.get("name", "")))


def _gone(shown: Shown, own: OwnAgenda | None, gone: Gone) -> ResponseReturnValue:
    """Links to it are in calendars and notices: it says that it is cancelled, and what is on that day."""
    day = shown.day_at(gone.starts_at)
    rows = [agenda.row(shown, one, own) for one in day.sessions] if day else []
    answer = make_response(_page("gone", shown, own, gone=gone, rows=rows))
    if answer.status_code == 200:
        answer.status_code = 410
    return answer


def _unit(shown: Shown, found: UnitShown) -> ResponseReturnValue:
    own = _own()
    return _page("unit", shown, own, unit=found, rows=[agenda.row(shown, one, own) for one in found.sessions])


def _shown() -> Shown:
    return public_agenda.of(g.meeting, now=clock.now())


def _own() -> OwnAgenda | None:
    """Where this browser holds a delegate's link, so that sessions can be marked."""
    held = identity.held_links()
    return own_agenda.of_browser(held, g.meeting.id) if held else None


def _page(name: str, shown: Shown, own: OwnAgenda | None, **context: Any) -> ResponseReturnValue:  # what it names
    """The same for everybody but those who can mark sessions."""
    text = render_template(f"public/agenda/{name}.html", meeting=g.meeting, shown=shown, own=own, **context)
    return headers.conditional(text, public=own is None)
