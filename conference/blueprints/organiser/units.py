"""Units of a meeting: found, added by hand, edited; each with its people, its liaison, its links and its history."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from conference.blueprints.organiser import desk
from conference.documents import qr
from conference.forms.units import NewUnitForm, UnitForm
from conference.notices import texts
from conference.rules.provinces import PROVINCES
from conference.services import (
    editing,
    invitation_lists,
    liaisons,
    people,
    places_requests,
    selections,
    unit_lists,
    units,
)
from conference.services.units import UnitFacts
from conference.vocabulary import Refusal, Right, UnitKind
from conference.web import identity, opened, record, refusals
from conference.web.filters import moment
from conference.web.language import language

bp = APIBlueprint("units", __name__, enable_openapi=False)


@bp.get("/<slug>/units")
def index(slug: str) -> ResponseReturnValue:
    province = request.args.get("province", "")
    filters = {
        "search": desk.search(),
        "province": province if province in PROVINCES else "",
        "kind": desk.wish("kind", UnitKind) or "",
        "silent": request.args.get("state") == "silent",
        "proposed": request.args.get("state") == "proposed",
    }
    number = min(desk.id_wish("page") or 1, 100_000)
    page = unit_lists.page(g.meeting.id, number=number, **filters)  # type: ignore[arg-type]
    return render_template(
        "organiser/units/index.html", page=page, filters=filters, provinces=PROVINCES, kinds=list(UnitKind)
    )


@bp.get("/<slug>/units/find")
def find(slug: str) -> ResponseReturnValue:
    """Suggestions for a field that names a unit."""
    search = desk.search()
    return render_template(
        "organiser/units/_found.html", found=units.find(g.meeting.id, search=search) if search else []
    )


@bp.route("/<slug>/units/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = NewUnitForm(data={"name": desk.search()})  # where the form of a person knew no unit of this name
    if form.validate_on_submit():
        with refusals.on(form) as said:
            facts = UnitFacts(**form.wanted(g.meeting.timezone))
            part, fresh = liaisons.let_in(g.meeting.id, facts, form.liaison, desk.doing())
        if said.ok:
            flash(
                _("已添加。下一步把邀请发给联络员。") if fresh else _("这个单位已经在本次会议里了。"),
                "success" if fresh else "info",
            )
            return redirect(url_for(".show", slug=slug, unit_id=part.unit_id), 303)
    return desk.answered("organiser/units/new.html", form)


@bp.get("/<slug>/units/<int:unit_id>")
def show(slug: str, unit_id: int) -> ResponseReturnValue:
    part = units.one(g.meeting.id, unit_id)
    if part.unit_id != unit_id:  # it was merged; its address leads to the one that was kept
        return redirect(url_for(".show", slug=slug, unit_id=part.unit_id), 303)
    link = f"{current_app.config['PUBLIC_URL']}/r/{units.link_token(part)}"
    invitation = texts.invitation(
        meeting=g.meeting.title,
        unit=part.unit.name,
        when=moment(g.meeting.starts_at),
        place=g.meeting.place,
        link=link,
        closes=moment(part.reply_by or g.meeting.registration_closes_at),
        language=language(),
    )
    return render_template(
        "organiser/units/show.html",
        part=part,
        invited=invitation_lists.one(part.id),
        people=people.page(g.meeting.id, selections.Wanted(unit_id=unit_id)),
        requests=places_requests.of(part.id),
        history=unit_lists.history(unit_id),
        sees_people=sees_people,
        acts=record.entries(unit_lists.trail(unit_id, meeting_id=g.meeting.id, limit=12)),
        link=link,
        picture=Markup(qr.svg(link, title=_("单位报名链接的二维码"))),  # noqa: S704 — our own drawing, its title escaped
        invitation=invitation,
    )


@bp.route("/<slug>/units/<int:unit_id>/edit", methods=["GET", "POST"])
def edit(slug: str, unit_id: int) -> ResponseReturnValue:
    part = units.one(g.meeting.id, unit_id)
    facts = {"opened": opened.write(editing.unit_facts(part))}
    form = UnitForm(data=UnitForm.shown(units.facts(part), g.meeting.timezone) | facts)
    before, wished = opened.read(form.opened.data), {}
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.UNIT_EXISTS: "name"}) as said:
            wanted = form.wanted(g.meeting.timezone)
            wished = opened.without_theirs(editing.plain(wanted))
            merged = editing.unit(g.meeting.id, unit_id, wanted, wished, before, desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            if merged.theirs:
                flash(opened.kept(merged.theirs), "info")
            return redirect(url_for(".show", slug=slug, unit_id=unit_id), 303)
    now = editing.unit_facts(units.one(g.meeting.id, unit_id))
    clashes = opened.shown("unit", before, now, wished)
    form.opened.data = opened.write(now) if clashes else form.opened.data
    return desk.answered(
        "organiser/units/edit.html",
        form,
        wrong=409 if clashes else 422,
        part=part,
        clashes=clashes,
        who=opened.who(g.meeting.id, "unit", unit_id),
    )


@bp.route("/<slug>/units/<int:unit_id>/link", methods=["GET", "POST"])
def link(slug: str, unit_id: int) -> ResponseReturnValue:
    """Asks before the old link dies."""
    part = units.one(g.meeting.id, unit_id)
    if request.method == "POST":
        units.renew_link(g.meeting.id, unit_id, desk.doing())
        flash(_("链接已更换，旧链接从现在起打不开。"), "success")
        return redirect(url_for(".show", slug=slug, unit_id=unit_id), 303)
    return render_template("organiser/units/link.html", part=part)


def sees_people(meeting_id: int) -> bool:
    """Whether the reader may see who is who in a meeting, beside how many they are."""
    return Right.SEE_PEOPLE in identity.rights(meeting_id)
