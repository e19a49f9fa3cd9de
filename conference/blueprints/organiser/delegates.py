"""Delegates: the list with its filters, one person's page, entering and changing somebody."""

from __future__ import annotations

from collections.abc import Collection

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from conference import clock
from conference.blueprints.organiser import desk, filters
from conference.documents import qr
from conference.forms.delegates import DelegateEditForm, DelegateForm
from conference.rules import registration as rules
from conference.rules.provinces import PROVINCES
from conference.services import (
    activity,
    by_hand,
    capacities,
    editing,
    people,
    questions,
    saved_filters,
    units,
)
from conference.services.registration import Entry
from conference.vocabulary import BulkAct, Category, DelegateStatus, Fault, Mode, Origin, Refusal
from conference.web import identity, opened, record, refusals, sent_forms
from conference.web.filters import words

bp = APIBlueprint("delegates", __name__, enable_openapi=False)
SETS = {"statuses": list(DelegateStatus), "modes": list(Mode), "origins": list(Origin), "categories": list(Category)}
FIELD_OF = {
    Refusal.ALREADY_REGISTERED: "phone",
    Refusal.UNIT_FULL: "unit",
    Refusal.UNIT_MODE_FULL: "mode",
    Refusal.REGISTRATION_CLOSED: "late",
}


@bp.get("/<slug>/delegates")
def index(slug: str) -> ResponseReturnValue:
    wanted = filters.wanted(request.args)
    page = people.page(g.meeting.id, wanted, after=desk.id_wish("after"), before=desk.id_wish("before"))
    pending = wanted.status is DelegateStatus.PENDING
    return render_template(
        "organiser/delegates/index.html",
        page=page,
        wanted=wanted,
        kept=filters.written(wanted),
        query=filters.query(wanted),
        saved=saved_filters.kept(g.meeting.id, identity.signed_in().id),
        unit=units.one(g.meeting.id, wanted.unit_id).unit if wanted.unit_id is not None else None,
        reviewing=pending,
        lines=capacities.lines(g.meeting.id) if pending else {},
        provinces=PROVINCES,
        sets=SETS,
        acts=[BulkAct.CONFIRM, BulkAct.DECLINE] if pending else list(BulkAct),
    )


