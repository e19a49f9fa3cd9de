"""What people tell beyond their entry, and what they agree to: each purpose asked where it is needed."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.delegate import own
from conference.forms.own import NeedsForm, StayForm
from conference.rules.details import PURPOSES
from conference.services import own_details, privacy
from conference.services.own_details import Told
from conference.services.registration import ConsentGiven
from conference.vocabulary import ConsentPurpose, Refusal
from conference.web import limits, refusals
from conference.web.filters import words
from conference.web.language import language
from conference.web.limits import limiter

bp = APIBlueprint("details", __name__, url_prefix="/my/<int:link_id>", enable_openapi=False)
PURPOSE = f"<any({','.join(PURPOSES)}):purpose>"
AGREED = {Refusal.CONSENT_NEEDED: "agreed"}


@bp.route("/stay", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def stay(link_id: int) -> ResponseReturnValue:
    told, purpose = _told(), ConsentPurpose.HOTEL
    if closed := _closed(told, purpose):
        return closed
    form = StayForm(data=StayForm.data_of(told.stay, g.timezone))
    if form.validate_on_submit():
        with refusals.on(form, where=AGREED) as said:
            agreed = _consent(form, told, purpose)
            own_details.keep_stay(g.link, form.stay(g.timezone), consent=agreed, now=clock.now())
        if said.ok:
            flash(_("行程和住宿已保存。"), "success")
            return own.back()
    return own.answered("delegate/details/stay.html", form, told=told, text=privacy.text(purpose, language()))


@bp.route("/needs", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def needs(link_id: int) -> ResponseReturnValue:
    told, purpose = _told(), ConsentPurpose.CATERING
    if closed := _closed(told, purpose):
        return closed
    form = NeedsForm(obj=told.needs)
    if form.validate_on_submit():
        with refusals.on(form, where=AGREED) as said:
            own_details.keep_needs(g.link, form.needs, consent=_consent(form, told, purpose), now=clock.now())
        if said.ok:
            flash(_("饮食和无障碍需要已保存。"), "success")
            return own.back()
    return own.answered("delegate/details/needs.html", form, told=told, text=privacy.text(purpose, language()))


@bp.get("/consents")
def consents(link_id: int) -> ResponseReturnValue:
    texts = {purpose: privacy.text(purpose, language()) for purpose in PURPOSES}
    return render_template("delegate/details/consents.html", mine=g.pass_, told=_told(), texts=texts)


@bp.post(f"/consents/{PURPOSE}")
def give(link_id: int, purpose: str) -> ResponseReturnValue:
    with refusals.flashed():
        own_details.give(g.link, ConsentPurpose(purpose), own.consent(ConsentPurpose(purpose)), now=clock.now())
        flash(_("已同意。想改主意，随时可以在这里撤回。"), "success")
    return own.back("delegate.details.consents")


@bp.post(f"/consents/{PURPOSE}/withdraw")
def withdraw(link_id: int, purpose: str) -> ResponseReturnValue:
    """One tap, as agreeing is; the page it stands on says what follows."""
    own_details.withdraw(g.link, ConsentPurpose(purpose), now=clock.now())
    flash(_("已撤回，相关信息已删除。"), "success")
    return own.back("delegate.details.consents")


def _told() -> Told:
    return own_details.of_link(g.link, now=clock.now())


def _closed(told: Told, purpose: ConsentPurpose) -> ResponseReturnValue | None:
    """Back to one's page, with the reason, where nothing may be told now."""
    if refusal := told.refusals[purpose]:
        flash(words(refusal), "warning")
        return redirect(url_for("delegate.mine.show", link_id=g.link.id), 303)
    return None


def _consent(form: StayForm | NeedsForm, told: Told, purpose: ConsentPurpose) -> ConsentGiven | None:
    """What is agreed to with this form: nothing where it was before, and nothing that is not ticked."""
    if purpose in told.agreed or not form.agreed.data:
        return None
    return own.consent(purpose)
