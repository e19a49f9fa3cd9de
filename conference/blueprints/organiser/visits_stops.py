"""The stops of the visits at the desk: added, changed, ordered, removed; their photographs."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.visits import PhotoForm, StopForm
from conference.services import visits_stops
from conference.services.visits_stays import StopCrowded
from conference.vocabulary import Refusal, Refused
from conference.web import files, refusals, visits_refusals

bp = APIBlueprint("visits_stops", __name__, url_prefix="/<slug>/visits/stops", enable_openapi=False)


@bp.route("/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = StopForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            stop = visits_stops.add(g.meeting.id, form.fields(), desk.doing())
        if said.ok:
            flash(_("已添加“%(name)s”。", name=stop.name), "success")
            return _back(slug)
    return desk.answered("organiser/visits/stop.html", form, stop=None, photo_form=None)


@bp.route("/<int:stop_id>", methods=["GET", "POST"])
def edit(slug: str, stop_id: int) -> ResponseReturnValue:
    stop = visits_stops.one(g.meeting.id, stop_id)
    form = StopForm(data=StopForm.said(visits_stops.fields_of(stop)) | {"seen": visits_stops.stamp(stop)})
    if form.validate_on_submit():
        said = _saved(form, stop_id)
        if said.ok:
            flash(_("已保存。"), "success")
            return _back(slug)
        if Refusal.CHANGED_MEANWHILE in said.reasons:  # told, and looked at again with what was typed
            form.seen.data = visits_stops.stamp(visits_stops.one(g.meeting.id, stop_id))
    stop = visits_stops.one(g.meeting.id, stop_id)
    return desk.answered("organiser/visits/stop.html", form, stop=stop, photo_form=PhotoForm())


@bp.post("/<int:stop_id>/<any(up,down):way>")
def move(slug: str, stop_id: int, way: str) -> ResponseReturnValue:
    with refusals.flashed():
        visits_stops.move(g.meeting.id, stop_id, -1 if way == "up" else 1, desk.doing())
    return _back(slug)


@bp.route("/<int:stop_id>/away", methods=["GET", "POST"])
def remove(slug: str, stop_id: int) -> ResponseReturnValue:
    """Asks, and says which departures go there; the POST does it."""
    stop = visits_stops.one(g.meeting.id, stop_id)
    if request.method == "POST":
        try:
            name = visits_stops.remove(g.meeting.id, stop_id, desk.doing())
        except Refused as refused:
            flash(visits_refusals.spoken(refused), "danger")
            return redirect(url_for(".remove", slug=slug, stop_id=stop_id), 303)
        flash(_("已删除“%(name)s”。", name=name), "success")
        return _back(slug)
    going = visits_stops.departures_to(stop_id)
    return render_template("organiser/visits/remove_stop.html", stop=stop, going=going)


@bp.route("/<int:stop_id>/photos", methods=["POST"])
def add_photo(slug: str, stop_id: int) -> ResponseReturnValue:
    stop = visits_stops.one(g.meeting.id, stop_id)
    form, sent = StopForm(formdata=None), PhotoForm()
    if sent.validate_on_submit():
        with refusals.on(sent) as said:
            visits_stops.add_photo(g.meeting.id, stop_id, sent.picture, sent.caption.data, desk.doing())
        if said.ok:
            flash(_("已添加照片。"), "success")
            return redirect(url_for(".edit", slug=slug, stop_id=stop_id, _anchor="photos"), 303)
    stop = visits_stops.one(g.meeting.id, stop_id)
    known = StopForm.said(visits_stops.fields_of(stop)) | {"seen": visits_stops.stamp(stop)}
    form = StopForm(formdata=None, data=known)
    return render_template("organiser/visits/stop.html", form=form, stop=stop, photo_form=sent), 422


@bp.get("/<int:stop_id>/photos/<int:photo_id>")
def photo(slug: str, stop_id: int, photo_id: int) -> ResponseReturnValue:
    return files.picture(visits_stops.photo(g.meeting.id, stop_id, photo_id))


@bp.post("/<int:stop_id>/photos/<int:photo_id>/away")
def drop_photo(slug: str, stop_id: int, photo_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        visits_stops.drop_photo(g.meeting.id, stop_id, photo_id, desk.doing())
        flash(_("已删除照片。"), "success")
    return redirect(url_for(".edit", slug=slug, stop_id=stop_id, _anchor="photos"), 303)


def _saved(form: StopForm, stop_id: int) -> refusals.Said:
    own: dict[Refusal, str] = {}
    with refusals.on(form, where={Refusal.STOP_OVER_CAPACITY: "capacity"}, own=own) as said:
        try:
            visits_stops.edit(g.meeting.id, stop_id, form.fields(), desk.doing(), seen=form.seen.data or None)
        except StopCrowded as crowded:
            own[crowded.refusal] = visits_refusals.spoken(crowded)
            raise
    return said


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for("organiser.visits.index", slug=slug, _anchor="stops"), 303)
