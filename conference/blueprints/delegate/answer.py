"""The person's answer to an entry that others made: yes, mended, or no; and their own name and contact."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.delegate import own, wordings
from conference.forms.own import ContactForm, RefuseForm
from conference.forms.registration import CorrectionForm
from conference.services import own_changes, own_details
from conference.vocabulary import ConsentPurpose, Refusal
from conference.web import limits, refusals
from conference.web.limits import limiter

bp = APIBlueprint("answer", __name__, url_prefix="/my/<int:link_id>", enable_openapi=False)


@bp.post("/acknowledge")
def acknowledge(link_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        answered = own_changes.acknowledge(g.link, consent=own.consent(ConsentPurpose.MEETING), **own.when())
        own.go_on_with(answered.link_id)
        hall = own_details.of_link(g.link, now=clock.now()).open(ConsentPurpose.HOTEL)
        flash(_("谢谢，已确认。需要住宿或有饮食要求的，可以在下面填写。") if hall else _("谢谢，已确认。"), "success")
    return own.back()


@bp.route("/correct", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def correct(link_id: int) -> ResponseReturnValue:
    form = CorrectionForm(data={"name": g.pass_.name, "position": g.pass_.position})
    if own.too_late():
        return own.back()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            consent = own.consent(ConsentPurpose.MEETING)
            answered = own_changes.correct(
                g.link, name=form.name.data, position=form.position.data, consent=consent, **own.when()
            )
        if said.ok:
            own.go_on_with(answered.link_id)
            flash(wordings.asked() if answered.asked else _("已更正。"), "success")
            return own.back()
    return own.answered("delegate/answer/correct.html", form, frozen=g.pass_.frozen(now=clock.now()))


@bp.route("/contact", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def contact(link_id: int) -> ResponseReturnValue:
    """For those whom others entered; who registered themselves ask the office."""
    if g.pass_.contact is None or own.too_late():
        return own.back()
    if proof := own.unproven("contact"):
        return proof
    form = ContactForm()
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.ALREADY_REGISTERED: "phone"}) as said:
            asked = own_changes.change_contact(
                g.link, phone=form.phone.value_or_none, email=form.email.value_or_none, **own.when()
            )
        if said.ok:
            flash(wordings.asked() if asked else _("已更正。"), "success")
            return own.back()
    return own.answered("delegate/answer/contact.html", form)


@bp.route("/refuse", methods=["GET", "POST"])
def refuse(link_id: int) -> ResponseReturnValue:
    if not g.pass_.to_acknowledge or own.too_late():
        return own.back()
    if proof := own.unproven("refuse"):
        return proof
    form = RefuseForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            own_changes.refuse_entry(g.link, reason=form.reason.data, **own.when())
        if said.ok:
            flash(_("已拒绝，报名已取消。"), "success")
            return own.back()
    losses = wordings.cancel_losses(g.pass_, own_details.of_link(g.link, now=clock.now()))
    return own.answered("delegate/answer/refuse.html", form, losses=losses)
