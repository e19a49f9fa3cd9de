"""Seats on the visits at the desk: who has none, who sits where, moving people by hand, assigning all in one go."""

from __future__ import annotations

import re
from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from conference.blueprints.organiser import desk
from conference.forms.visits_seats import NUMBERS_LIMIT, AssignForm, NumberForm, SwapForm
from conference.rules.text import legible
from conference.services import detail_lists, visits_assigning, visits_lists, visits_seats, visits_swaps
from conference.services.visits_seats import By, Taken
from conference.vocabulary import Right, SeatRule
from conference.web import identity, refusals

bp = APIBlueprint("visits_seats", __name__, enable_openapi=False)


@bp.get("/<slug>/visits/seats")
def index(slug: str) -> ResponseReturnValue:
    return render_template("organiser/visits_seats/index.html", **_listed())


@bp.get("/<slug>/visits/seats/<int:departure_id>")
def show(slug: str, departure_id: int) -> ResponseReturnValue:
    """Who is on one departure."""
    return render_template("organiser/visits_seats/show.html", **_shown(departure_id))


@bp.post("/<slug>/visits/seats/<int:departure_id>/people")
def put(slug: str, departure_id: int) -> ResponseReturnValue:
    """Somebody by their number, instead of where they were; full is the end of the line."""
    form = NumberForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            delegate_id = visits_seats.by_number(g.meeting.id, form.number.data)
            taken = visits_seats.take(
                g.meeting.id, departure_id, delegate_id, desk.doing(), by=By.ORGANISER, may_wait=True
            )
        if said.ok:
            _say(taken)
            return redirect(url_for(".show", slug=slug, departure_id=departure_id), 303)
    return desk.answered("organiser/visits_seats/show.html", form, **_shown(departure_id, number_form=form))


@bp.post("/<slug>/visits/seats/<int:departure_id>/people/<int:delegate_id>/take-off")
def take_off(slug: str, departure_id: int, delegate_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        visits_seats.give_back(g.meeting.id, departure_id, delegate_id, desk.doing(), by=By.ORGANISER)
        flash(_("已请下这一班；有人候补的，已经补上并通知。"), "success")
    return redirect(url_for(".show", slug=slug, departure_id=departure_id), 303)


@bp.post("/<slug>/visits/seats/swaps")
def swap(slug: str) -> ResponseReturnValue:
    """Two people by their numbers change seats."""
    form = SwapForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            visits_swaps.directly(g.meeting.id, form.first.data, form.second.data, desk.doing())
        if said.ok:
            flash(_("两人的座位已互换。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/visits_seats/index.html", form, **_listed(swap_form=form))


@bp.route("/<slug>/visits/seats/assign", methods=["GET", "POST"])
def assign(slug: str) -> ResponseReturnValue:
    """What assigning would do; a POST writes what was seen."""
    rule = desk.wish("rule", SeatRule) or SeatRule.UNITS
    asked = request.args.get("needing")
    needing = legible(asked[:NUMBERS_LIMIT]) if asked is not None else _told()
    form = AssignForm(data={"rule": rule, "needing": needing})
    ids, unknown = _people(form.needing.data or "")
    if form.validate_on_submit() and not unknown:
        rule = SeatRule(form.rule.data)
        with refusals.on(form) as said:
            done = visits_assigning.write(
                g.meeting.id, rule, ids, seen=form.seen.data or "", tell=bool(form.tell.data), doing=desk.doing()
            )
        if said.ok:
            count = len(done.seats)
            flash(ngettext("已给 %(num)s 人分了座位。", "已给 %(num)s 人分了座位。", count), "success")
            return redirect(url_for(".index", slug=slug), 303)
    if unknown:
        form.needing.errors = [_("没有这些编号：%(numbers)s", numbers="、".join(unknown))]
    proposal = visits_assigning.propose(g.meeting, rule, ids, desk.doing())
    return desk.answered(
        "organiser/visits_seats/assign.html", form, wrong=409, proposal=proposal, rule=rule, needing=form.needing.data
    )


def _say(taken: Taken) -> None:
    names = {"name": taken.delegate.name, "departure": taken.departure.name}
    if taken.sign_up is None or taken.sign_up.ticket is not None:
        flash(_("%(departure)s已满，%(name)s 排入候补。", **names), "info")
    else:
        flash(_("%(name)s 已坐上%(departure)s。", **names), "success")
    if taken.overlaps:
        told = _("请留意：%(name)s 也报了“%(title)s”，时间重叠。", name=taken.delegate.name, title=taken.overlaps)
        flash(told, "warning")


def _told() -> str:
    """The numbers of those who told of a need of access, for who may see that."""
    if not identity.may(Right.SEE_DETAILS):
        return ""
    return " ".join(one.person.number for one in detail_lists.needs(g.meeting) if one.needs.access)


def _people(numbers: str) -> tuple[list[int], list[str]]:
    """Ids of those named, and what names nobody."""
    found = visits_lists.by_numbers(g.meeting.id, re.findall(r"\d+", numbers[:NUMBERS_LIMIT]))
    return [id_ for id_ in found.values() if id_], [number for number, id_ in found.items() if not id_]


def _listed(**forms: FlaskForm) -> dict[str, Any]:  # what a template reads
    without = visits_assigning.without_seat(g.meeting.id)
    listed = visits_lists.departures(g.meeting.id)
    return {"without": without, "departures": listed, "swap_form": SwapForm(formdata=None)} | forms


def _shown(departure_id: int, **forms: FlaskForm) -> dict[str, Any]:  # what a template reads
    found = visits_lists.one(g.meeting.id, departure_id)
    people = visits_lists.people(found.departure)
    return {"item": found, "people": people, "number_form": NumberForm(formdata=None)} | forms
