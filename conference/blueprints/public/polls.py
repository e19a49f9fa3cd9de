"""Choosing in a poll (投票): from the hall and online alike."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.services import live_access, polls
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused
from conference.web import identity
from conference.web.filters import words

bp = APIBlueprint("polls", __name__, url_prefix="/m/<slug>/asking/polls", enable_openapi=False)
_BACK = {"asking": "public.asking.show", "live": "public.live.show"}


@bp.post("/<int:poll_id>")
def choose(slug: str, poll_id: int) -> ResponseReturnValue:
    """The form of a poll, with one `option` or several. To a script 204, or words of why not; else back to the page."""
    problem, status = _choose(poll_id)
    if "X-Requested-With" in request.headers:
        return (jsonify(error=problem), status) if problem else ("", 204)
    if problem:
        flash(problem, "danger")
    else:
        flash(_("已投票。结束前可以改选，以最后一次为准。"), "success")
    back = _BACK.get(request.form.get("back", ""), _BACK["asking"])
    return redirect(url_for(back, slug=slug, _anchor=f"poll-{poll_id}"), 303)


def _choose(poll_id: int) -> tuple[str, int]:
    """Why it was not taken, in words, and the status that says so; nothing where it was."""
    access, chosen = live_access.of(g.meeting, identity.held_links()), _chosen()
    if not access.is_delegate:
        return words(access.refusal or Refusal.MAY_NOT_WATCH), 403
    try:
        if access.delegate_id is None:  # a repeat entry stands for nobody and is answered as anybody
            polls.check(g.meeting.id, poll_id, chosen)
        else:
            polls.choose(g.meeting.id, poll_id, access.delegate_id, chosen, now=clock.now())
    except Missing:  # taken away while somebody chose
        return str(_("这个投票已经不在了。")), 404
    except Refused as refused:
        return words(refused.refusal), 409
    except Malformed as malformed:
        return _said(malformed.faults["option"]), 422
    return "", 204


def _said(fault: Fault) -> str:
    if fault is Fault.REQUIRED:
        return str(_("请先选，再点投票。"))
    if fault is Fault.TOO_MANY:
        return str(_("选得太多了，请去掉几项。"))
    return words(fault)


def _chosen() -> list[int]:
    """What is no number is out of range."""
    texts = request.form.getlist("option")[:100]
    return [int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1 for text in texts]
