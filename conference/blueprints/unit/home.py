"""The desk's home: how the unit stands, what is next, and its people in one table that can be mended in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from apiflask import APIBlueprint
from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.unit import wordings
from conference.forms.unit_desk import CategoryForm, OwnRowForm, RowForm
from conference.rules.unit_desk import OWN_CATEGORIES
from conference.services import unit_desk, unit_editing
from conference.services.unit_desk import Desk, Person
from conference.vocabulary import Mode
from conference.web import opened

bp = APIBlueprint("home", __name__, url_prefix="/<int:desk_id>", enable_openapi=False)

FILTERS: dict[str, Callable[[Person], bool]] = {
    "all": lambda person: person.active,
    "unanswered": lambda person: person.active and not person.answered,
    "in_person": lambda person: person.active and person.mode is Mode.IN_PERSON,
    "online": lambda person: person.active and person.mode is Mode.ONLINE,
    "waiting": lambda person: person.active and person.waits,
    "over": lambda person: not person.active,
}


@bp.get("/")
def index(desk_id: int) -> ResponseReturnValue:
    return page()


def page(
    *, form: OwnRowForm | None = None, editing: int | None = None, clashes: Sequence[opened.Shown] = ()
) -> ResponseReturnValue:
    """The home; with one row open to be mended where the address, or a form that came back, says which."""
    desk = unit_desk.of(g.part, now=clock.now())
    chosen = request.args.get("show", "all")
    show = chosen if chosen in FILTERS else "all"
    shown = [person for person in desk.people if FILTERS[show](person)]
    asked = request.args.get("edit", "")
    if editing is None and asked.isascii() and asked.isdigit() and len(asked) < 9:
        editing = int(asked)
    if form is not None and clashes and editing is not None:
        form.opened.data = opened.write(unit_editing.opened_with(g.part, editing))
    row = next((person for person in desk.people if person.key == editing and person.refusal is None), None)
    if row is not None and row not in shown:
        shown = [*shown, row]
    said = render_template(
        "unit/home/index.html",
        desk=desk,
        deadline=wordings.deadline(desk),
        places={mode: wordings.places(figures) for mode, figures in desk.modes.items()},
        shown=shown,
        show=show,
        filters=_filters(desk, show),
        editing=row,
        form=form or (row_form(row) if row else None),
        more=_category(row),
        clashes=clashes,
    )
    if form is None:
        return said
    return said, 409 if clashes else 422


def row_form(person: Person) -> OwnRowForm:
    """The form of a row, filled with what stands there or with what was typed."""
    data = {"name": person.name, "position": person.position, "phone": person.phone, "email": person.email}
    data["opened"] = opened.write(unit_editing.opened_with(g.part, person.key))
    return RowForm(data=data) if person.reachable else OwnRowForm(data=data)


def _category(person: Person | None) -> CategoryForm | None:
    if person is None or person.category not in OWN_CATEGORIES:
        return None
    return CategoryForm(data={"category": person.category.value})


def _filters(desk: Desk, show: str) -> Sequence[dict[str, object]]:
    labels = {
        "all": _("全部"),
        "unanswered": _("未答复"),
        "in_person": _("现场"),
        "online": _("线上"),
        "waiting": _("候补和待确认"),
        "over": _("已取消"),
    }
    return [
        {
            "label": labels[name],
            "href": "?" if name == "all" else f"?show={name}",
            "current": name == show,
            "count": sum(map(belongs, desk.people)),
        }
        for name, belongs in FILTERS.items()
    ]
