"""What a delegate does with questions (提问): ask, vote, take both back. The page around it is `asking` or `live`.

A script is answered 204, or what is wrong as {"error": words}; a form leads back to the page that it stood on.
"""

from __future__ import annotations

from collections.abc import Callable

from apiflask import APIBlueprint
from flask import flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.services import hall_question_asking, live_access
from conference.services.hall_question_asking import Asked
from conference.services.live_access import Access
from conference.vocabulary import Malformed, Missing, Refusal, Refused
from conference.web import identity, limits
from conference.web.filters import words
from conference.web.limits import limiter

bp = APIBlueprint("hall_questions", __name__, url_prefix="/m/<slug>/asking/questions", enable_openapi=False)
_PAGES = {"asking": "public.asking.show", "live": "public.live.show"}


@bp.post("")
@limiter.limit(limits.ASKING)
def ask(slug: str) -> ResponseReturnValue:
    def deed(delegate_id: int | None) -> None:
        asked, now = _asked(), clock.now()
        if delegate_id is None:
            hall_question_asking.ask_nameless(g.meeting.id, asked, now=now)
        else:
            hall_question_asking.ask(g.meeting.id, delegate_id, asked, now=now)

    private = request.form.get("to") == "private"
    return _answer(deed, _("已交给会务组。") if private else _("已提交，会务组看过以后显示。"))


@bp.post("/<int:question_id>/withdraw")
@limiter.limit(limits.ASKING)
def withdraw(slug: str, question_id: int) -> ResponseReturnValue:
    return _answer(_of_somebody(hall_question_asking.withdraw, question_id), _("已撤回。"))


@bp.post("/<int:question_id>/vote")
@limiter.limit(limits.ASKING)
def vote(slug: str, question_id: int) -> ResponseReturnValue:
    def voted(meeting_id: int, delegate_id: int, question_id: int) -> None:
        hall_question_asking.vote(meeting_id, delegate_id, question_id, now=clock.now())

    return _answer(_of_somebody(voted, question_id))


@bp.post("/<int:question_id>/unvote")
@limiter.limit(limits.ASKING)
def unvote(slug: str, question_id: int) -> ResponseReturnValue:
    return _answer(_of_somebody(hall_question_asking.unvote, question_id))


def _of_somebody(verb: Callable[[int, int, int], None], question_id: int) -> Callable[[int | None], None]:
    """An entry that repeats a place stands for nobody: it has no vote and no question, and is answered as if."""

    def deed(delegate_id: int | None) -> None:
        if delegate_id is not None:
            verb(g.meeting.id, delegate_id, question_id)

    return deed


def _asked() -> Asked:
    to, about = request.form.get("to", "unnamed"), request.form.get("session_id", "")
    chosen = int(about) if about.isascii() and about.isdigit() and len(about) <= 18 else None
    return Asked(request.form.get("text", ""), to == "named", to == "private", chosen)


def _answer(deed: Callable[[int | None], None], done: str = "") -> ResponseReturnValue:
    """Do it for whoever holds this browser, and say how it went; `done` is what a page says then."""
    access = live_access.of(g.meeting, identity.held_links())
    try:
        deed(_asker(access))
    except Malformed as malformed:
        return _wrong(words(next(iter(malformed.faults.values()))), 422)
    except Missing:
        return _wrong(_("这条提问已经不在了。"), 404)
    except Refused as refused:
        return _wrong(words(refused.refusal), 403 if refused.refusal in _NOT_FOR_THEM else 409)
    if _is_script():
        return "", 204
    if done:
        flash(done, "success")
    return _back()


_NOT_FOR_THEM = {Refusal.MAY_NOT_WATCH, Refusal.NOT_ACTIVE}


def _asker(access: Access) -> int | None:
    """None for an entry that repeats a place. Raises Refused for the public, and for a place that is not confirmed."""
    if not access.is_delegate:
        raise Refused(access.refusal or Refusal.MAY_NOT_WATCH)
    return access.delegate_id


def _wrong(said: str, status: int) -> ResponseReturnValue:
    if _is_script():
        return jsonify(error=said), status
    flash(said, "danger")
    return _back("#main")  # where it is said


def _is_script() -> bool:
    return "X-Requested-With" in request.headers


def _back(place: str = "#asking") -> ResponseReturnValue:
    page = _PAGES.get(request.form.get("back", ""), _PAGES["asking"])
    return redirect(url_for(page, slug=g.meeting.slug) + place, 303)
