"""Who is inside at a checkpoint: a list to search, to print, to take along; and everybody out."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.documents import tables
from conference.documents.tables import Column
from conference.forms.emptying import EmptyingForm
from conference.services import checkpoints, emptying, exports, inside
from conference.web import identity, verdicts

bp = APIBlueprint("inside", __name__, url_prefix="/<slug>/checkpoints/<int:checkpoint_id>", enable_openapi=False)


@bp.get("/inside")
def index(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    q = desk.search()
    start = min(max(request.args.get("start", 0, type=int), 0), 1_000_000)
    return render_template(
        "organiser/inside/index.html",
        point=point,
        page=inside.page(checkpoint_id, search=q, start=start),
        q=q,
        start=start,
        when=partial(verdicts.when, now=clock.now()),
    )


@bp.get("/inside/list")
def sheet(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    """All of them on paper, by unit."""
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    people = list(inside.everybody(checkpoint_id))
    now = clock.now()
    return render_template(
        "organiser/inside/sheet.html", point=point, people=people, now=now, when=partial(verdicts.when, now=now)
    )


@bp.post("/inside.xlsx")
def workbook(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    people = list(inside.everybody(checkpoint_id))
    exports.record(g.meeting.id, len(people), desk.doing())
    columns = [
        Column(_("编号"), 8),
        Column(_("姓名"), 14),
        Column(_("单位"), 40),
        Column(_("座位"), 14),
        Column(_("进场时间"), 18),
        Column(_("门"), 14),
        Column(_("已点到"), 10),
    ]
    rows = (
        [
            one.number,
            one.name,
            one.unit,
            one.seat,
            clock.local(one.since, g.meeting.timezone).replace(tzinfo=None) if one.since else None,
            one.gate or "",
            "",
        ]
        for one in people
    )
    return desk.workbook(
        tables.workbook(f"{g.meeting.title} · {point.name}", columns, rows, sheet=_("现在在场")), _("现在在场")
    )


@bp.route("/empty", methods=["GET", "POST"])
def empty(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    """Asks with the number named; who comes in after it was asked stays in."""
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    form = EmptyingForm()
    if form.validate_on_submit():
        left = emptying.everybody_out(
            g.meeting.id, checkpoint_id, at=form.moment(clock.now()), actor=identity.actor(), now=clock.now()
        )
        flash(_("已记 %(n)s 人离场。", n=left), "success")
        return redirect(url_for(".index", slug=slug, checkpoint_id=checkpoint_id), 303)
    form.asked_at.data = str(clock.now().timestamp())
    return render_template("organiser/inside/empty.html", point=point, people=inside.count(checkpoint_id), form=form)
