"""The live page: the picture and the outside room for whoever may watch, and the beats that say that somebody does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, jsonify, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.services import beats, broadcasts, live_access, live_page, meeting_page, still_here
from conference.services.live_access import Access
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, Right
from conference.web import agenda, asking, bodies, headers, identity, pages
from conference.web.filters import words

bp = APIBlueprint("live", __name__, url_prefix="/m/<slug>/live", enable_openapi=False)
BEAT = "public.live.beat"
_DEVICE = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    now = clock.now()
    access = live_access.of(g.meeting, identity.held_links())
    g.reads_as_delegate = access.is_delegate
    organises = _organises()
    preview = organises and not access.is_delegate
    if not (access.may_watch or preview):
        window = meeting_page.window(g.meeting, now=now)
        return render_template("public/live/closed.html", meeting=g.meeting, access=access, window=window), 403
    page = live_page.of(g.meeting, access, preview=preview, now=now)
    day = page.agenda.day_at(now) or page.agenda.day_at(page.begins_at)
    headers.allow_media(address for one in page.streams for address in (one.url, *one.hosts))
    return render_template(
        "public/live/show.html",
        meeting=g.meeting,
        page=page,
        organises=organises,
        shown=page.agenda,
        now=agenda.now_card(page.agenda),
        day=day,
        rows=[agenda.row(page.agenda, one) for one in day.sessions] if day else [],
        streams=[{"name": one.name, "url": one.url} for one in page.streams],
        asking=asking.region(g.meeting, access, now=now, back="live") if page.open else None,
    )


@bp.get("/room")
def room(slug: str) -> ResponseReturnValue:
    """The way into the outside room: its address is told to whoever may enter, and stands on no page."""
    access = live_access.of(g.meeting, identity.held_links())
    preview = not access.is_delegate and _organises()
    back = url_for(".show", slug=slug), str(_("去直播页面"))
    if not live_page.may_enter(access, preview=preview):
        words_ = _("外部会议室只给已确认的代表进。请先用个人链接打开自己的页面，再从直播页面进入。")
        return pages.page(403, title=_("会议室只给已确认的代表"), text=words_, action=back)
    address = live_page.room(g.meeting, access, preview=preview, now=clock.now())
    if address is None:
        words_ = _("会议室在会议当天开放；没有网址的会议室，请用直播页面上的会议号进入。")
        return pages.page(404, title=_("会议室现在没有打开"), text=words_, action=back)
    answer = make_response(redirect(address, 303))
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/captions.vtt")
def captions(slug: str) -> ResponseReturnValue:
    """The captions as WebVTT, for whoever may watch."""
    access = live_access.of(g.meeting, identity.held_links())
    if not access.may_watch and not _organises():
        return pages.page(403, text=words(Refusal.MAY_NOT_WATCH))
    return headers.conditional(Response(broadcasts.captions(g.meeting.id).content, mimetype="text/vtt"))


@bp.post("/beats")
def beat(slug: str) -> ResponseReturnValue:
    """Thousands say so every half minute: one query says whose place it is, and the rest is the beat itself."""

    def told() -> dict[str, Any]:  # as JSON
        body, now = bodies.read(), clock.now()
        device = _device(body)
        meeting_id, access = live_access.of_beat(slug, identity.held_links())
        _check(access)
        if body.get("playing") is not True:
            return {"plays": False, "ask": None}
        if access.delegate_id is None:
            # An entry that repeats a place is answered as any other (docs/decisions/0004), and takes nothing over.
            if access.beats_for is not None:
                beats.beat(meeting_id, access.beats_for, now=now)
            return {"plays": True, "ask": None}
        due = still_here.due(meeting_id, access.delegate_id, now=now)
        question = beats.beat(meeting_id, access.delegate_id, device=device, due=due, now=now)
        if question is None:
            return {"plays": True, "ask": None}
        return {"plays": True, "ask": question.number, "left": int((question.until - now).total_seconds())}

    return _answered(told)


@bp.post("/take-over")
def take_over(slug: str) -> ResponseReturnValue:
    """This device plays from now on; the one that did is told at its next beat."""

    def told() -> dict[str, Any]:  # as JSON
        device = _device(bodies.read())
        access = live_access.of(g.meeting, identity.held_links())
        _check(access)
        if access.delegate_id is not None:
            beats.take_over(g.meeting.id, access.delegate_id, device=device, now=clock.now())
        return {"plays": True}

    return _answered(told)


@bp.post("/still-here", endpoint="still_here")
def answer_still_here(slug: str) -> ResponseReturnValue:
    """The answer to a question that a beat brought."""

    def told() -> dict[str, Any]:  # as JSON
        number = bodies.read().get("number")
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 9:
            raise Malformed({"number": Fault.OUT_OF_RANGE})
        access = live_access.of(g.meeting, identity.held_links())
        _check(access)
        if access.delegate_id is None:
            raise Missing
        still_here.answer(g.meeting.id, access.delegate_id, number, now=clock.now())
        return {"answered": True}

    return _answered(told)


def _organises() -> bool:
    return identity.may(Right.SEE_MEETING)


def _check(access: Access) -> None:
    """Raises Refused for whoever is not counted: the public among them."""
    if not access.is_delegate:
        raise Refused(access.refusal or Refusal.MAY_NOT_WATCH)


def _device(body: dict[str, Any]) -> str:  # as it was sent
    device = body.get("device")
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        raise Malformed({"device": Fault.FORBIDDEN_CHARACTERS if device else Fault.REQUIRED})
    return device


def _answered(work: Callable[[], dict[str, Any]]) -> Response:  # as JSON
    """What a script can read: what became of it, or why not in the reader's words."""
    try:
        return jsonify(work())
    except Refused as refused:
        status = 403 if refused.refusal is Refusal.MAY_NOT_WATCH else 409
        answer = jsonify(error=words(refused.refusal), code=refused.refusal.value)
    except Malformed as malformed:
        status, answer = 422, jsonify(error=words(next(iter(malformed.faults.values()))), code="malformed")
    except Missing:
        status, answer = 404, jsonify(error=_("没有这个问题，或已经过了。"), code="not_found")
    answer.status_code = status
    return answer
