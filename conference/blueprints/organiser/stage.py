"""The stage on the day, in the hand of whoever stands beside it: what is on, the next one, and how late it is."""

from __future__ import annotations

import hashlib

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.stage import DelayForm
from conference.rules.agenda import Session
from conference.services import stage, stage_desk
from conference.services.stage_desk import Foreseen
from conference.vocabulary import Missing
from conference.web import refusals
from conference.web.filters import clock_time
from conference.web.language import language

bp = APIBlueprint("stage", __name__, enable_openapi=False)


@bp.get("/<slug>/stage")
def index(slug: str) -> ResponseReturnValue:
    return render_template("organiser/stage/index.html", shown=stage_desk.of(g.meeting, now=clock.now()))


@bp.get("/<slug>/stage/live")
def live(slug: str) -> Response:
    """The inside of the page; 304 while nothing changed. By the minute, since it counts minutes."""
    now = clock.now()
    day = stage.of(g.meeting, now=now)
    build = current_app.jinja_env.globals["static_url"]("")  # type: ignore[operator]  # set by assets.install
    mark = f"{day.version} {now:%d%H%M} {build} {language()}"
    tag = hashlib.sha256(mark.encode()).hexdigest()[:24]
    known = request.if_none_match.contains(tag)
    inside = "" if known else render_template("organiser/stage/_live.html", shown=stage_desk.of(g.meeting, now=now))
    response = make_response(inside, 304 if known else 200)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


@bp.post("/<slug>/stage/call")
def call(slug: str) -> ResponseReturnValue:
    """Says which one is on, not "the next one": sent twice it is the same, and nothing from an older page."""
    session_id = _id("session_id")
    if session_id is None:
        raise Missing
    with refusals.flashed():
        stage.call(g.meeting.id, session_id, _id("talk_id"), desk.doing(), seen=request.form.get("seen"))
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<slug>/stage/by-clock")
def by_clock(slug: str) -> ResponseReturnValue:
    with refusals.flashed():
        stage.by_clock(g.meeting.id, desk.doing())
    return redirect(url_for(".index", slug=slug), 303)


@bp.route("/<slug>/stage/delay", methods=["GET", "POST"])
def delay(slug: str) -> ResponseReturnValue:
    """Any number of minutes from any session on: looked at first, then told; the quick buttons come here too."""
    form, sessions = DelayForm(), stage_desk.delayable(g.meeting, now=clock.now())
    form.offer((one.id, _named(one)) for one in sessions)
    if request.method == "GET" and (wished := desk.id_wish("session_id")):
        form.session_id.data = str(wished)
    foreseen = None
    if form.validate_on_submit():
        with refusals.on(form) as said:
            foreseen = _tell_or_look(form)
        if said.ok and foreseen is None:
            flash(_("已改时间，手机、大屏和日历几秒内跟着变。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    form.seen.data = stage.of(g.meeting, now=clock.now()).told
    return desk.answered("organiser/stage/delay.html", form, foreseen=foreseen, sessions=sessions)


@bp.post("/<slug>/stage/delays/<int:delay_id>/undo")
def undo(slug: str, delay_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        stage.undo_delay(g.meeting.id, delay_id, desk.doing())
        flash(_("已撤销，时间回到说之前。"), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _tell_or_look(form: DelayForm) -> Foreseen | None:
    """None where it was told."""
    session_id, minutes, doing = int(form.session_id.data), form.minutes.data or 0, desk.doing()
    if "tell" not in request.form:
        return stage_desk.foreseen(g.meeting, session_id, minutes, now=doing.now)
    stage.delay(g.meeting.id, session_id, minutes, form.reason.data, doing, seen=form.seen.data)
    return None


def _named(session: Session) -> str:
    return f"{clock_time(session.starts_at)} {session.title}" if session.starts_at else session.title


def _id(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
