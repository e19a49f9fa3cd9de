"""Units of a meeting: found, added by hand, edited; each with its people and its registration link."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from conference.blueprints.organiser import desk
from conference.documents import qr
from conference.forms.units import UnitForm
from conference.notices import texts
from conference.rules.provinces import PROVINCES
from conference.services import people, unit_lists, units
from conference.services.people import Wanted
from conference.services.units import UnitFacts
from conference.vocabulary import Refusal, UnitKind
from conference.web import refusals
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
    page = unit_lists.page(g.meeting.id, number=min(desk.id_wish("page") or 1, 100_000), **filters)  # type: ignore[arg-type]
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
    form = UnitForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            part, fresh = units.add(g.meeting.id, UnitFacts(**form.wanted), desk.doing())
        if said.ok:
            flash(
                _("已添加，下面是它的报名链接。") if fresh else _("这个单位已经在本次会议里了。"),
                "success" if fresh else "info",
            )
            return redirect(url_for(".show", slug=slug, unit_id=part.unit_id), 303)
    return desk.answered("organiser/units/new.html", form)


@bp.get("/<slug>/units/<int:unit_id>")
def show(slug: str, unit_id: int) -> ResponseReturnValue:
    part = units.one(g.meeting.id, unit_id)
    link = f"{current_app.config['PUBLIC_URL']}/r/{units.link_token(part)}"
    invitation = texts.invitation(
        meeting=g.meeting.title,
        unit=part.unit.name,
        when=moment(g.meeting.starts_at),
        place=g.meeting.place,
        link=link,
        closes=moment(g.meeting.registration_closes_at),
        language=language(),
    )
    return render_template(
        "organiser/units/show.html",
        part=part,
        people=people.page(g.meeting.id, Wanted(unit_id=unit_id)),
        link=link,
        picture=Markup(qr.svg(link, title=_("单位报名链接的二维码"))),  # noqa: S704 — our own drawing, its title escaped
        invitation=invitation,
    )


@bp.route("/<slug>/units/<int:unit_id>/edit", methods=["GET", "POST"])
def edit(slug: str, unit_id: int) -> ResponseReturnValue:
    part = units.one(g.meeting.id, unit_id)
    held = {name: getattr(part.unit, name) for name in units.FIELDS} | {"delegate_limit": part.delegate_limit}
    form = UnitForm(data=held | {"kind": part.unit.kind.value})
    if form.validate_on_submit():
        with refusals.on(form, where={Refusal.UNIT_EXISTS: "name"}) as said:
            units.edit(g.meeting.id, unit_id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".show", slug=slug, unit_id=unit_id), 303)
    return desk.answered("organiser/units/edit.html", form, part=part)


@bp.route("/<slug>/units/<int:unit_id>/link", methods=["GET", "POST"])
def link(slug: str, unit_id: int) -> ResponseReturnValue:
    """Asks before the old link dies."""
    part = units.one(g.meeting.id, unit_id)
    if request.method == "POST":
        units.renew_link(g.meeting.id, unit_id, desk.doing())
        flash(_("链接已更换，旧链接从现在起打不开。"), "success")
        return redirect(url_for(".show", slug=slug, unit_id=unit_id), 303)
    return render_template("organiser/units/link.html", part=part)
