"""What a speaker brings for their own talks."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.forms.materials import BringForm
from conference.services import own_materials
from conference.services.materials import Spot
from conference.vocabulary import Refusal
from conference.web import files, limits, refusals
from conference.web.limits import limiter

bp = APIBlueprint("materials", __name__, url_prefix="/my/<int:link_id>/materials", enable_openapi=False)


@bp.get("")
def index(link_id: int) -> ResponseReturnValue:
    return _page(BringForm(formdata=None), None)


@bp.post("/sessions/<int:session_id>")
@bp.post("/sessions/<int:session_id>/talks/<int:talk_id>")
@limiter.limit(limits.REGISTRATION)
def bring(link_id: int, session_id: int, talk_id: int | None = None) -> ResponseReturnValue:
    form, spot = BringForm(), Spot(session_id, talk_id)
    own = {Refusal.SESSION_BEGUN: str(_("这一场已经开始，不能再上传；要换文件，请直接找会务组。"))}
    if form.validate_on_submit():
        with refusals.on(form, own=own) as said:
            number = own_materials.bring(
                g.link, spot, form.came, public_url=current_app.config["PUBLIC_URL"], now=clock.now()
            )
        if said.ok:
            flash(_("已上传第 %(n)s 版，会务组看得到。", n=number), "success")
            return redirect(url_for(".index", link_id=link_id), 303)
    return _page(form, spot)


@bp.get("/<int:material_id>")
def download(link_id: int, material_id: int) -> ResponseReturnValue:
    """One's own file again."""
    kept, name = own_materials.file(g.link, material_id, now=clock.now())
    return files.streamed(kept.pieces(), name, kept.mimetype, kept.size)


def _page(form: BringForm, spot: Spot | None) -> ResponseReturnValue:
    found = own_materials.of_link(g.link, now=clock.now())
    page = render_template(
        "delegate/materials/index.html", mine=g.pass_, meeting=g.pass_.meeting, found=found, form=form, spot=spot
    )
    return page, 422 if form.errors else 200
