"""What the pages of one's own place share: when, how one comes back, whether one has proven oneself."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from conference import clock
from conference.notices import channels
from conference.notices.channels import Channels
from conference.services import links, privacy
from conference.services.registration import ConsentGiven
from conference.vocabulary import ConsentPurpose
from conference.web import identity
from conference.web.language import language


def when() -> dict[str, Any]:
    """The time of a deed, and the address that links in its messages carry."""
    return {"public_url": current_app.config["PUBLIC_URL"], "now": clock.now()}


def ways() -> Channels:
    """The ways out of the house that are set up here."""
    return channels.of(current_app.extensions["settings"])


def consent(purpose: ConsentPurpose) -> ConsentGiven:
    """The agreement of somebody who read the text for `purpose` on this page."""
    return privacy.consent(purpose, language())


def back(to: str = "delegate.mine.show") -> ResponseReturnValue:
    return redirect(url_for(to, link_id=g.link.id), 303)


def go_on_with(link_id: int) -> None:
    """From here on the browser holds this link, where the one that it came by ended."""
    if link_id != g.link.id:
        identity.forget_link(g.link.id)
        identity.remember_link(link_id)
        g.link = links.by_id(link_id)


def too_late() -> bool:
    """Whether the place is past any change: its page says so."""
    return g.pass_.refusal_to_change(now=clock.now()) is not None


def unproven(act: str) -> ResponseReturnValue | None:
    """Where to prove oneself before `act`; None who did within the last minutes."""
    if identity.proven(g.link.id, now=clock.now()):
        return None
    return redirect(url_for("delegate.proof.show", link_id=g.link.id, act=act), 303)


def answered(template: str, form: FlaskForm, **context: Any) -> ResponseReturnValue:  # whatever the template names
    """The page of a form; 422 when it says that something is wrong, with all that was typed."""
    return render_template(template, mine=g.pass_, form=form, **context), 422 if form.errors else 200
