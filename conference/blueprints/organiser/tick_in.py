"""Ticking leaders and guests in, one tap each."""

from __future__ import annotations

import secrets

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.services import tick_in
from conference.web import identity

bp = APIBlueprint("tick_in", __name__, enable_openapi=False)


@bp.get("/<slug>/tick-in")
def index(slug: str) -> ResponseReturnValue:
    venues = tick_in.venues(g.meeting.id)
    wished = desk.id_wish("at")
    here = next((venue for venue in venues if venue.id == wished), venues[0] if venues else None)
    found = tick_in.guests(g.meeting.id, here.id) if here else []
    return render_template(
        "organiser/tick_in/index.html",
        venues=venues,
        here=here,
        found=found,
        arrived=sum(guest.arrived_at is not None for guest in found),
        nonce=f"tick-{secrets.token_hex(8)}",
    )


@bp.post("/<slug>/tick-in/<int:checkpoint_id>/<int:delegate_id>")
def tick(slug: str, checkpoint_id: int, delegate_id: int) -> ResponseReturnValue:
    answer = tick_in.tick(
        g.meeting.id,
        checkpoint_id,
        delegate_id,
        nonce=request.form.get("nonce", ""),
        actor=identity.actor(),
        now=clock.now(),
    )
    if answer["outcome"] == "refused":
        flash(_("没有记上：签到点现在没有开放。"), "danger")
    return _back(slug, checkpoint_id, delegate_id)


@bp.post("/<slug>/tick-in/<int:checkpoint_id>/<int:delegate_id>/back")
def take_back(slug: str, checkpoint_id: int, delegate_id: int) -> ResponseReturnValue:
    tick_in.take_back(
        g.meeting.id, checkpoint_id, delegate_id, reason=_("勾选撤回"), actor=identity.actor(), now=clock.now()
    )
    return _back(slug, checkpoint_id, delegate_id)


def _back(slug: str, checkpoint_id: int, delegate_id: int) -> ResponseReturnValue:
    return redirect(url_for(".index", slug=slug, at=checkpoint_id, _anchor=f"guest-{delegate_id}"), 303)
