"""Entries that may be one person's: the list, two side by side, made one, or said to be two people."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.duplicates import MergeForm
from conference.services import capacities, duplicates, merging
from conference.web import record, refusals

bp = APIBlueprint("duplicates", __name__, enable_openapi=False)
PAIR = "/<slug>/duplicates/<int:first_id>/<int:second_id>"


@bp.get("/<slug>/duplicates")
def index(slug: str) -> ResponseReturnValue:
    duplicates.look(g.meeting.id, now=clock.now())
    return render_template(
        "organiser/duplicates/index.html", found=duplicates.page(g.meeting.id), total=duplicates.count(g.meeting.id)
    )


@bp.route(PAIR, methods=["GET", "POST"])
def show(slug: str, first_id: int, second_id: int) -> ResponseReturnValue:
    """Both side by side; the POST makes them one."""
    form = MergeForm()
    form.keep.choices = [(str(id_), str(id_)) for id_ in (first_id, second_id)]
    if form.validate_on_submit():
        keep_id = int(form.keep.data)
        drop_id = first_id + second_id - keep_id
        with refusals.on(form) as said:
            merging.merge(g.meeting.id, keep_id, drop_id, form.taken(request.form), desk.doing())
        if said.ok:
            flash(_("已合并成一条。原来的链接和参会码作废，请把这一条的个人链接发给本人。"), "success")
            return redirect(url_for("organiser.delegates.show", slug=slug, delegate_id=keep_id), 303)
    pair = duplicates.one(g.meeting.id, first_id, second_id)
    form.keep.data = form.keep.data if form.errors else str(pair.kept)
    fields = [(name, record.label(name, "delegate")) for name in merging.FIELDS]
    modes = {pair.first.delegate.mode, pair.second.delegate.mode}
    freed = capacities.freed(g.meeting.id, *modes, now=clock.now())
    return desk.answered("organiser/duplicates/show.html", form, pair=pair, fields=fields, freed=freed)


@bp.post(f"{PAIR}/distinct")
def distinct(slug: str, first_id: int, second_id: int) -> ResponseReturnValue:
    duplicates.distinct(g.meeting.id, first_id, second_id, desk.doing())
    flash(_("已记下：不是同一个人，以后不再列出。"), "success")
    return redirect(url_for(".index", slug=slug), 303)
