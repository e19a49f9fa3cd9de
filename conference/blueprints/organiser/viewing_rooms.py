"""Viewing rooms (集体收看点) that units declared: looked at, approved, declined, their head-counts set right."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.viewing_rooms import DeclineForm, HeadcountForm
from conference.services import viewing_room_lists, viewing_rooms
from conference.vocabulary import ViewingRoomStatus
from conference.web import files, refusals

bp = APIBlueprint("viewing_rooms", __name__, url_prefix="/<slug>/attendance/viewing-rooms", enable_openapi=False)


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    status = desk.wish("status", ViewingRoomStatus)
    rooms = viewing_room_lists.shown(g.meeting.id, status=status)
    return render_template("organiser/viewing_rooms/index.html", rooms=rooms, status=status)


@bp.get("/<int:room_id>")
def show(slug: str, room_id: int) -> ResponseReturnValue:
    return _page(room_id, DeclineForm(formdata=None), _headcount(room_id))


@bp.get("/<int:room_id>/photo")
def photo(slug: str, room_id: int) -> Response:
    """The address carries which one it is."""
    return files.picture(viewing_room_lists.photo(g.meeting.id, room_id))


@bp.post("/<int:room_id>/approve")
def approve(slug: str, room_id: int) -> ResponseReturnValue:
    onward = url_for(".show", slug=slug, room_id=room_id)
    with refusals.flashed():
        viewing_rooms.approve(g.meeting.id, room_id, desk.doing(), seen=request.form.get("seen"))
        flash(_("已通过，计入集体收看。"), "success")
        onward = url_for(".index", slug=slug)
    return redirect(onward, 303)


@bp.post("/<int:room_id>/decline")
def decline(slug: str, room_id: int) -> ResponseReturnValue:
    form = DeclineForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            viewing_rooms.decline(g.meeting.id, room_id, form.reason.data, desk.doing(), seen=form.seen.data)
        if said.ok:
            flash(_("未通过，单位会看到原因，可以改了再报。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return _page(room_id, form, _headcount(room_id))


@bp.post("/<int:room_id>/headcount")
def correct(slug: str, room_id: int) -> ResponseReturnValue:
    form = HeadcountForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            count, reason = form.headcount.data or 0, form.reason.data
            viewing_rooms.correct(g.meeting.id, room_id, count, reason, desk.doing(), seen=form.seen.data or None)
        if said.ok:
            flash(_("已更正，记入操作记录。"), "success")
            return redirect(url_for(".show", slug=slug, room_id=room_id), 303)
    return _page(room_id, DeclineForm(formdata=None), form)


def _headcount(room_id: int) -> HeadcountForm:
    """As it stands."""
    room = viewing_room_lists.one(g.meeting.id, room_id).room
    return HeadcountForm(formdata=None, data={"headcount": room.headcount})


def _page(room_id: int, decline_form: DeclineForm, headcount_form: HeadcountForm) -> ResponseReturnValue:
    """422 when one of the forms says that something is wrong."""
    found = viewing_room_lists.one(g.meeting.id, room_id)
    decline_form.seen.data = headcount_form.seen.data = found.stamp
    said = render_template(
        "organiser/viewing_rooms/show.html", found=found, decline_form=decline_form, headcount_form=headcount_form
    )
    return said, 422 if decline_form.errors or headcount_form.errors else 200
