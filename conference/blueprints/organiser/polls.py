"""Polls (投票) at the desk: prepared before the day, opened and closed from a phone, their results."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk, poll_sheets
from conference.forms.polls import PollForm
from conference.services import poll_desk, poll_making
from conference.services.delegates import Doing
from conference.services.poll_desk import Listed, Shown
from conference.vocabulary import PollKind, Refusal
from conference.web import refusals
from conference.web.filters import clock_time
from conference.web.language import language

bp = APIBlueprint("polls", __name__, url_prefix="/<slug>/polls", enable_openapi=False)
KINDS = ",".join(kind.value for kind in PollKind)


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    found = poll_desk.listed(g.meeting.id)
    return render_template("organiser/polls/index.html", found=found, kinds=list(PollKind))


@bp.route(f"/new/<any({KINDS}):kind>", methods=["GET", "POST"])
def new(slug: str, kind: str) -> ResponseReturnValue:
    form = PollForm()
    _begin(form, PollKind(kind))
    if not _changes_rows(form) and form.validate_on_submit():
        with refusals.on(form) as said:
            made = poll_making.prepare(g.meeting.id, form.wanted, desk.doing(), session_id=form.chosen_session)
        if said.ok:
            flash(_("已备好。到时点“开始投票”，手机上才会出现。"), "success")
            return redirect(url_for(".show", slug=slug, poll_id=made.id), 303)
    return desk.answered("organiser/polls/new.html", form)


@bp.get("/<int:poll_id>")
def show(slug: str, poll_id: int) -> ResponseReturnValue:
    return render_template("organiser/polls/show.html", shown=_shown(poll_id))


@bp.get("/<int:poll_id>/live")
def live(slug: str, poll_id: int) -> Response:
    """The inside of the page; 304 while nothing changed. Its forms' tokens are no part of the mark."""
    shown = _shown(poll_id)
    build = current_app.jinja_env.globals["static_url"]("")  # type: ignore[operator]  # set by assets.install
    tag = hashlib.sha256(f"{shown.version} {build} {language()}".encode()).hexdigest()[:24]
    known = request.if_none_match.contains(tag)
    inside = "" if known else render_template("organiser/polls/_live.html", shown=shown)
    response = make_response(inside, 304 if known else 200)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


@bp.route("/<int:poll_id>/edit", methods=["GET", "POST"])
def edit(slug: str, poll_id: int) -> ResponseReturnValue:
    shown = _shown(poll_id)
    form = PollForm(data=_data(shown))
    _begin(form, shown.poll.kind, known=shown)
    if not _changes_rows(form) and form.validate_on_submit():
        with refusals.on(form) as said:
            poll_making.change(
                g.meeting.id,
                poll_id,
                form.wanted,
                desk.doing(),
                session_id=form.chosen_session,
                seen=form.seen.data,
            )
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".show", slug=slug, poll_id=poll_id), 303)
        if Refusal.CHANGED_MEANWHILE in said.reasons:  # told, and looked at again with what was typed
            form.seen.data = _shown(poll_id).stamp
    return desk.answered("organiser/polls/edit.html", form, shown=shown)


@bp.post("/<int:poll_id>/start")
def start(slug: str, poll_id: int) -> ResponseReturnValue:
    return _deed(slug, poll_id, poll_making.start)


@bp.post("/<int:poll_id>/close")
def close(slug: str, poll_id: int) -> ResponseReturnValue:
    return _deed(slug, poll_id, poll_making.close)


@bp.post("/<int:poll_id>/show-result")
def show_result(slug: str, poll_id: int) -> ResponseReturnValue:
    return _deed(slug, poll_id, poll_making.show_result)


@bp.post("/<int:poll_id>/hide-result")
def hide_result(slug: str, poll_id: int) -> ResponseReturnValue:
    return _deed(slug, poll_id, poll_making.hide_result)


@bp.post("/<int:poll_id>/copy")
def copy(slug: str, poll_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        poll_id = poll_making.copy(g.meeting.id, poll_id, desk.doing()).id
        flash(_("这是复制出来的一份，还没有开始。"), "success")
    return redirect(url_for(".show", slug=slug, poll_id=poll_id), 303)


@bp.route("/<int:poll_id>/away", methods=["GET", "POST"])
def take_away(slug: str, poll_id: int) -> ResponseReturnValue:
    """Asks with the consequences named; the POST does it."""
    if request.method == "GET":
        return render_template("organiser/polls/take_away.html", shown=_shown(poll_id))
    onward = url_for(".show", slug=slug, poll_id=poll_id)
    with refusals.flashed():
        poll_making.take_away(g.meeting.id, poll_id, desk.doing())
        flash(_("已删除。"), "success")
        onward = url_for(".index", slug=slug)
    return redirect(onward, 303)


@bp.get("/results.xlsx")
def export(slug: str) -> Response:
    """Counts of all polls that were opened; nobody's choices."""
    return desk.workbook(poll_sheets.workbook(g.meeting), _("投票结果"))


def _shown(poll_id: int) -> Shown:
    return poll_desk.one(g.meeting.id, poll_id, now=clock.now())


def _deed(slug: str, poll_id: int, verb: Callable[[int, int, Doing], object]) -> ResponseReturnValue:
    """Back to where the button was: said twice it is the same, and the page shows how it stands."""
    with refusals.flashed():
        verb(g.meeting.id, poll_id, desk.doing())
    if request.form.get("back") == "index":
        return redirect(url_for(".index", slug=slug, _anchor=f"poll-{poll_id}"), 303)
    return redirect(url_for(".show", slug=slug, poll_id=poll_id), 303)


def _begin(form: PollForm, kind: PollKind, *, known: Listed | None = None) -> None:
    sessions = [
        (one.id, f"{clock_time(one.starts_at)} {one.title}" if one.starts_at else one.title)
        for one in poll_desk.sessions(g.meeting.id)
    ]
    if known and known.poll.session_id and known.poll.session_id not in dict(sessions):
        sessions.append((known.poll.session_id, known.session))
    form.begin(kind, sessions)


def _data(shown: Shown) -> dict[str, object]:
    poll = shown.poll
    most = poll.most if poll.kind is PollKind.SEVERAL else None
    return {
        "title": poll.title,
        "options": list(poll.options),
        "most": most,
        "session_id": str(poll.session_id or ""),
        "seen": shown.stamp,
    }


def _changes_rows(form: PollForm) -> bool:
    """The buttons beside the options give further rows and take one away, so that nobody needs a script for it."""
    if request.method != "POST":
        return False
    if "add_rows" in request.form:
        form.add_rows()
        return True
    at = request.form.get("drop_row", "")
    if at.isascii() and at.isdigit():
        form.drop_row(int(at[:4]))
        return True
    return False
