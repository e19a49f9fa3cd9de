"""The departures of the visits at the desk: added, copied, changed, removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.forms.visits import DepartureForm, RemoveForm, departure_form, usual
from conference.services import sign_ups, visits_desk, visits_fields, visits_settings, visits_stops
from conference.vocabulary import Malformed, Refusal, Refused
from conference.web import visits_refusals
from conference.web.filters import words

Stops = Sequence[Any]  # the rows of the stops, as the service reads them

bp = APIBlueprint("visits_departures", __name__, url_prefix="/<slug>/visits/departures", enable_openapi=False)


@bp.route("/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """`like` in the address names one to be copied, without its name, plate and people."""
    stops = visits_stops.listed(g.meeting.id)
    like, known = desk.id_wish("like"), None
    first = usual(visits_settings.of(g.meeting.id), g.meeting.timezone)
    if like is not None:
        known = visits_fields.fields_of(visits_desk.one(g.meeting.id, like))
        first = {"name": "", "plate": "", "pinned": False}
        first |= {f"{who}_{what}": "" for who in ("leader", "guide") for what in ("name", "phone")}
    form = departure_form(_pairs(stops), known, g.meeting.timezone, **first)
    if _asked(form, stops):
        made = _through(form, lambda: visits_desk.add(g.meeting.id, form.fields(g.meeting.timezone), desk.doing()).id)
        if made is not None:
            flash(_("已添加“%(name)s”，它的签到点也建好了。", name=form.name.data), "success")
            return _back(made)
    return desk.answered("organiser/visits/departure.html", form, departure=None, stops=stops)


@bp.route("/<int:departure_id>", methods=["GET", "POST"])
def edit(slug: str, departure_id: int) -> ResponseReturnValue:
    departure, stops = visits_desk.one(g.meeting.id, departure_id), visits_stops.listed(g.meeting.id)
    fields, seen = visits_fields.fields_of(departure), visits_fields.stamp(departure)
    form = departure_form(_pairs(stops), fields, g.meeting.timezone, seen=seen)
    if _asked(form, stops):
        told = _through(
            form,
            lambda: visits_desk.edit(
                g.meeting.id,
                departure_id,
                form.fields(g.meeting.timezone),
                desk.doing(),
                seen=form.seen.data or None,
                tell=form.tell.data,
            ),
        )
        if told is not None:
            flash(_("已保存。"), "success")
            _say_told(told)
            return _back(departure_id)
    # Somebody else changed it: what was typed stands there and is refused again, since it would undo what they did.
    departure = visits_desk.one(g.meeting.id, departure_id)
    return desk.answered("organiser/visits/departure.html", form, departure=departure, stops=stops)


@bp.route("/<int:departure_id>/away", methods=["GET", "POST"])
def remove(slug: str, departure_id: int) -> ResponseReturnValue:
    """Asks, and says for how many people it is; the POST does it."""
    departure, form = visits_desk.one(g.meeting.id, departure_id), RemoveForm()
    name = departure.name
    if form.validate_on_submit():
        try:
            people = desk.whole(form.people.data)
            told = visits_desk.remove(g.meeting.id, departure_id, desk.doing(), tell=form.tell.data, people=people)
        except Refused as refused:
            if refused.refusal is Refusal.CHANGED_MEANWHILE:
                flash(_("刚刚又有人报了这一车次，没有删除。请看过再删。"), "warning")
                return redirect(url_for(".remove", slug=slug, departure_id=departure_id), 303)
            spoken = _("已经有人扫码上过这一车次，不能删除。") if refused.refusal is Refusal.IN_USE else ""
            flash(spoken or visits_refusals.spoken(refused), "danger")
            return redirect(url_for(".edit", slug=slug, departure_id=departure_id), 303)
        flash(_("已删除“%(name)s”。", name=name), "success")
        _say_told(told)
        return redirect(url_for("organiser.visits.index", slug=slug), 303)
    waiting = sign_ups.waiting([departure.line_id]).get(departure.line_id, 0)
    form.people.data = str(departure.line.taken + waiting)
    return render_template("organiser/visits/remove_departure.html", form=form, departure=departure, waiting=waiting)


def _asked(form: DepartureForm, stops: Stops) -> bool:
    """Whether it is to be saved; the other button fills the times in, and nothing is saved."""
    if request.method == "POST" and "fill_in" in request.form:
        settings = visits_settings.of(g.meeting.id)
        own = {stop.id: stop.stay_minutes for stop in stops if stop.stay_minutes}
        if form.fill_in(ride=settings.ride_minutes, stay=settings.stay_minutes, stays=own):
            flash(_("时间已按路程和停留算好，还没有保存，请核对。"), "info")
        else:
            flash(_("先填出发时间，并选好要去的参访点。"), "danger")
        return False
    return bool(form.validate_on_submit()) and not form.missing_times()


def _through(form: DepartureForm, verb: Callable[[], int]) -> int | None:
    """What the verb answers; None where the form says why not."""
    try:
        return verb()
    except Malformed as malformed:
        for name, fault in malformed.faults.items():
            field = form[form.field_of(name)]
            field.errors = [*field.errors, _("请至少选一个参访点") if name == "stops" else words(fault)]
    except Refused as refused:
        spoken = visits_refusals.spoken(refused)
        if refused.refusal in {Refusal.STOP_OVER_CAPACITY, Refusal.SEATS_BELOW_TAKEN}:
            form.seats.errors = [*form.seats.errors, spoken]
        elif refused.refusal is Refusal.TIME_CONFLICT:
            form.leaves_at.errors = [*form.leaves_at.errors, spoken]
        else:
            form.form_errors.append(spoken)
    return None


def _pairs(stops: Stops) -> list[tuple[int, str]]:
    return [(stop.id, stop.name) for stop in stops]


def _say_told(told: int) -> None:
    if told:
        flash(ngettext("已记下要通知 %(num)s 人。", "已记下要通知 %(num)s 人。", told), "info")


def _back(departure_id: int) -> ResponseReturnValue:
    return redirect(url_for("organiser.visits.index", slug=g.meeting.slug, _anchor=f"departure-{departure_id}"), 303)
