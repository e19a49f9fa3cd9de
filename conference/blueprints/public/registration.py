"""Registering oneself: by the public page, or by a unit's private link."""

from __future__ import annotations

from typing import Any, TypeVar

from apiflask import APIBlueprint
from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.forms import answers
from conference.forms.registration import PublicForm, UnitLinkForm
from conference.services import meeting_page, meetings, own_registration, passes, privacy, questions, units
from conference.vocabulary import ConsentPurpose, MeetingStatus, QuestionStage, Refusal
from conference.web import free_places, identity, limits, refusals, sent_forms
from conference.web.language import language
from conference.web.limits import limiter

F = TypeVar("F", PublicForm, UnitLinkForm)
bp = APIBlueprint("registration", __name__, enable_openapi=False)


@bp.get("/m/<slug>/register")
def new(slug: str) -> ResponseReturnValue:
    return _public_page(_form(PublicForm), 200)


@bp.post("/m/<slug>/register")
@limiter.limit(limits.REGISTRATION)
def create(slug: str) -> ResponseReturnValue:
    form = _form(PublicForm)
    if "find" in request.form:  # without a script, the button beside the name looks the unit up
        return _public_page(form, 200, looked=True)
    if form.validate():
        where = {Refusal.UNIT_FULL: "unit", Refusal.UNIT_MODE_FULL: "mode", Refusal.ALREADY_REGISTERED: "phone"}
        with refusals.on(form, where=where) as said:
            link_id = own_registration.by_public_page(g.meeting.id, form.person, form.said, sent=form.sent, **_asked())
        if said.ok:
            return _entered(link_id)
    return _public_page(form, 422, looked=bool(form.unit.errors))


@bp.get("/r/<token>")
def new_by_link(token: str) -> ResponseReturnValue:
    _open(token)
    return _page("public/registration/new_by_link.html", _form(UnitLinkForm), 200)


@bp.post("/r/<token>")
@limiter.limit(limits.REGISTRATION)
def create_by_link(token: str) -> ResponseReturnValue:
    _open(token)
    form = _form(UnitLinkForm)
    if form.validate():
        where = {Refusal.UNIT_MODE_FULL: "mode", Refusal.ALREADY_REGISTERED: "phone"}
        with refusals.on(form, where=where) as said:
            link_id = own_registration.by_unit_link(
                g.meeting.id, g.part.unit_id, form.person, sent=form.sent, **_asked()
            )
        if said.ok:
            return _entered(link_id)
    return _page("public/registration/new_by_link.html", form, 422)


def _form(base: type[F]) -> F:
    """The form with the questions that the meeting asks at once."""
    return answers.under(base, questions.unanswered(g.meeting.id, QuestionStage.AT_ONCE))()


def _asked() -> dict[str, Any]:
    """When, for whom the links are, and what was agreed to."""
    return {
        "consent": privacy.consent(ConsentPurpose.MEETING, language()),
        "public_url": current_app.config["PUBLIC_URL"],
        "now": clock.now(),
        "key": sent_forms.key(),
    }


def _mails() -> bool:
    """Whether messages go out by e-mail at all."""
    return current_app.extensions["settings"].smtp_url is not None


def _entered(link_id: int) -> ResponseReturnValue:
    identity.remember_link(link_id)
    return redirect(url_for("delegate.mine.show", link_id=link_id), 303)


def _open(token: str) -> None:
    """Sets `g.part` to the unit's part in the meeting, `g.meeting` to the meeting."""
    g.part = units.by_link(token)
    g.meeting = meetings.by_id(g.part.meeting_id)
    g.timezone = g.meeting.timezone


def _public_page(form: PublicForm, status: int, *, looked: bool = False) -> ResponseReturnValue:
    found = own_registration.look_up(g.meeting.id, form.unit.data or "", form.province.data or "") if looked else []
    return _page("public/registration/new.html", form, status, looked=looked, found=found)


def _page(template: str, form: PublicForm | UnitLinkForm, status: int, **more: object) -> ResponseReturnValue:
    now = clock.now()
    closed = 409 if request.method == "POST" else 200
    if g.meeting.status is MeetingStatus.DRAFT:  # by a unit's link; the public page of a draft is not there
        opens_at = meeting_page.opening_to_come(g.meeting, now=now)
        return render_template("public/registration/not_yet.html", meeting=g.meeting, opens_at=opens_at), closed
    part = g.get("part")
    page = meeting_page.of(g.meeting, now=now, reply_by=part.reply_by if part is not None else None)
    if not page.window.open:
        return render_template("public/registration/closed.html", page=page), closed
    held = passes.of_links(identity.held_links(), now=now, meeting_id=g.meeting.id)
    return render_template(
        template, form=form, page=page, notes=free_places.notes(page.lines), held=held, mails=_mails(), **more
    ), status
