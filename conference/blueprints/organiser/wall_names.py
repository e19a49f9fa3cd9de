"""Names that the public typed, before a wall shows them: released, or refused."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.services import wall_names

bp = APIBlueprint("wall_names", __name__, enable_openapi=False)


@bp.get("/<slug>/walls/names")
def index(slug: str) -> ResponseReturnValue:
    refused = request.args.get("state") == "refused"
    waiting, declined = wall_names.held(g.meeting.id), wall_names.held(g.meeting.id, refused=True)
    return render_template(
        "organiser/wall_names/index.html", found=declined if refused else waiting, refused=refused, n=waiting.total,
        n_refused=declined.total,
    )  # fmt: skip


@bp.post("/<slug>/walls/names")
def decide(slug: str) -> ResponseReturnValue:
    """The ticked names as they were shown: what was changed meanwhile waits on."""
    read = {
        int(id_): request.form.get(f"name-{id_}", "")
        for id_ in request.form.getlist("person")
        if id_.isascii() and id_.isdigit() and len(id_) <= 18
    }
    state = "refused" if "from-refused" in request.form else None
    if "refuse" in request.form:
        n = wall_names.refuse(g.meeting.id, read, desk.doing())
        said = ngettext("%(num)s 个姓名不上大屏。", "%(num)s 个姓名不上大屏。", n)
    else:
        n = wall_names.release(g.meeting.id, read, desk.doing())
        said = ngettext("%(num)s 个姓名可以上大屏。", "%(num)s 个姓名可以上大屏。", n)
    flash(said if n else _("没有选中任何人，或者姓名刚被改过，请再看一遍。"), "success" if n else "warning")
    return redirect(url_for(".index", slug=slug, state=state), 303)