@bp.route("/<slug>/delegates/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form, mend = DelegateForm(data=_unit_of_address()), None
    if form.validate_on_submit():
        unit_id: int | None = None
        with refusals.on(form, where=FIELD_OF, own=_own_words()) as said:
            unit_id = form.chosen_unit or units.named(g.meeting.id, form.unit.data)
            entry = Entry(unit_id=unit_id, **form.wanted)
            late, key = bool(form.late.data), sent_forms.key()
            delegate_id = by_hand.enter(g.meeting.id, entry, desk.doing(), seat=form.seat.data, late=late, key=key)
        if said.ok:
            _say_entered(people.file(g.meeting.id, delegate_id))
            return redirect(url_for(".show", slug=slug, delegate_id=delegate_id), 303)
        mend = _mend(said.reasons, form.unit.data, unit_id)
    closed = rules.closure(g.meeting, now=clock.now())
    return desk.answered("organiser/delegates/new.html", form, closed=closed, mend=mend)


@bp.get("/<slug>/delegates/<int:delegate_id>")
def show(slug: str, delegate_id: int) -> ResponseReturnValue:
    return page_of(delegate_id)


def page_of(delegate_id: int, *, fresh_link: str | None = None) -> str:
    """One person's page; a private link that was just made stands on it this once."""
    file = people.file(g.meeting.id, delegate_id)
    address = qr.address(current_app.config["PUBLIC_URL"], file.code or "")
    acts = activity.page(g.meeting.id, subject="delegate", subject_id=delegate_id)
    return render_template(
        "organiser/delegates/show.html",
        file=file,
        answered=questions.answers_of(file.delegate, identity.roles(g.meeting.id)),
        delegate=file.delegate,
        picture=Markup(qr.svg(address, level="Q", title=_("参会码"))) if file.code else None,  # noqa: S704 — our own drawing
        acts=record.entries(acts.items),
        fresh_link=fresh_link,
        waits_in=capacities.lines(g.meeting.id, now=clock.now()).get(file.waits_for) if file.waits_for else None,
    )


@bp.route("/<slug>/delegates/<int:delegate_id>/edit", methods=["GET", "POST"])
def edit(slug: str, delegate_id: int) -> ResponseReturnValue:
    """What others saved while the form was open stays, where this one did not touch it; where both did, one chooses."""
    delegate = people.one(g.meeting.id, delegate_id)
    facts = editing.delegate_facts(delegate)
    form = DelegateEditForm(data=facts | {"unit": delegate.unit.name, "opened": opened.write(facts)})
    before, wished, mend = opened.read(form.opened.data), {}, None
    if form.validate_on_submit():
        unit_id: int | None = None
        with refusals.on(form, where=FIELD_OF, own=_own_words()) as said:
            unit_id = form.chosen_unit or units.named(g.meeting.id, form.unit.data)
            wished = opened.without_theirs(form.wanted | {"unit_id": unit_id, "seat": form.seat.data})
            merged = editing.delegate(g.meeting.id, delegate_id, wished, before, desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            if merged.theirs:
                flash(opened.kept(merged.theirs), "info")
            return redirect(url_for(".show", slug=slug, delegate_id=delegate_id), 303)
        mend = _mend(said.reasons, form.unit.data, unit_id)
    facts = editing.delegate_facts(people.one(g.meeting.id, delegate_id))
    clashes = opened.shown("delegate", before, facts, wished)
    form.opened.data = opened.write(facts) if clashes else form.opened.data
    return desk.answered(
        "organiser/delegates/edit.html",
        form,
        wrong=409 if clashes else 422,
        delegate=delegate,
        over=Refusal.NOT_ACTIVE,
        mend=mend,
        clashes=clashes,
        who=opened.who(g.meeting.id, "delegate", delegate_id),
    )


def _say_entered(file: people.File) -> None:
    if file.delegate.status is DelegateStatus.WAITLISTED:
        who = {"mode": words(file.delegate.mode), "name": file.delegate.name, "n": file.waitlist_place}
        flash(_("已录入，但%(mode)s名额已满：%(name)s在候补，排第 %(n)s 位。", **who), "warning")
    else:
        flash(_("已录入。"), "success")


def _own_words() -> dict[Refusal, str]:
    """Organisers are those whom others are sent to, and can change what stands in the way."""
    closed = rules.closure(g.meeting, now=clock.now())
    return {
        Refusal.REGISTRATION_CLOSED: words(closed) if closed else "",
        Refusal.UNIT_FULL: _("这个单位的名额已报满；提高它的名额上限后可以录入"),
        Refusal.UNIT_MODE_FULL: _("这个单位这种参会方式的名额已用完；提高它的名额上限后可以录入"),
    }


def _mend(reasons: Collection[Fault | Refusal], typed: str | None, unit_id: int | None) -> dict[str, str] | None:
    """Where what stands in the way of a unit can be put right; what is typed in the form stays meanwhile."""
    if Fault.NO_SUCH_UNIT in reasons:
        return {"label": _("添加这个单位"), "href": url_for("organiser.units.new", slug=g.meeting.slug, q=typed)}
    if unit_id is not None and not {Refusal.UNIT_FULL, Refusal.UNIT_MODE_FULL}.isdisjoint(reasons):
        href = url_for("organiser.units.edit", slug=g.meeting.slug, unit_id=unit_id)
        return {"label": _("提高这个单位的名额上限"), "href": href}
    return None


def _unit_of_address() -> dict[str, object]:
    """The unit from whose page somebody comes to add a person."""
    unit_id = desk.id_wish("unit")
    if unit_id is None:
        return {}
    return {"unit": units.one(g.meeting.id, unit_id).unit.name, "unit_id": unit_id}
