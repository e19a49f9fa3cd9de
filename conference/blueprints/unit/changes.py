"""What is asked before it is done: another mode, a place given up, somebody else instead."""

from __future__ import annotations

from dataclasses import asdict

from apiflask import APIBlueprint
from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.unit import desk, wordings
from conference.forms.unit_desk import CancelForm, SubstituteForm
from conference.services import capacities, change_requests, unit_desk, unit_people
from conference.services.unit_desk import Person
from conference.vocabulary import FreedPlace, Mode, Refusal
from conference.web import limits, mode_words, refusals
from conference.web.limits import limiter

bp = APIBlueprint("changes", __name__, url_prefix="/<int:desk_id>/people/<int:number>", enable_openapi=False)
MODES = ",".join(mode.value for mode in Mode)


@bp.get("/mode")
def ask_mode(desk_id: int, number: int) -> ResponseReturnValue:
    person = _person(number)
    change = unit_desk.mode_change(g.part, person)
    question = wordings.mode_question(person, change, frozen=_frozen(), freed=_freed(person))
    return _asked("unit/changes/mode.html", person, to=change.to, **asdict(question))


@bp.post(f"/mode/<any({MODES}):mode>")
def change_mode(desk_id: int, number: int, mode: str) -> ResponseReturnValue:
    with refusals.flashed():
        before = _person(number)
        deed = unit_people.change_mode(g.part, number, Mode(mode), desk.doing())
        desk.say(deed, mode_words.done(before, _person(number)))
    return desk.to_person(number)


@bp.route("/cancel", methods=["GET", "POST"])
def cancel(desk_id: int, number: int) -> ResponseReturnValue:
    form = CancelForm()
    if form.validate_on_submit():
        with refusals.flashed():
            deed = unit_people.cancel(g.part, number, desk.doing(), reason=form.reason.data or "")
            desk.say(deed, _("已取消报名。"))
        return desk.home()
    person = _person(number)
    if form.errors:
        return desk.answered("unit/changes/cancel.html", form, person=person, losses=[], frozen=_frozen())
    losses = [] if _frozen() else wordings.cancel_losses(person, _freed(person))
    return _asked("unit/changes/cancel.html", person, form=form, losses=losses, frozen=_frozen())


@bp.route("/substitute", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def substitute(desk_id: int, number: int) -> ResponseReturnValue:
    form, person = SubstituteForm(), _person(number)
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.ALREADY_REGISTERED: "phone"}) as said:
            deed = unit_people.substitute(g.part, number, form.person, desk.doing())
        if said.ok:
            desk.say(deed, _("%(new)s已接替%(old)s。", new=form.person.name, old=person.name))
            return desk.home()
    if request.method == "GET" and person.refusal:
        return desk.to_person(number)
    keeps = wordings.substitution_keeps(person)
    return desk.answered("unit/changes/substitute.html", form, person=person, keeps=keeps, frozen=_frozen())


def _person(number: int) -> Person:
    return unit_desk.person(g.part, number, now=clock.now())


def _frozen() -> bool:
    return change_requests.needed(g.meeting, now=clock.now())


def _freed(person: Person) -> FreedPlace:
    return capacities.freed(g.meeting.id, person.mode, now=clock.now())


def _asked(template: str, person: Person, **more: object) -> ResponseReturnValue:
    """The page that asks first; where it is too late to ask, the person's page says so."""
    if person.refusal:
        return desk.to_person(person.key)
    return render_template(template, person=person, **more)
