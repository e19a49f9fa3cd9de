"""Replays (回放) at the desk: recordings, their order, and where in them each talk begins."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.fields import wall
from conference.forms.replays import MarksForm, ReplayForm, marks_form
from conference.rules import replays as rules
from conference.rules import web_links
from conference.services import replay_marking, replays, stage
from conference.services.replay_marking import Marking
from conference.vocabulary import Malformed, Refusal
from conference.web import refusals
from conference.web.filters import clock_time, short_day, words

bp = APIBlueprint("replays", __name__, url_prefix="/<slug>/replays", enable_openapi=False)


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    found = replays.listed(g.meeting.id)
    marked = {one.id: len(one.marks) for one in replays.shown(g.meeting.id, public_only=False)}
    return render_template(
        "organiser/replays/index.html",
        replays=found,
        marked=marked,
        elsewhere={one.id: web_links.host(one.url) for one in found if not rules.plays_here(one.url)},
        titles=dict(_sessions()),
        removed=replays.removed(g.meeting.id),
    )


@bp.route("/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = ReplayForm()
    form.offer(_sessions())
    if form.validate_on_submit():
        with refusals.on(form) as said:
            made = replays.add(g.meeting.id, form.facts(g.meeting.timezone), desk.doing())
        if said.ok:
            if not rules.plays_here(made.url):
                flash(_elsewhere(made.url), "info")
                return _back(made.id)
            flash(_("已添加“%(title)s”，接着标出各个发言从哪里开始。", title=made.title), "success")
            return redirect(url_for(".mark", slug=slug, replay_id=made.id), 303)
    return desk.answered("organiser/replays/edit.html", form, replay=None)


@bp.route("/<int:replay_id>", methods=["GET", "POST"])
def edit(slug: str, replay_id: int) -> ResponseReturnValue:
    replay = replays.one(g.meeting.id, replay_id)
    facts = replays.facts_of(replay)
    form = ReplayForm(
        data={
            "seen": replays.stamp(replay),
            "title": facts.title,
            "url": facts.url,
            "session_id": str(facts.session_id or ""),
            "audience": facts.audience.value,
            "begins_at": wall(facts.begins_at, g.meeting.timezone),
        }
    )
    there = _sessions()
    if facts.session_id and facts.session_id not in dict(there):
        there.append((facts.session_id, _("已不在议程上的一场")))
    form.offer(there)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            replays.edit(g.meeting.id, replay_id, form.facts(g.meeting.timezone), desk.doing(), seen=form.seen.data)
        if said.ok:
            plays = rules.plays_here(form.url.data)
            flash(_("已保存。") if plays else _elsewhere(form.url.data), "success" if plays else "info")
            return _back(replay_id)
        if Refusal.CHANGED_MEANWHILE in said.reasons:  # told, and looked at again with what was typed
            form.seen.data = replays.stamp(replays.one(g.meeting.id, replay_id))
    return desk.answered("organiser/replays/edit.html", form, replay=replay)


@bp.route("/<int:replay_id>/marks", methods=["GET", "POST"])
def mark(slug: str, replay_id: int) -> ResponseReturnValue:
    """The second button fills in what the day tells, to be looked at before it is saved."""
    found = replay_marking.of(g.meeting, replay_id, now=clock.now())
    form = marks_form(found.rows, found.stamp)
    if "work_out" in request.form:
        _work_out(form, replay_id)
    elif form.validate_on_submit():
        keep, doing = not form.drop_gone.data, desk.doing()
        with refusals.on(form) as said:
            replay_marking.mark(g.meeting.id, replay_id, form.wanted, doing, keep=keep, seen=form.seen.data)
        if said.ok:
            n = len(form.wanted)
            flash(ngettext("已保存 %(num)s 个标记。", "已保存 %(num)s 个标记。", n), "success")
            return _back(replay_id)
        if Refusal.CHANGED_MEANWHILE in said.reasons:
            form.seen.data = found.stamp
    return desk.answered("organiser/replays/marks.html", form, found=found, backwards=_backwards(found, form))


@bp.post("/<int:replay_id>/<any(up,down):way>")
def step(slug: str, replay_id: int, way: str) -> ResponseReturnValue:
    with refusals.flashed():
        replays.step(g.meeting.id, replay_id, -1 if way == "up" else 1, desk.doing())
    return _back(replay_id)


@bp.post("/<int:replay_id>/away")
def remove(slug: str, replay_id: int) -> ResponseReturnValue:
    """It can be undone below the list."""
    with refusals.flashed():
        gone = replays.remove(g.meeting.id, replay_id, desk.doing())
        flash(_("已撤下“%(title)s”，观众看不到了。要恢复，在本页最下面。", title=gone.title), "success")
    return redirect(url_for(".index", slug=slug, _anchor="removed"), 303)


@bp.post("/<int:replay_id>/back")
def bring_back(slug: str, replay_id: int) -> ResponseReturnValue:
    try:
        with refusals.flashed():
            back = replays.bring_back(g.meeting.id, replay_id, desk.doing())
            flash(_("已恢复“%(title)s”。", title=back.title), "success")
    except Malformed as malformed:
        for fault in malformed.faults.values():
            flash(words(fault), "danger")
    return _back(replay_id)


def _work_out(form: MarksForm, replay_id: int) -> None:
    """Show in the form what the day tells; nothing is saved."""
    with refusals.on(form) as said:
        filled = form.fill_in(replay_marking.worked_out(g.meeting, replay_id, now=clock.now()))
    if said.ok and filled:
        flash(
            ngettext("推算出 %(num)s 处，还没有保存，请核对。", "推算出 %(num)s 处，还没有保存，请核对。", filled),
            "info",
        )
    elif said.ok:
        flash(_("没有推算出新的标记：现场没有记录，或与已填的相同。"), "info")


def _elsewhere(url: str) -> str:
    """An address without a film's ending may be a page on purpose, or copied from the wrong place."""
    where = web_links.host(url)
    return str(_("已保存。这是一个网页的地址：观看的人点开去 %(host)s 看，不在回放页里播放。", host=where))


def _backwards(found: Marking, form: MarksForm) -> set[rules.Spot]:
    """As the form stands now."""
    return rules.backwards([row.spot for row in found.rows], form.wanted)


def _sessions() -> list[tuple[int, str]]:
    """Those of the last release."""
    there = stage.of(g.meeting, now=clock.now()).released.sessions
    return [
        (one.id, f"{short_day(one.starts_at)} {clock_time(one.starts_at)} {one.title}" if one.starts_at else one.title)
        for one in there
    ]


def _back(replay_id: int) -> ResponseReturnValue:
    return redirect(url_for(".index", slug=g.meeting.slug, _anchor=f"replay-{replay_id}"), 303)
