"""What all pages of a unit's desk share: who does it, how a form is answered, what is said after a deed."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from conference import clock
from conference.services import desks
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.unit_people import Deed
from conference.vocabulary import ActorKind


def doing() -> Doing:
    """The liaison of the unit, now."""
    liaison = desks.liaison_of(g.part.id)
    name = liaison.name if liaison is not None else g.part.unit.name
    return Doing(Actor(ActorKind.LIAISON, g.part.id, name), clock.now(), current_app.config["PUBLIC_URL"])


def answered(template: str, form: FlaskForm, **context: Any) -> ResponseReturnValue:  # whatever the template names
    """The page of a form; 422 when it says that something is wrong, with all that was typed."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def say(deed: Deed, done: str) -> None:
    """Say what became of a wish: that it was done, waits for the organiser, or was done before."""
    if deed is Deed.ASKED:
        flash(_("名单已定稿，已替您向会务组提出申请，同意后才生效。"), "info")
    elif deed is Deed.AGAIN:
        flash(_("没有变化。"), "info")
    else:
        flash(done, "success")


def home(anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("unit.home.index", desk_id=g.desk.id, _anchor=anchor), 303)


def to_person(number: int) -> ResponseReturnValue:
    return redirect(url_for("unit.people.show", desk_id=g.desk.id, number=number), 303)
