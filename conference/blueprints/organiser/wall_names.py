"""Names that the public typed, before a wall shows them: released, or refused."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.services import wall_names
from conference.vocabulary import NameState

bp = APIBlueprint("wall_names", __name__, enable_openapi=False)


@bp.get("/<slug>/walls/names")
def index(slug: str) -> ResponseReturnValue:
    state = _state(request.args.get("state", ""))
    found = {one: wall_names.held(g.meeting.id, one) for one in NameState}
    return render_template("organiser/wall_names/index.html", found=found[state], state=state, tabs_of=found)


@bp.post("/<slug>/walls/names")
def decide(slug: str) -> ResponseReturnValue:
    """The ticked names as they were shown: what was changed or decided meanwhile stays as it is."""
    read = {
        int(id_): request.form.get(f"name-{id_}", "")
        for id_ in request.form.getlist("person")
        if id_.isascii() and id_.isdigit() and len(id_) <= 18
    }
    seen = _state(request.form.get("seen", ""))
    if "refuse" in request.form:
        done = wall_names.refuse(g.meeting.id, read, desk.doing(), seen=seen)
        said = ngettext("%(num)s 个姓名不上大屏。", "%(num)s 个姓名不上大屏。", done.count)
    else:
        done = wall_names.release(g.meeting.id, read, desk.doing(), seen=seen)
        said = ngettext("%(num)s 个姓名可以上大屏。", "%(num)s 个姓名可以上大屏。", done.count)
    if done.count:
        flash(said, "success")
    if done.passed_over:
        flash(_("有 %(n)s 个姓名刚被别人处理过或者改过，没有动，请再看一遍。", n=done.passed_over), "warning")
    elif not done.count:
        flash(_("没有选中任何人，或者已经处理过了。"), "warning")
    return redirect(url_for(".index", slug=slug, state=None if seen is NameState.WAITING else seen.value), 303)


def _state(text: str) -> NameState:
    return NameState(text) if text in list(NameState) else NameState.WAITING
