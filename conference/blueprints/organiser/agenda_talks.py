"""The talks in a session of the draft, worked on at the desk."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from conference.blueprints.organiser import agenda_desk, desk
from conference.forms.agenda import TalkForm
from conference.services import agenda, agenda_draft, agenda_page, agenda_talks, agenda_uses
from conference.vocabulary import AgendaRoleKind
from conference.web import refusals

bp = APIBlueprint("agenda_talks", __name__, enable_openapi=False)
TALKS = "/<slug>/agenda/sessions/<int:session_id>/talks"


@bp.route(f"{TALKS}/new", methods=["GET", "POST"])
def new(slug: str, session_id: int) -> ResponseReturnValue:
    row = agenda.one(g.meeting.id, session_id)
    last = row.talks[-1] if row.talks else None
    form = TalkForm(data={"kind": last.kind.value, "minutes": last.minutes} if last else None)
    if agenda_desk.wants_rows(form, AgendaRoleKind.SPEAKER):
        return render_template(agenda_desk.template("talk"), form=form, session=row, talk=None)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            agenda_talks.add(g.meeting.id, session_id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已添加发言。"), "success")
            return _onward(slug, session_id)
    return desk.answered(agenda_desk.template("talk"), form, session=row, talk=None)


@bp.route(f"{TALKS}/<int:talk_id>", methods=["GET", "POST"])
def edit(slug: str, session_id: int, talk_id: int) -> ResponseReturnValue:
    row, talk = agenda.one(g.meeting.id, session_id), agenda_talks.one(g.meeting.id, session_id, talk_id)
    people = agenda_page.people(g.meeting.id, [one.person_id for one in row.roles])
    form = TalkForm(data=TalkForm.shown(row, talk, people))
    more: dict[str, Any] = {"session": row, "talk": talk, "theirs": []}
    if request.method == "GET":
        form.begin(g.meeting.agenda_version, agenda_draft.digests(agenda_talks.said(row, talk)))
    if agenda_desk.wants_rows(form, AgendaRoleKind.SPEAKER):
        return render_template(agenda_desk.template("talk"), form=form, **more)
    if form.validate_on_submit():
        with refusals.on(form) as said, agenda_desk.clashes() as clash:
            agenda_talks.edit(g.meeting.id, session_id, talk_id, form.wanted, desk.doing(), seen=form.was)
        if said.ok:
            flash(_("已保存发言。"), "success")
            return _onward(slug, session_id)
        if clash.fields:
            row, talk = agenda.one(g.meeting.id, session_id), agenda_talks.one(g.meeting.id, session_id, talk_id)
            there = agenda_talks.said(row, talk)
            theirs = agenda_draft.others_changed(there, form.was)
            more = {"session": row, "talk": talk, "theirs": theirs, "clash": clash.fields}
            form.begin_again(clash.fields, agenda_draft.digests(there))
    return desk.answered(agenda_desk.template("talk"), form, **more)


@bp.post(f"{TALKS}/<int:talk_id>/copy")
def copy(slug: str, session_id: int, talk_id: int) -> ResponseReturnValue:
    onward = url_for("organiser.agenda.index", slug=slug)
    with agenda_desk.flashed():
        made = agenda_talks.duplicate(g.meeting.id, session_id, talk_id, desk.doing())
        flash(_("已复制发言，改好再保存。"), "success")
        onward = url_for(".edit", slug=slug, session_id=session_id, talk_id=made.id)
    return redirect(onward, 303)


@bp.route(f"{TALKS}/<int:talk_id>/away", methods=["GET", "POST"])
def take_away(slug: str, session_id: int, talk_id: int) -> ResponseReturnValue:
    """Asks with the consequences named; the POST does it."""
    row, talk = agenda.one(g.meeting.id, session_id), agenda_talks.one(g.meeting.id, session_id, talk_id)
    if request.method == "GET":
        digests, uses = agenda_draft.carried(agenda_talks.said(row, talk)), agenda_uses.of_talk(talk_id)
        return render_template(agenda_desk.template("away"), session=row, talk=talk, uses=uses, digests=digests)
    with agenda_desk.flashed():
        agenda_talks.take_away(g.meeting.id, session_id, talk_id, desk.doing(), seen=agenda_desk.seen())
        flash(_("已删除发言。"), "success")
    return agenda_desk.back_to(session_id)


@bp.post(f"{TALKS}/<int:talk_id>/<any(up,down):way>")
def step(slug: str, session_id: int, talk_id: int, way: str) -> ResponseReturnValue:
    with agenda_desk.flashed():
        agenda_talks.step(g.meeting.id, session_id, talk_id, -1 if way == "up" else 1, desk.doing())
    return agenda_desk.back_to(session_id)


@bp.post(f"{TALKS}/<int:talk_id>/drop")
def drop(slug: str, session_id: int, talk_id: int) -> ResponseReturnValue:
    """What was dragged among the talks of a session: before or after which other it is to stand."""
    other, after = agenda_desk.beside()
    with agenda_desk.flashed():
        agenda_talks.drop(g.meeting.id, session_id, talk_id, other, desk.doing(), after=after)
    return agenda_desk.back_to(session_id)


def _onward(slug: str, session_id: int) -> Response:
    """Where the button that was pressed leads."""
    if "and_another" in request.form:
        return redirect(url_for(".new", slug=slug, session_id=session_id), 303)
    return agenda_desk.back_to(session_id)
