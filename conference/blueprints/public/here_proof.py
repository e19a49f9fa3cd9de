"""Saying who one is before the hall's screen, on a phone that does not know: by a one-time code, or by name and digits
and a steward's nod. No answer to a phone number tells whether it is registered.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.forms.here import NodForm
from conference.forms.returning import AddressForm, CodeForm
from conference.notices import channels
from conference.services import links, nods, one_time_codes, returning, self_check_ins
from conference.vocabulary import CodePurpose, Refusal
from conference.web import here_pages, here_tickets, identity, limits, refusals, typed_address
from conference.web.language import language
from conference.web.limits import limiter

bp = APIBlueprint("here_proof", __name__, url_prefix="/m/<slug>/here", enable_openapi=False)


@bp.before_request
def ticket() -> ResponseReturnValue | None:
    """Only who has scanned the screen is asked anything here; sets `g.ticket`."""
    g.ticket = here_tickets.held(g.meeting.id, now=clock.now())
    return None if g.ticket is not None else here_pages.over()


@bp.route("/address", methods=["GET", "POST"])
@limiter.limit(limits.RETURN, methods=["POST"])
def address(slug: str) -> ResponseReturnValue:
    form, ways = AddressForm(), channels.of(current_app.extensions["settings"])
    if not ways.any:
        return redirect(url_for(".nod", slug=slug), 303)
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.ASKED_TOO_OFTEN: "address", Refusal.NO_WAY: "address"}) as said:
            one_time_codes.ask_by_hand(
                ways, form.address.data, meeting_id=g.meeting.id, language=language(), now=clock.now()
            )
        if said.ok:
            typed_address.remember(slug, form.address.data)
            return redirect(url_for(".code", slug=slug), 303)
    page = render_template("public/here/address.html", form=form, meeting=g.meeting, channels=ways)
    return page, 422 if form.errors else 200


@bp.route("/code", methods=["GET", "POST"])
@limiter.limit(limits.RETURN, methods=["POST"])
def code(slug: str) -> ResponseReturnValue:
    form, typed, now = CodeForm(), typed_address.remembered(slug), clock.now()
    if typed is None:
        return redirect(url_for(".address", slug=slug), 303)
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.CODE_WRONG: "code", Refusal.CODE_EXPIRED: "code"}) as said:
            one_time_codes.check(CodePurpose.RETURN, typed, form.code.data, meeting_id=g.meeting.id, now=now)
        if said.ok:
            typed_address.forget()
            return _known(slug, returning.open_places(g.meeting.id, one_time_codes.index_of(typed), now=now))
    page = render_template("public/here/code.html", form=form, meeting=g.meeting, address=typed)
    return page, 422 if form.errors else 200


@bp.route("/nod", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION, methods=["POST"])
def nod(slug: str) -> ResponseReturnValue:
    form = NodForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            nods.ask(g.meeting.id, g.ticket, form.name.data, form.tail.data, now=clock.now())
        if said.ok:
            return redirect(url_for("public.here.index", slug=slug), 303)
    ways = channels.of(current_app.extensions["settings"])
    page = render_template("public/here/nod.html", form=form, meeting=g.meeting, channels=ways)
    return page, 422 if form.errors else 200


def _known(slug: str, link_ids: list[int]) -> ResponseReturnValue:
    """The phone is theirs: it knows their pages from now on. Who has one alone is checked in at once; of several the
    page of the ticket asks which.
    """
    for link_id in link_ids:
        identity.remember_link(link_id)
    if not link_ids:
        flash(_("这个号码或邮箱在这次会议里没有报名。请到签到台找工作人员。"), "warning")
    only = links.by_id(link_ids[0]) if len(link_ids) == 1 else None
    if only is not None:
        with refusals.flashed():
            self_check_ins.by_ticket(only, g.ticket, meeting_id=g.meeting.id, now=clock.now())
    return redirect(url_for("public.here.index", slug=slug), 303)
