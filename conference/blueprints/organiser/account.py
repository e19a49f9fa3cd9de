"""One's own account: the password."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.forms.sign_in import PasswordForm
from conference.services import accounts
from conference.web import identity, refusals

bp = APIBlueprint("account", __name__, url_prefix="/account", enable_openapi=False)


@bp.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        account = identity.current_account() or abort(401)
        with refusals.on(form) as said:
            account = accounts.set_password(account.id, form.password.data, actor=identity.actor(), now=clock.now())
        if said.ok:
            identity.sign_in(account)  # the new password signed every other session out
            flash(_("密码已设好，别处的登录已全部退出。"), "success")
            return redirect(url_for("public.sign_in.index"), 303)
    return render_template("organiser/account/password.html", form=form), 422 if form.errors else 200
