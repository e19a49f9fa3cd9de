"""All that is kept about one: to read, to take away as a file, to have erased."""

from __future__ import annotations

import io
import json
import zipfile

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.delegate import own, wordings
from conference.services import own_data, own_details
from conference.services.own_data import OwnData
from conference.web import identity

bp = APIBlueprint("data", __name__, url_prefix="/my/<int:link_id>", enable_openapi=False)


@bp.get("/data")
def index(link_id: int) -> ResponseReturnValue:
    return own.unproven("download") or _page("delegate/data/index.html", _data())


@bp.get("/data/file")
def file(link_id: int) -> ResponseReturnValue:
    """The same as a file: one for programs, one for people, in an archive."""
    if proof := own.unproven("download"):
        return proof
    data = _data()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data.plain(), ensure_ascii=False, indent=2))
        archive.writestr("data.html", _page("delegate/data/file.html", data))
    named = f"tongxing-{g.pass_.meeting.slug}-{g.pass_.number}.zip"
    return Response(
        packed.getvalue(),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{named}"', "Cache-Control": "no-store"},
    )


@bp.route("/erase", methods=["GET"])
def erase(link_id: int) -> ResponseReturnValue:
    losses = wordings.cancel_losses(g.pass_, own_details.of_link(g.link, now=clock.now()))
    live = g.pass_.status.active
    return own.unproven("erase") or render_template(
        "delegate/data/erase.html", mine=g.pass_, losses=losses if live else []
    )


@bp.post("/erase")
def erased(link_id: int) -> ResponseReturnValue:
    if proof := own.unproven("erase"):
        return proof
    own_data.erase(g.link, **own.when())
    identity.forget_link(link_id)
    flash(_("您的个人信息已删除，个人链接已作废。"), "success")
    return redirect(url_for("delegate.mine.index"), 303)


def _data() -> OwnData:
    return own_data.of_link(g.link, now=clock.now())


def _page(template: str, data: OwnData) -> str:
    return render_template(template, mine=g.pass_, data=data)
