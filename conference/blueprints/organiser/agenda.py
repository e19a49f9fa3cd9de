"""The draft of the agenda, worked on at the desk: its list, its days by the clock, its sessions.

A script asks for the same pages with a header of its own and gets their inner part: the list, or a form for the panel
beside it.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from conference.blueprints.organiser import agenda_desk, desk
from conference.forms.agenda import PlaceForm, SessionForm, usual
from conference.services import agenda, agenda_draft, agenda_moves, agenda_page, agenda_uses
from conference.vocabulary import Missing
from conference.web import refusals

bp = APIBlueprint("agenda", __name__, enable_openapi=False)


@bp.get("/<slug>/agenda")
def index(slug: str) -> ResponseReturnValue:
    page = agenda_page.of(g.meeting, only=agenda_desk.asked_day(), at=desk.id_wish("at"))
    return render_template(agenda_desk.template("index"), page=page)


@bp.get("/<slug>/agenda/days")
def days(slug: str) -> ResponseReturnValue:
    """A day by the clock, its rooms side by side."""
    page = agenda_page.of(g.meeting, only=agenda_desk.asked_day())
    return render_template(agenda_desk.template("days"), page=page, rooms=agenda_page.rooms(g.meeting.id))


@bp.route("/<slug>/agenda/sessions/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = SessionForm(data=agenda_desk.next_to(desk.id_wish("after")))
    form.offer(agenda_page.rooms(g.meeting.id))
    if agenda_desk.wants_rows(form, usual(form.kind.data)):
        return render_template(agenda_desk.template("session"), form=form, session=None)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            facts, follows = form.wanted(g.meeting.timezone), bool(form.follows.data)
            kept = agenda.add(g.meeting.id, facts, desk.doing(), follows=follows)
        if said.ok:
            agenda_desk.tell(_("已添加“%(title)s”。", title=kept.session.title), kept.moved)
            return _onward(slug, kept.session.id)
    return desk.answered(agenda_desk.template("session"), form, session=None)


@bp.route("/<slug>/agenda/sessions/<int:session_id>", methods=["GET", "POST"])
def edit(slug: str, session_id: int) -> ResponseReturnValue:
    row = agenda.one(g.meeting.id, session_id)
    people = agenda_page.people(g.meeting.id, [one.person_id for one in row.roles])
    form = SessionForm(data=SessionForm.shown(row, people, g.meeting.timezone))
    form.offer(agenda_page.rooms(g.meeting.id))
    more: dict[str, Any] = {"session": row, "theirs": []}
    if request.method == "GET":
        form.begin(g.meeting.agenda_version, agenda_draft.digests(agenda.said(row)))
    if agenda_desk.wants_rows(form, usual(form.kind.data)):
        return render_template(agenda_desk.template("session"), form=form, **more)
    if form.validate_on_submit():
        with refusals.on(form) as said, agenda_desk.clashes() as clash:
            facts, follows = form.wanted(g.meeting.timezone), bool(form.follows.data)
            kept = agenda.edit(g.meeting.id, session_id, facts, desk.doing(), seen=form.was, follows=follows)
        if said.ok:
            agenda_desk.tell(_("已保存“%(title)s”。", title=kept.session.title), kept.moved)
            return _onward(slug, session_id)
        if clash.fields:  # shown once what others made of it, a second time it is meant
            row = agenda.one(g.meeting.id, session_id)
            there = agenda.said(row)
            more = {"session": row, "theirs": agenda_draft.others_changed(there, form.was), "clash": clash.fields}
            form.begin_again(clash.fields, agenda_draft.digests(there))
    return desk.answered(agenda_desk.template("session"), form, **more)


@bp.post("/<slug>/agenda/sessions/<int:session_id>/copy")
def copy(slug: str, session_id: int) -> ResponseReturnValue:
    onward = url_for(".index", slug=slug)
    with agenda_desk.flashed():
        made = agenda.duplicate(g.meeting.id, session_id, desk.doing())
        flash(_("已复制“%(title)s”，改好再保存。", title=made.title), "success")
        onward = url_for(".edit", slug=slug, session_id=made.id)
    return redirect(onward, 303)


@bp.route("/<slug>/agenda/sessions/<int:session_id>/away", methods=["GET", "POST"])
def take_away(slug: str, session_id: int) -> ResponseReturnValue:
    """Asks with the consequences named; the POST does it."""
    row = agenda.one(g.meeting.id, session_id)
    if request.method == "GET":
        digests = agenda_draft.carried(agenda.said_with_talks(row))
        uses = agenda_uses.of_session(g.meeting.id, session_id)
        return render_template(agenda_desk.template("away"), session=row, talk=None, uses=uses, digests=digests)
    with agenda_desk.flashed():
        title = row.title
        agenda.take_away(g.meeting.id, session_id, desk.doing(), seen=agenda_desk.seen())
        flash(_("已删除“%(title)s”。", title=title), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<slug>/agenda/sessions/<int:session_id>/<any(up,down):way>")
def step(slug: str, session_id: int, way: str) -> ResponseReturnValue:
    with agenda_desk.flashed():
        moved = agenda_moves.step(g.meeting.id, session_id, -1 if way == "up" else 1, desk.doing())
        if moved is None:
            flash(_("没有移动：同一天、同一会场里，这个方向上没有别的场次。"), "info")
        agenda_desk.tell("", moved or ())
    return agenda_desk.back_to(session_id)


@bp.post("/<slug>/agenda/sessions/<int:session_id>/drop")
def drop(slug: str, session_id: int) -> ResponseReturnValue:
    """What was dragged in the list: before or after which other it is to stand."""
    other, after = agenda_desk.beside()
    with agenda_desk.flashed():
        moved = agenda_moves.drop(g.meeting.id, session_id, other, desk.doing(), after=after, seen=agenda_desk.seen())
        agenda_desk.tell("", moved)
    return agenda_desk.back_to(session_id)


@bp.post("/<slug>/agenda/sessions/<int:session_id>/time")
def reschedule(slug: str, session_id: int) -> ResponseReturnValue:
    """What was dragged on a day: when it is to begin, on the meeting's wall clock, and in which room."""
    form = PlaceForm()
    starts_at = form.starts_at.aware(g.meeting.timezone) if form.validate_on_submit() else None
    if starts_at is None:
        raise Missing
    with agenda_desk.flashed():
        room, follows, seen = form.room.data, bool(form.follows.data), agenda_desk.seen()
        moved = agenda_moves.reschedule(
            g.meeting.id, session_id, starts_at, room, desk.doing(), seen=seen, follows=follows
        )
        agenda_desk.tell("", moved)
    day = form.starts_at.data.date() if form.starts_at.data else None
    return redirect(url_for(".days", slug=slug, day=day, _anchor=f"session-{session_id}"), 303)


@bp.get("/<slug>/agenda/find-units")
def find_units(slug: str) -> ResponseReturnValue:
    """Suggestions for the unit of a talk."""
    search = desk.search()
    found = agenda_page.find_units(g.meeting.id, search) if search else []
    return render_template("organiser/agenda/_found_units.html", found=found)


def _onward(slug: str, session_id: int) -> Response:
    """Where the button that was pressed leads."""
    if "and_another" in request.form:
        return redirect(url_for(".new", slug=slug, after=session_id), 303)
    if "and_talk" in request.form:
        return redirect(url_for("organiser.agenda_talks.new", slug=slug, session_id=session_id), 303)
    return agenda_desk.back_to(session_id)
