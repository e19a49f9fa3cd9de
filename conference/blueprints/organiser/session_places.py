"""Places of sessions: how many there are, who has one, who waits."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.session_places import CapacityForm, PersonForm
from conference.services import session_place_lists, session_places
from conference.vocabulary import SignUpStatus
from conference.web import refusals

bp = APIBlueprint("session_places", __name__, enable_openapi=False)


@bp.get("/<slug>/agenda/places")
def index(slug: str) -> ResponseReturnValue:
    found = session_place_lists.listed(g.meeting, now=clock.now())
    return render_template("organiser/session_places/index.html", found=found)


@bp.get("/<slug>/agenda/places/<int:session_id>")
def show(slug: str, session_id: int) -> ResponseReturnValue:
    """The list of one session."""
    return render_template("organiser/session_places/show.html", **_shown(session_id))


@bp.post("/<slug>/agenda/places/<int:session_id>/capacity")
def set_capacity(slug: str, session_id: int) -> ResponseReturnValue:
    """How many places it has; nothing typed gives it none of its own."""
    form = CapacityForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            session_places.set_capacity(g.meeting.id, session_id, form.capacity.data, desk.doing())
        if said.ok:
            done = _("已保存。发布议程以后，代表就能看到。") if form.capacity.data else _("已保存，不再另外报名。")
            flash(done, "success")
            return redirect(url_for(".show", slug=slug, session_id=session_id), 303)
    return desk.answered("organiser/session_places/show.html", form, **_shown(session_id, capacity_form=form))


@bp.post("/<slug>/agenda/places/<int:session_id>/people")
def put(slug: str, session_id: int) -> ResponseReturnValue:
    """Somebody by their number."""
    form = PersonForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            made = session_places.put(g.meeting, session_id, form.number.data, desk.doing())
        if said.ok:
            name = made.delegate.name
            if made.sign_up.status is SignUpStatus.CONFIRMED:
                flash(_("%(name)s 已报上。", name=name), "success")
            else:
                flash(_("名额已满，%(name)s 排入候补。", name=name), "info")
            if made.overlaps:
                flash(_("请留意：%(name)s 也报了“%(title)s”，时间重叠。", name=name, title=made.overlaps), "warning")
            return redirect(url_for(".show", slug=slug, session_id=session_id), 303)
    return desk.answered("organiser/session_places/show.html", form, **_shown(session_id, person_form=form))


@bp.post("/<slug>/agenda/places/<int:session_id>/people/<int:delegate_id>/take-off")
def take_off(slug: str, session_id: int, delegate_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        session_places.take_off(g.meeting.id, session_id, delegate_id, desk.doing())
        flash(_("已取消报名；有人候补的，已经补上并通知。"), "success")
    return redirect(url_for(".show", slug=slug, session_id=session_id), 303)


def _shown(session_id: int, **forms: FlaskForm) -> dict[str, Any]:  # what a template reads
    """The page of one session, with the form that was sent in its place."""
    item = session_place_lists.one(g.meeting, session_id, now=clock.now())
    capacity = item.line.capacity if item.line else None
    return {
        "item": item,
        "people": session_place_lists.people(g.meeting.id, session_id),
        "speakers": session_place_lists.speakers_without(g.meeting.id, session_id),
        "capacity_form": CapacityForm(formdata=None, capacity=capacity),
        "person_form": PersonForm(formdata=None),
    } | forms
