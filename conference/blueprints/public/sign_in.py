"""Signing in and out, by password or by a one-time link."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.forms.sign_in import SignInForm
from conference.services import accounts
from conference.vocabulary import Refusal, Refused
from conference.web import identity, limits, local_path, pages, refusals
from conference.web.filters import words
from conference.web.limits import limiter

bp = APIBlueprint("sign_in", __name__, enable_openapi=False)


def _account_typed() -> str:
    """Whose door is knocked at, so that guesses at one account are counted wherever they come from."""
    return f"account {request.form.get('email', '')[:200].strip().casefold()}"


@bp.get("/sign-in")
def index() -> ResponseReturnValue:
    if identity.current_account() is not None:
        return redirect(identity.home(), 303)
    back = request.args.get("next")
    # Who comes without a way back signed out, or never stood at a door: nothing that a phone kept for it stays.
    forgets = back is None and identity.device() is None
    return render_template("public/sign_in/index.html", form=SignInForm(data={"next": back}), forgets=forgets)


@bp.post("/sign-in")
@limiter.limit(limits.SIGN_IN)
@limiter.limit(limits.SIGN_IN, key_func=_account_typed)
def by_password() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate():
        with refusals.on(form) as said:
            account = accounts.check(form.email.data, form.password.data)
        if said.ok:
            identity.sign_in(account)
            return redirect(local_path.of(form.next.data) or identity.home(), 303)
    return render_template("public/sign_in/index.html", form=form), 422


@bp.get("/sign-in/<token>")
def link(token: str) -> ResponseReturnValue:
    """A button that spends the link: the robot that draws a chat's preview only opens it."""
    return render_template("public/sign_in/link.html")


@bp.post("/sign-in/<token>")
@limiter.limit(limits.SIGN_IN)
def by_link(token: str) -> ResponseReturnValue:
    try:
        account = accounts.redeem(token, now=clock.now())
    except Refused:
        return pages.page(410, text=words(Refusal.LINK_SPENT))
    identity.sign_in(account)
    if account.password_hash is None:
        return redirect(url_for("organiser.account.password"), 303)
    return redirect(identity.home(), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    account = identity.current_account()
    if account is not None:
        accounts.sign_out(account.id, now=clock.now())
    identity.sign_out()
    flash(_("已退出登录。"), "success")
    return redirect(url_for(".index"), 303)
