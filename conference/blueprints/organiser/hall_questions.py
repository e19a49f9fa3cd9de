"""Questions (提问) in the hand of whoever moderates, on a phone beside the stage or at the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.hall_questions import AnswerForm
from conference.rules.hall_questions import Step
from conference.services import hall_question_desk, poll_desk
from conference.services.hall_question_desk import Line, Queue
from conference.vocabulary import HallQuestionStatus, Missing, Refusal, Refused, Right
from conference.web import identity, refusals
from conference.web.filters import words
from conference.web.language import language

bp = APIBlueprint("hall_questions", __name__, url_prefix="/<slug>/hall-questions", enable_openapi=False)


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    queue = _queue()
    states = [(each.value, f"{words(each)} {queue.counts[each]}") for each in HallQuestionStatus]
    return render_template(
        "organiser/hall_questions/index.html", queue=queue, states=states, last=_last(), **_filters()
    )


@bp.get("/live")
def live(slug: str) -> Response:
    """The inside of the page; 304 while nothing changed."""
    queue, filters = _queue(), _filters()
    build = current_app.jinja_env.globals["static_url"]("")  # type: ignore[operator]  # set by assets.install
    acts = identity.may_change(Right.RUN_MEETING)
    mark = f"{queue.version} {sorted(filters.items(), key=str)} {acts} {build} {language()}"
    tag = hashlib.sha256(mark.encode()).hexdigest()[:24]
    known = request.if_none_match.contains(tag)
    inside = "" if known else render_template("organiser/hall_questions/_live.html", queue=queue, **filters)
    response = make_response(inside, 304 if known else 200)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


@bp.get("/read-out")
def read_out(slug: str) -> ResponseReturnValue:
    """What is shown and not answered yet, for whoever reads it to the stage, on a screen or on paper."""
    lines = hall_question_desk.read_out(g.meeting.id, desk.id_wish("session_id"))
    return render_template("organiser/hall_questions/read_out.html", lines=lines)


@bp.post("/take")
def take(slug: str) -> ResponseReturnValue:
    taken = request.form.get("taken") == "yes"
    with refusals.flashed():
        hall_question_desk.take(g.meeting.id, taken, desk.doing())
        flash(_("开始收提问。") if taken else _("不再收新的提问；已展示的还在。"), "success")
    return _back(slug)


@bp.get("/<int:question_id>")
def show(slug: str, question_id: int) -> ResponseReturnValue:
    line = hall_question_desk.one(g.meeting.id, question_id)
    return _page(line, AnswerForm(formdata=None, data={"answer": line.question.answer, "seen": line.stamp}))


@bp.post("/<int:question_id>/answer")
def answer(slug: str, question_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    line = hall_question_desk.one(g.meeting.id, question_id)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            hall_question_desk.answer(
                g.meeting.id, question_id, form.answer.data or "", desk.doing(), seen=form.seen.data
            )
        if said.ok:
            flash(_("已保存，只有提问人看得到。") if line.question.private else _("已保存并展示。"), "success")
            return _back(slug)
    form.seen.data = hall_question_desk.one(g.meeting.id, question_id).stamp
    return _page(line, form)


@bp.post("/<int:question_id>/settle")
def settle(slug: str, question_id: int) -> ResponseReturnValue:
    """What was done can be taken back on the page that follows."""
    step = {each.name.lower(): each for each in Step}.get(request.form.get("step", ""))
    if step is None:
        raise Missing
    try:
        before = hall_question_desk.one(g.meeting.id, question_id).question.status
        with refusals.flashed(), _told_who_was_first(question_id):
            hall_question_desk.settle(g.meeting.id, question_id, step, desk.doing(), seen=request.form.get("seen"))
            return _back(slug, last=question_id, before=before.value)
    except Missing:
        flash(_("这条提问已被提问人撤回。"), "danger")
    return _back(slug)


@bp.post("/<int:question_id>/pin")
def pin(slug: str, question_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        first = desk.whole(request.form.get("seen"))
        with _told_who_was_first(question_id):
            hall_question_desk.pin(g.meeting.id, question_id, desk.doing(), seen=first)
            if poll_desk.is_open(g.meeting.id):
                flash(_("已置顶。大屏现在放的是投票，投票结束以后才放大这一条。"), "info")
    return _back(slug)


@bp.post("/<int:question_id>/unpin")
def unpin(slug: str, question_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        hall_question_desk.unpin(g.meeting.id, question_id, desk.doing())
    return _back(slug)


@contextmanager
def _told_who_was_first(question_id: int) -> Iterator[None]:
    """A tap that came second is told what the question is now: there is nothing to save again."""
    try:
        yield
    except Refused as refused:
        if refused.refusal is not Refusal.CHANGED_MEANWHILE:
            raise
        state = words(hall_question_desk.one(g.meeting.id, question_id).question.status)
        flash(_("同事刚刚动过，您这一下没有算。这一条现在是“%(state)s”，看过再点。", state=state), "danger")


def _filters() -> dict[str, Any]:  # a member and an id, by the names of the address
    return {"status": desk.wish("status", HallQuestionStatus), "session_id": desk.id_wish("session_id")}


def _queue() -> Queue:
    return hall_question_desk.queue(g.meeting.id, **_filters())


def _last() -> tuple[Line, Step] | None:
    """What was done just now, and the step that takes it back, where there is one."""
    question_id, before = desk.id_wish("last"), desk.wish("before", HallQuestionStatus)
    if question_id is None or before is None:
        return None
    try:
        line = hall_question_desk.one(g.meeting.id, question_id)
    except Missing:
        return None
    return (line, Step(before)) if Step(before) in line.steps else None


def _page(line: Line, form: AnswerForm) -> ResponseReturnValue:
    return desk.answered("organiser/hall_questions/show.html", form, line=line, **_filters())


def _back(slug: str, **more: object) -> Response:
    """To the list as it was filtered, which the address of the deed carries."""
    filters = {name: value for name, value in _filters().items() if value is not None}
    return redirect(url_for(".index", slug=slug, **filters, **more), 303)  # type: ignore[return-value,arg-type]  # werkzeug's class
