"""One person's badge at the door: printed, and replaced where it was lost (补证)."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.door import place
from conference.documents.badges import Unprintable
from conference.forms.lost_badges import LostBadgeForm
from conference.services import checkpoints, lost_badges
from conference.services.delegates import Doing
from conference.vocabulary import Refused
from conference.web import identity, printing, refusals, sent_forms
from conference.web.filters import words

bp = APIBlueprint(
    "badges", __name__, url_prefix="/<slug>/<int:checkpoint_id>/badge/<int:delegate_id>", enable_openapi=False
)


@bp.get("")
def show(slug: str, checkpoint_id: int, delegate_id: int) -> ResponseReturnValue:
    return _page("show", checkpoint_id, delegate_id)


@bp.get("/badge.pdf")
def sheet(slug: str, checkpoint_id: int, delegate_id: int) -> ResponseReturnValue:
    checkpoints.one(g.meeting.id, checkpoint_id)
    try:
        made = lost_badges.sheet(g.meeting, delegate_id, public_url=current_app.config["PUBLIC_URL"])
    except Unprintable as unprintable:
        flash(printing.unprintable(unprintable), "danger")
    except Refused as refused:
        flash(words(refused.refusal), "danger")
    else:
        # Shown, not saved: a phone prints from the page that it shows.
        headers = {"Content-Disposition": 'inline; filename="badge.pdf"', "Cache-Control": "no-store"}
        return Response(made, mimetype="application/pdf", headers=headers)
    return _back(slug, checkpoint_id, delegate_id)


@bp.route("/lost", methods=["GET", "POST"])
def lost(slug: str, checkpoint_id: int, delegate_id: int) -> ResponseReturnValue:
    """Asks before the old code stops opening doors."""
    form = LostBadgeForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            doing = Doing(identity.actor(), clock.now(), current_app.config["PUBLIC_URL"])
            lost_badges.replace(g.meeting.id, delegate_id, doing, reason=form.reason.data or "", key=sent_forms.key())
        if said.ok:
            flash(_("已补证：旧码已作废，请打印新的参会证。"), "success")
            return _back(slug, checkpoint_id, delegate_id)
    return _page("lost", checkpoint_id, delegate_id, form=form), 422 if form.errors else 200


def _page(template: str, checkpoint_id: int, delegate_id: int, **more: object) -> str:
    here = place.here(checkpoint_id)
    person = lost_badges.holder(g.meeting.id, here["checkpoint"], delegate_id, now=clock.now())
    return render_template(f"door/badges/{template}.html", person=person, **here, **more)


def _back(slug: str, checkpoint_id: int, delegate_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", slug=slug, checkpoint_id=checkpoint_id, delegate_id=delegate_id), 303)
