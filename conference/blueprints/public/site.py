"""The first page, and what browsers and robots ask for by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from apiflask import APIBlueprint
from flask import Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.services import meeting_page
from conference.web import headers

bp = APIBlueprint("site", __name__, enable_openapi=False)
_ROBOTS = "User-agent: *\n" + "".join(
    f"Disallow: {path}\n" for path in ("/my/", "/p/", "/r/", "/c/", "/C/", "/sign-in", "/desk/", "/door/", "/api/")
)


@bp.get("/")
def index() -> ResponseReturnValue:
    page = render_template("public/site/index.html", cards=meeting_page.cards(now=clock.now()))
    return headers.conditional(page, public=True)


@bp.get("/return/")
def come_back() -> ResponseReturnValue:
    """For who lost a private link and knows no more: which meeting it was; a single one is opened at once."""
    meetings = meeting_page.to_return_to(now=clock.now())
    if len(meetings) == 1:
        return redirect(url_for("public.returning.index", slug=meetings[0].slug), 303)
    return render_template("public/site/come_back.html", meetings=meetings)


@bp.get("/robots.txt")
def robots() -> Response:
    return headers.conditional(Response(_ROBOTS, mimetype="text/plain"), public=True)


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    static_url = cast("Callable[[str], str]", current_app.jinja_env.globals["static_url"])
    response = redirect(static_url("icons/icon-32.png"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
