"""Recordings of a meeting: which there are, and a page for each, with a mark for every talk."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from conference.services import live_access, replays
from conference.services.replays import ShownReplay
from conference.vocabulary import Viewership
from conference.web import headers, identity

bp = APIBlueprint("replays", __name__, url_prefix="/m/<slug>/replays", enable_openapi=False)


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    mine, others = _recordings()
    page = render_template("public/replays/index.html", meeting=g.meeting, replays=mine, others=len(others))
    return headers.conditional(page)


@bp.get("/<int:replay_id>")
def show(slug: str, replay_id: int) -> ResponseReturnValue:
    """The player, or the way to where it is; a word where it is for delegates and this browser holds no place."""
    mine, others = _recordings()
    if any(one.id == replay_id for one in others):
        return render_template("public/replays/delegates_only.html", meeting=g.meeting), 403
    found = next((one for one in mine if one.id == replay_id), None)
    if found is None:
        abort(404)
    if found.plays_here:
        headers.allow_media([found.url])
    return headers.conditional(render_template("public/replays/show.html", meeting=g.meeting, replay=found))


def _recordings() -> tuple[list[ShownReplay], list[ShownReplay]]:
    """Those that whoever asks may see, and those that only delegates may."""
    everything = replays.shown(g.meeting.id, public_only=False)
    if live_access.of(g.meeting, identity.held_links()).is_delegate:
        return list(everything), []
    mine = [one for one in everything if one.audience is Viewership.PUBLIC]
    return mine, [one for one in everything if one not in mine]
