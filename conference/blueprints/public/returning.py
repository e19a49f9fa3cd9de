"""Coming back without the link (找回个人页面): a phone or an e-mail, the code that was sent there, one's own pages.

No answer tells whether a number is registered.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from conference import clock
from conference.forms.returning import AddressForm, CodeForm
from conference.notices import channels
from conference.services import one_time_codes, returning
from conference.services.returning import Opened
from conference.vocabulary import CodePurpose, Refusal
from conference.web import identity, limits, refusals, typed_address
from conference.web.language import language
from conference.web.limits import limiter

bp = APIBlueprint("returning", __name__, url_prefix="/m/<slug>/return", enable_openapi=False)


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    return _asking(AddressForm())


@bp.post("/")
@limiter.limit(limits.RETURN)
def ask(slug: str) -> ResponseReturnValue:
    form = AddressForm()
    if form.validate():
        with refusals.on(form, where={Refusal.ASKED_TOO_OFTEN: "address", Refusal.NO_WAY: "address"}) as said:
            one_time_codes.ask_by_hand(
                _channels(), form.address.data, meeting_id=g.meeting.id, language=language(), now=clock.now()
            )
        if said.ok:
            typed_address.remember(slug, form.address.data)
            return redirect(url_for(".code", slug=slug), 303)
    return _asking(form)


@bp.get("/code")
def code(slug: str) -> ResponseReturnValue:
    if typed_address.remembered(slug) is None:
        return redirect(url_for(".index", slug=slug), 303)
    return _checking(slug, CodeForm())


@bp.post("/code")
@limiter.limit(limits.RETURN)
def check(slug: str) -> ResponseReturnValue:
    form, address, now = CodeForm(), typed_address.remembered(slug), clock.now()
    if address is None:
        return redirect(url_for(".index", slug=slug), 303)
    if form.validate():
        with refusals.on(form, where={Refusal.CODE_WRONG: "code", Refusal.CODE_EXPIRED: "code"}) as said:
            one_time_codes.check(CodePurpose.RETURN, address, form.code.data, meeting_id=g.meeting.id, now=now)
        if said.ok:
            typed_address.forget()
            return _home(returning.open_all(g.meeting.id, one_time_codes.index_of(address), now=now))
    return _checking(slug, form)


def _home(opened: Opened) -> ResponseReturnValue:
    """The browser remembers them all; a single one is shown at once."""
    for link_id in opened.link_ids:
        identity.remember_link(link_id)
    for desk_id in opened.desk_ids:
        identity.remember_desk(desk_id)
    flash(_("已打开您在这次会议的页面，这部手机会记住。"), "success")
    if not opened.link_ids and opened.desk_ids:
        return redirect(url_for("unit.home.index", desk_id=opened.desk_ids[-1]), 303)
    for desk_id in opened.desk_ids:
        address = url_for("unit.home.index", desk_id=desk_id)
        flash(Markup('<a href="{}">{}</a>').format(address, _("您也是联络员：打开单位页面")), "info")
    if len(opened.link_ids) == 1:
        return redirect(url_for("delegate.mine.show", link_id=opened.link_ids[0]), 303)
    return redirect(url_for("delegate.mine.index"), 303)


def _asking(form: AddressForm) -> ResponseReturnValue:
    page = render_template("public/returning/index.html", form=form, meeting=g.meeting, channels=_channels())
    return page, 422 if form.errors else 200


def _checking(slug: str, form: CodeForm) -> ResponseReturnValue:
    address = typed_address.remembered(slug)
    page = render_template("public/returning/code.html", form=form, meeting=g.meeting, address=address)
    return page, 422 if form.errors else 200


def _channels() -> channels.Channels:
    return channels.of(current_app.extensions["settings"])
