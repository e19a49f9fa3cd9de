"""Accounts that work for the meeting: invited, given a new link, relieved of a role."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.accounts import InvitationForm
from conference.services import accounts, members
from conference.vocabulary import Missing, Role
from conference.web import identity, refusals

bp = APIBlueprint("accounts", __name__, enable_openapi=False)
ROLES = ",".join(role.value for role in members.ROLES)


@bp.get("/<slug>/accounts")
def index(slug: str) -> ResponseReturnValue:
    return _page()


@bp.route("/<slug>/accounts/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = InvitationForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            doing = desk.doing()
            account, token = members.invite(
                form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                meeting_id=g.meeting.id,
                asker=identity.signed_in(),
                actor=doing.actor,
                now=doing.now,
            )
        if said.ok:
            return _page(account=account, token=token, invited=True)
    return desk.answered("organiser/accounts/new.html", form)


@bp.post("/<slug>/accounts/<int:account_id>/link")
def link(slug: str, account_id: int) -> ResponseReturnValue:
    """A new one-time link, shown on this answer alone; unused earlier ones are dead."""
    doing, token = desk.doing(), None
    account = members.one(account_id, g.meeting.id)
    with refusals.flashed():
        token = members.new_link(
            account_id, meeting_id=g.meeting.id, asker=identity.signed_in(), actor=doing.actor, now=doing.now
        )
    return _page(account=account, token=token) if token else redirect(url_for(".index", slug=slug), 303)


@bp.route(f"/<slug>/accounts/<int:account_id>/roles/<any({ROLES}):role>", methods=["GET", "POST"])
def role(slug: str, account_id: int, role: str) -> ResponseReturnValue:
    """Asks, then takes the role away."""
    if request.method == "POST":
        doing = desk.doing()
        with refusals.flashed():
            accounts.revoke_role(account_id, Role(role), g.meeting.id, actor=doing.actor, now=doing.now)
            flash(_("职责已撤销，这个账号从现在起做不了这些事。"), "success")
        still = identity.rights(g.meeting.id)
        return redirect(url_for(".index", slug=slug) if still else url_for("organiser.meetings.index"), 303)
    account = members.one(account_id, g.meeting.id)
    if not any(grant.role == role and grant.meeting_id == g.meeting.id for grant in account.grants):
        raise Missing
    return render_template(
        "organiser/accounts/role.html", account=account, role=Role(role), oneself=account.id == identity.signed_in().id
    )


def _page(*, account: object = None, token: str | None = None, invited: bool = False) -> str:
    asker = identity.signed_in()
    found = accounts.members(g.meeting.id)
    return render_template(
        "organiser/accounts/index.html",
        found=found,
        linkable={m.account.id for m in found if members.may_have_link(asker, m.account, g.meeting.id)},
        account=account,
        invited=invited,
        link=accounts.link_address(current_app.config["PUBLIC_URL"], token) if token else None,
    )
