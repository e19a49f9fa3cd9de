"""A unit's viewing rooms (集体收看): declared, changed until they are approved, taken back."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.unit import desk
from conference.forms.viewing_rooms import RoomForm
from conference.services import viewing_room_lists, viewing_rooms
from conference.vocabulary import ViewingRoomStatus
from conference.web import files, limits, refusals
from conference.web.limits import limiter

bp = APIBlueprint("viewing_rooms", __name__, url_prefix="/<int:desk_id>/viewing-rooms", enable_openapi=False)


@bp.get("/")
def index(desk_id: int) -> ResponseReturnValue:
    return render_template(
        "unit/viewing_rooms/index.html", rooms=viewing_rooms.listed(g.meeting.id, unit_id=g.part.unit_id)
    )


@bp.route("/new", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION, methods=["POST"])
def new(desk_id: int) -> ResponseReturnValue:
    form = RoomForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            _room, made = viewing_rooms.declare_once(
                g.meeting.id, form.facts(g.part.unit_id), desk.doing(), photo=form.picture
            )
        if said.ok:
            flash(
                _("已申报，会务组审核后计入。") if made else _("这个收看点已经申报过。"), "success" if made else "info"
            )
            return _home()
    return desk.answered("unit/viewing_rooms/new.html", form)


@bp.route("/<int:room_id>", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION, methods=["POST"])
def edit(desk_id: int, room_id: int) -> ResponseReturnValue:
    """Until it is approved; then it is only looked at."""
    found = viewing_room_lists.one(g.meeting.id, room_id, unit_id=g.part.unit_id)
    form = RoomForm(obj=found.room, data={"names": "\n".join(found.names)})
    if form.validate_on_submit():
        with refusals.on(form) as said:
            viewing_rooms.change(
                g.meeting.id,
                room_id,
                form.facts(g.part.unit_id),
                desk.doing(),
                photo=form.picture,
                drop_photo=bool(form.drop_photo.data),
            )
        if said.ok:
            flash(_("已保存，等会务组审核。"), "success")
            return _home()
        found = viewing_room_lists.one(g.meeting.id, room_id, unit_id=g.part.unit_id)
    return desk.answered(
        "unit/viewing_rooms/edit.html", form, found=found, over=found.room.status is ViewingRoomStatus.APPROVED
    )


@bp.route("/<int:room_id>/away", methods=["GET", "POST"])
def take_back(desk_id: int, room_id: int) -> ResponseReturnValue:
    """Asks first."""
    found = viewing_room_lists.one(g.meeting.id, room_id, unit_id=g.part.unit_id)
    if request.method == "POST":
        with refusals.flashed():
            viewing_rooms.take_back(g.meeting.id, room_id, g.part.unit_id, desk.doing())
            flash(_("已撤回。"), "success")
        return _home()
    return render_template("unit/viewing_rooms/take_back.html", room=found.room)


@bp.get("/<int:room_id>/photo")
def photo(desk_id: int, room_id: int) -> Response:
    """The address carries which one it is."""
    return files.picture(viewing_room_lists.photo(g.meeting.id, room_id, unit_id=g.part.unit_id))


def _home() -> ResponseReturnValue:
    return redirect(url_for(".index", desk_id=g.desk.id), 303)
