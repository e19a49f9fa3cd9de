"""Registering somebody who stands at the door (现场登记), in one screen."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.blueprints.door import place
from conference.forms.walk_ins import WalkInForm
from conference.services import own_registration, privacy, walk_ins
from conference.services.delegates import Doing
from conference.services.walk_ins import AlreadyHere, Holder
from conference.vocabulary import ConsentPurpose, Refusal, Right
from conference.web import headers, identity, posts, refusals, verdicts
from conference.web.language import language

bp = APIBlueprint("walk_ins", __name__, url_prefix="/<slug>/<int:checkpoint_id>/walk-in", enable_openapi=False)


@bp.get("")
def new(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    return _page(checkpoint_id, WalkInForm())


@bp.get("/shell")
def shell(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    """The same page with nothing in it about anybody, for a phone to open where there is no network."""
    return headers.conditional(_page(checkpoint_id, WalkInForm(formdata=None), kept=True))


@bp.post("")
def create(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    form = WalkInForm()
    holder: Holder | None = None
    if form.validate():
        with refusals.on(form, where=_FIELDS) as told:
            try:
                done = walk_ins.enter(
                    g.meeting.id,
                    form.said(checkpoint_id),
                    posts.bearer(meeting_id=g.meeting.id, now=clock.now()).gate,
                    Doing(identity.actor(), clock.now(), current_app.config["PUBLIC_URL"]),
                    may_exceed=identity.may(Right.RUN_MEETING),
                    consent=privacy.consent(ConsentPurpose.MEETING, language()),
                )
            except AlreadyHere as here:
                holder = here.holder
                raise
        if told.ok:
            return redirect(url_for(".show", slug=slug, checkpoint_id=checkpoint_id, walk_in_id=done.id), 303)
        return _page(checkpoint_id, form, holder=holder, full=Refusal.HALL_FULL in told.reasons), 422
    return _page(checkpoint_id, form), 422


@bp.get("/<int:walk_in_id>")
def show(slug: str, checkpoint_id: int, walk_in_id: int) -> ResponseReturnValue:
    phone = identity.device()
    done = walk_ins.one(g.meeting.id, checkpoint_id, walk_in_id, gate=phone.name if phone else None)
    verdict = verdicts.of(done.check_in, now=clock.now()) if done.check_in else None
    return render_template("door/walk_ins/show.html", done=done, verdict_=verdict, **place.here(checkpoint_id))


@bp.get("/units")
def find_units(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    found = own_registration.look_up(g.meeting.id, request.args.get("q", ""), request.args.get("province", ""))
    return render_template("door/walk_ins/_units.html", found=found)


_FIELDS = {
    Refusal.UNIT_FULL: "unit",
    Refusal.UNIT_MODE_FULL: "unit",
    Refusal.ALREADY_REGISTERED: "phone",
}


def _page(
    checkpoint_id: int, form: WalkInForm, *, holder: Holder | None = None, full: bool = False, kept: bool = False
) -> str:
    return render_template(
        "door/walk_ins/new.html",
        form=form,
        holder=holder,
        full=full,
        kept=kept,
        may_exceed=identity.may(Right.RUN_MEETING),
        code_address=f"{current_app.config['PUBLIC_URL']}/C/".upper(),
        **place.here(checkpoint_id),
    )
