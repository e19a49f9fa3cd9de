"""A wall's page and its picture, for the screen in the hall and for the organiser who looks at it beforehand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, current_app, make_response, render_template, request
from markupsafe import Markup

from conference.documents import qr
from conference.models import Meeting, Wall
from conference.rules import here
from conference.rules.provinces import PROVINCES
from conference.services import wall_agendas, wall_asking, wall_pictures, walls
from conference.vocabulary import WallKind
from conference.web.language import language

# A phone that scanned in the last second still has to open the page: the text is not shown for all of its sixty
# seconds, even when no newer one comes.
SHOWN_AT_MOST = here.STEP + here.STEP / 2
_HALF = 24.0  # what is left of half a welcome wall for a name and its province, in hundredths of the wall's width


def page(wall: Wall, meeting: Meeting, address: str, *, now: datetime, preview: bool = False) -> str:
    """The whole page; `address` answers its pictures. A rotating code is never in it: it would grow old there."""
    drawn = "" if wall.kind is WallKind.CHECK_IN else _drawn(wall, meeting, now)
    return render_template(
        "wall/screen/show.html", wall=wall, meeting=meeting, address=address, drawn=drawn, preview=preview
    )


def picture(wall: Wall, meeting: Meeting, *, now: datetime) -> Response:
    """The inside of the page, made only where it may have changed since the asker's. Says the server's time."""
    build = current_app.jinja_env.globals["static_url"]("")  # type: ignore[operator]  # set by assets.install
    mark = f"{wall_pictures.mark(wall, meeting, now=now)} {build} {language()} {wall.name} {wall.surname_only}"
    tag = hashlib.sha256(mark.encode()).hexdigest()[:24]
    known = request.if_none_match.contains(tag)
    response = make_response("" if known else _drawn(wall, meeting, now), 304 if known else 200)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.headers["Server-Time"] = str(int(now.timestamp() * 1000))
    return response


def _drawn(wall: Wall, meeting: Meeting, now: datetime) -> Markup:
    if walls.is_dark(meeting):
        return Markup(render_template("wall/screen/_dark.html", meeting=meeting))  # noqa: S704 — a template escaped it
    draw = _KINDS[wall.kind]
    drawn = render_template(
        f"wall/screen/_{wall.kind.value}.html", wall=wall, meeting=meeting, now=now, **draw(wall, meeting, now)
    )
    return Markup(drawn)  # noqa: S704 — a template escaped it


def _welcome(wall: Wall, meeting: Meeting, now: datetime) -> dict[str, Any]:  # what the template names
    shown = wall_pictures.welcome(wall, meeting)
    return {"shown": shown, "provinces": PROVINCES, "wide": wall_agendas.wide, "long": _long}


def _figures(wall: Wall, meeting: Meeting, now: datetime) -> dict[str, Any]:  # what the template names
    return {"shown": wall_pictures.door_figures(wall, meeting, now=now)}


def _check_in(wall: Wall, meeting: Meeting, now: datetime) -> dict[str, Any]:  # what the template names
    shown = wall_pictures.self_check_in(wall, meeting, public_url=current_app.config["PUBLIC_URL"], now=now)
    changes_at = shown.shown.changes_at
    return {
        "shown": shown,
        "symbol": Markup(qr.svg(shown.shown.address, title=shown.checkpoint)),  # noqa: S704 — our own drawing
        "changes_at": int(changes_at.timestamp() * 1000),
        "step": int(here.STEP.total_seconds() * 1000),
        "hidden_at": int((changes_at - here.STEP + SHOWN_AT_MOST).timestamp() * 1000),
    }


def _agenda(wall: Wall, meeting: Meeting, now: datetime) -> dict[str, Any]:  # what the template names
    return {"shown": wall_agendas.of(meeting, now=now), "wide": wall_agendas.wide}


def _asking(wall: Wall, meeting: Meeting, now: datetime) -> dict[str, Any]:  # what the template names
    shown = wall_asking.of(wall, meeting, public_url=current_app.config["PUBLIC_URL"])
    return {
        "shown": shown,
        "wide": wall_agendas.wide,
        "symbol": Markup(qr.svg(shown.address, title=shown.address)),  # noqa: S704 — our own drawing, its title escaped
        "written": shown.address.partition("://")[2],
    }


_KINDS: dict[WallKind, Callable[[Wall, Meeting, datetime], dict[str, Any]]] = {
    WallKind.WELCOME: _welcome,
    WallKind.FIGURES: _figures,
    WallKind.CHECK_IN: _check_in,
    WallKind.AGENDA: _agenda,
    WallKind.ASKING: _asking,
}


def _long(name: str, province: str) -> str:
    """How long a name is for its half of a welcome wall: wall.css sets it smaller, or on two lines."""
    wide, room = wall_agendas.wide(name), _HALF - 1.5 * wall_agendas.wide(province)
    if wide <= min(6, room / 2.5):
        return "no"
    if wide <= min(11, room / 1.9):
        return "yes"
    return "very" if wide <= min(26, 1.7 * room / 1.55) else "most"
