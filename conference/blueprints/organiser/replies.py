"""Reply forms (回执) at the organisers' desk: template, upload, preview, import, the problems marked."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.replies import ReplyFormForm
from conference.rules import registration
from conference.services import reply_forms, units
from conference.web import files, reply_pages
from conference.web.filters import moment
from conference.web.language import language

bp = APIBlueprint("replies", __name__, enable_openapi=False)


@bp.get("/<slug>/replies")
def index(slug: str) -> ResponseReturnValue:
    return _index(ReplyFormForm())


@bp.post("/<slug>/replies")
def upload(slug: str) -> ResponseReturnValue:
    form = ReplyFormForm()
    if not form.validate_on_submit():
        return _index(form)
    form_id = reply_forms.receive(
        g.meeting.id, form.content, form.file_name, desk.doing(), mode=form.wished_mode, late=bool(form.late.data)
    )
    return redirect(url_for(".show", slug=slug, form_id=form_id), 303)


@bp.get("/<slug>/replies/template.xlsx")
def template(slug: str) -> ResponseReturnValue:
    """For all units, or with `unit` for one."""
    unit_id = desk.id_wish("unit")
    if unit_id is not None:
        unit_id = units.one(g.meeting.id, unit_id).unit_id
    closes = moment(g.meeting.registration_closes_at, g.meeting.timezone)
    return files.saved(*reply_forms.template(g.meeting.id, closes=closes, unit_id=unit_id))


@bp.get("/<slug>/replies/<int:form_id>")
def show(slug: str, form_id: int) -> ResponseReturnValue:
    card = reply_forms.show(g.meeting.id, form_id, now=clock.now())
    page = render_template("organiser/replies/show.html", card=card, rows=reply_pages.rows(card, request.args))
    return reply_pages.answered(page, card)


@bp.post("/<slug>/replies/<int:form_id>/import")
def bring_in(slug: str, form_id: int) -> ResponseReturnValue:
    reply_pages.tell(reply_forms.bring_in(g.meeting.id, form_id, desk.doing()))
    return redirect(url_for(".show", slug=slug, form_id=form_id), 303)


@bp.get("/<slug>/replies/<int:form_id>/marked.xlsx")
def marked(slug: str, form_id: int) -> ResponseReturnValue:
    return files.saved(*reply_forms.marked(g.meeting.id, form_id, language(), now=clock.now()))


def _index(form: ReplyFormForm) -> ResponseReturnValue:
    now = clock.now()
    closed, forms = registration.closure(g.meeting, now=now), reply_forms.listed(g.meeting.id, now=now)
    return desk.answered("organiser/replies/index.html", form, forms=forms, closed=closed)
