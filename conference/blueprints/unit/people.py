"""The unit's people one by one: entered, mended in their row, and a page of each with all that can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.unit import desk, home, wordings
from conference.forms.unit_desk import CategoryForm, PersonForm
from conference.services import unit_desk, unit_editing, unit_people
from conference.services.unit_people import Deed, Entered
from conference.vocabulary import Category, ChangeWish, DelegateStatus, Mode, Refusal
from conference.web import free_places, limits, opened, refusals
from conference.web.filters import words
from conference.web.limits import limiter

bp = APIBlueprint("people", __name__, url_prefix="/<int:desk_id>/people", enable_openapi=False)
WISHES = ",".join(wish.value for wish in ChangeWish)


@bp.route("/new", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def new(desk_id: int) -> ResponseReturnValue:
    form = PersonForm(mode=request.args.get("mode")) if request.args.get("mode") in list(Mode) else PersonForm()
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.ALREADY_REGISTERED: "phone"}) as said:
            made = unit_people.add(
                g.part, form.person, Mode(form.mode.data), Category(form.category.data), desk.doing()
            )
        if said.ok:
            _tell_entered(made, form.person.name)
            if "more" in request.form:
                return redirect(url_for(".new", desk_id=desk_id, mode=form.mode.data), 303)
            return desk.home(f"p-{made.number}")
    now_it_stands = unit_desk.of(g.part, now=clock.now())
    lines = {mode: figures.line for mode, figures in now_it_stands.modes.items()}
    return desk.answered("unit/people/new.html", form, desk=now_it_stands, notes=free_places.notes(lines))


@bp.get("/<int:number>/")
def show(desk_id: int, number: int) -> ResponseReturnValue:
    return page(number)


@bp.post("/<int:number>/edit")
@limiter.limit(limits.REGISTRATION)
def edit(desk_id: int, number: int) -> ResponseReturnValue:
    """A row mended in place; with a fault the table comes back with the row still open."""
    person = unit_desk.person(g.part, number, now=clock.now())
    form, more, wished = home.row_form(person), CategoryForm(), {}
    before = opened.read(form.opened.data)
    if form.validate():
        category = {"category": more.category.data} if more.validate() else {}
        wished = opened.without_theirs(form.wanted | category)
        with refusals.on(form, where={Refusal.ALREADY_REGISTERED: "phone"}) as said:
            edited = unit_people.edit(g.part, number, wished, desk.doing(), opened=before)
        if said.ok:
            desk.say(edited.deed, _("已保存，会请本人再确认一次。") if person.answered else _("已保存。"))
            if edited.theirs:
                flash(opened.kept(edited.theirs), "info")
            return desk.home(f"p-{person.number}")
    return home.page(form=form, editing=number, clashes=_clashes(number, before, wished))


@bp.post("/<int:number>/confirm")
def confirm(desk_id: int, number: int) -> ResponseReturnValue:
    with refusals.flashed():
        desk.say(unit_people.confirm(g.part, number, desk.doing()), _("已确认是本单位的人。"))
    return desk.home()


@bp.route("/<int:number>/disown", methods=["GET", "POST"])
def disown(desk_id: int, number: int) -> ResponseReturnValue:
    if request.method == "POST":
        with refusals.flashed():
            desk.say(unit_people.disown(g.part, number, desk.doing()), _("已说明不是本单位的人。"))
        return desk.home()
    return render_template("unit/people/disown.html", person=unit_desk.person(g.part, number, now=clock.now()))


@bp.route("/<int:number>/link", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def link(desk_id: int, number: int) -> ResponseReturnValue:
    """A further private link, shown on this answer alone; who comes back to the address finds the person."""
    if request.method == "GET":
        return desk.to_person(number)
    made = None
    with refusals.flashed():
        made = unit_people.new_link(g.part, number, desk.doing())
    return page(number, link=made) if made else desk.to_person(number)


@bp.post(f"/<int:number>/withdraw/<any({WISHES}):wish>")
def withdraw(desk_id: int, number: int, wish: str) -> ResponseReturnValue:
    unit_people.withdraw(g.part, number, ChangeWish(wish), desk.doing())
    flash(_("申请已撤回。"), "success")
    return desk.to_person(number)


def page(number: int, *, link: str | None = None) -> ResponseReturnValue:
    person = unit_desk.person(g.part, number, now=clock.now())
    return render_template(
        "unit/people/show.html",
        person=person,
        change=unit_desk.mode_change(g.part, person),
        fresh_link=link,
        text=wordings.personal(person, meeting=g.meeting.title, link=link) if link else "",
    )


def _tell_entered(made: Entered, name: str) -> None:
    if made.deed is Deed.AGAIN:
        flash(_("%(name)s已经在名单里了。", name=name), "info")
    elif made.status is DelegateStatus.CONFIRMED:
        flash(_("%(name)s已登记，名额已确认。", name=name), "success")
    else:
        flash(_("%(name)s已登记，现在的状态是“%(status)s”。", name=name, status=words(made.status)), "success")


def _clashes(number: int, before: dict[str, Any] | None, wished: dict[str, Any]) -> Sequence[opened.Shown]:
    """What somebody else changed too, while the form was open."""
    return opened.shown("delegate", before, *unit_editing.against(g.part, number, wished)) if wished else ()
