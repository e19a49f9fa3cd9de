"""The rooms of the agenda: in order, with what is held in them."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.agenda_rooms import RoomForm
from conference.services import agenda_rooms
from conference.services.agenda_rooms import RoomFacts
from conference.web import opened, refusals

bp = APIBlueprint("agenda_rooms", __name__, enable_openapi=False)


@bp.get("/<slug>/agenda/rooms")
def index(slug: str) -> ResponseReturnValue:
    return render_template("organiser/agenda_rooms/index.html", found=agenda_rooms.listed(g.meeting.id))


@bp.route("/<slug>/agenda/rooms/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = RoomForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            agenda_rooms.add(g.meeting.id, RoomFacts(**form.wanted), desk.doing())
        if said.ok:
            flash(_("已添加。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/agenda_rooms/new.html", form)


@bp.route("/<slug>/agenda/rooms/<int:room_id>", methods=["GET", "POST"])
def edit(slug: str, room_id: int) -> ResponseReturnValue:
    """What others saved while the form was open stays, where this one did not touch it; where both did, one chooses."""
    facts = agenda_rooms.said(agenda_rooms.one(g.meeting.id, room_id))
    form = RoomForm(data=facts | {"opened": opened.write(facts)})
    before = opened.read(form.opened.data)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            wished = opened.without_theirs(form.wanted)
            merged = agenda_rooms.edit(g.meeting.id, room_id, wished, desk.doing(), opened=before)
        if said.ok:
            flash(_("已保存。"), "success")
            if merged.theirs:
                flash(opened.kept(merged.theirs), "info")
            return redirect(url_for(".index", slug=slug), 303)
    room = agenda_rooms.one(g.meeting.id, room_id)
    facts = agenda_rooms.said(room)
    clashes = opened.shown("agenda_room", before, facts, form.wanted) if form.errors else []
    form.opened.data = opened.write(facts) if clashes else form.opened.data
    return desk.answered(
        "organiser/agenda_rooms/edit.html",
        form,
        wrong=409 if clashes else 422,
        room=room,
        clashes=clashes,
        who=opened.who(g.meeting.id, "agenda_room", room_id) if clashes else "",
    )


@bp.post("/<slug>/agenda/rooms/<int:room_id>/<any(up,down):way>")
def move(slug: str, room_id: int, way: str) -> ResponseReturnValue:
    with refusals.flashed():
        agenda_rooms.move(g.meeting.id, room_id, -1 if way == "up" else 1, desk.doing())
    return redirect(url_for(".index", slug=slug, _anchor=f"room-{room_id}"), 303)


@bp.route("/<slug>/agenda/rooms/<int:room_id>/away", methods=["GET", "POST"])
def remove(slug: str, room_id: int) -> ResponseReturnValue:
    """Asks, and says what is held there; the POST does it."""
    room = agenda_rooms.one(g.meeting.id, room_id)
    if request.method == "POST":
        onward = url_for(".remove", slug=slug, room_id=room_id)
        with refusals.flashed():
            agenda_rooms.remove(g.meeting.id, room_id, desk.doing())
            flash(_("已删除“%(name)s”。", name=room.name), "success")
            onward = url_for(".index", slug=slug)
        return redirect(onward, 303)
    sessions = agenda_rooms.held_in(g.meeting.id).get(room_id, [])
    return render_template("organiser/agenda_rooms/remove.html", room=room, sessions=sessions)
