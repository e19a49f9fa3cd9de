"""The unit's reply form (回执): template, upload, preview, import, the problems marked; of this unit alone."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.blueprints.unit import desk
from conference.forms.replies import ReplyFormForm
from conference.services import reply_forms
from conference.web import files, limits, reply_pages
from conference.web.filters import moment
from conference.web.language import language
from conference.web.limits import limiter

bp = APIBlueprint("replies", __name__, url_prefix="/<int:desk_id>/replies", enable_openapi=False)


@bp.get("/")
def index(desk_id: int) -> ResponseReturnValue:
    return _index(ReplyFormForm())


@bp.post("/")
@limiter.limit(limits.REGISTRATION)
def upload(desk_id: int) -> ResponseReturnValue:
    form = ReplyFormForm()
    if not form.validate_on_submit():
        return _index(form)
    form_id = reply_forms.receive(
        g.meeting.id,
        form.content,
        form.file_name,
        desk.doing(),
        unit_id=g.part.unit_id,
        mode=form.wished_mode,
    )
    return redirect(url_for(".show", desk_id=desk_id, form_id=form_id), 303)


@bp.get("/template.xlsx")
def template(desk_id: int) -> ResponseReturnValue:
    closes = moment(g.part.reply_by or g.meeting.registration_closes_at)
    return files.saved(*reply_forms.template(g.meeting.id, closes=closes, unit_id=g.part.unit_id))


@bp.get("/<int:form_id>")
def show(desk_id: int, form_id: int) -> ResponseReturnValue:
    card = reply_forms.show(g.meeting.id, form_id, now=clock.now(), unit_id=g.part.unit_id)
    page = render_template("unit/replies/show.html", card=card, rows=reply_pages.rows(card, request.args))
    return reply_pages.answered(page, card)


@bp.post("/<int:form_id>/import")
@limiter.limit(limits.REGISTRATION)
def bring_in(desk_id: int, form_id: int) -> ResponseReturnValue:
    reply_pages.tell(reply_forms.bring_in(g.meeting.id, form_id, desk.doing(), unit_id=g.part.unit_id))
    return redirect(url_for(".show", desk_id=desk_id, form_id=form_id), 303)


@bp.get("/<int:form_id>/marked.xlsx")
def marked(desk_id: int, form_id: int) -> ResponseReturnValue:
    return files.saved(*reply_forms.marked(g.meeting.id, form_id, language(), now=clock.now(), unit_id=g.part.unit_id))


def _index(form: ReplyFormForm) -> ResponseReturnValue:
    return desk.answered(
        "unit/replies/index.html", form, forms=reply_forms.listed(g.meeting.id, now=clock.now(), unit_id=g.part.unit_id)
    )
