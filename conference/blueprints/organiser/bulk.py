"""Deeds for many people of a list: asked with the consequences, told person by person; and the list as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk, filters
from conference.documents import tables
from conference.forms.bulk import BulkForm
from conference.services import bulk, capacities, exports, questions, selections
from conference.vocabulary import BulkAct, Right
from conference.web import files, identity, people_table, refusals
from conference.web.filters import number
from conference.web.language import language

bp = APIBlueprint("bulk", __name__, enable_openapi=False)


@bp.get("/<slug>/delegates/bulk")
def choose(slug: str) -> ResponseReturnValue:
    """From the list's form to the page of the deed that was chosen there."""
    act, wanted = request.args.get("act", ""), filters.wanted(request.args)
    ticked = filters.ticked(request.args)
    if ticked is not None and not ticked:
        flash(_("先勾选要操作的人，或选“%(all)s”。", all=_all(wanted)), "danger")
        return redirect(url_for("organiser.delegates.index", slug=slug, **filters.written(wanted)), 303)
    if act == "export":
        return redirect(url_for(".export", slug=slug, **_address(wanted, ticked)), 303)
    if act == "print":
        return redirect(url_for("organiser.papers.index", slug=slug, **_open(_address(wanted, ticked))), 303)
    if act == "notice":
        return redirect(url_for("organiser.notices.new", slug=slug, **_address(wanted, ticked)), 303)
    if act not in list(BulkAct):
        abort(404)
    return redirect(url_for(".ask", slug=slug, act=act, **_address(wanted, ticked)), 303)


@bp.route("/<slug>/delegates/bulk/<any(confirm,decline,cancel,category,remind):act>", methods=["GET", "POST"])
def ask(slug: str, act: str) -> ResponseReturnValue:
    """Who and how many, and what follows; the POST does it."""
    form, doing = BulkForm(), desk.doing()
    wanted, ticked = filters.wanted(request.args), filters.ticked(request.args)
    chosen = selections.chosen(g.meeting.id, wanted, ticked)
    status = 200
    if form.validate_on_submit():
        with refusals.on(form) as said:
            deed_id = bulk.begin(
                g.meeting.id,
                identity.signed_in().id,
                BulkAct(act),
                chosen.ids,
                facts=form.facts(BulkAct(act)),
                nonce=form.nonce.data,
                seen=form.seen.data,
                doing=doing,
            )
        if said.ok:
            return redirect(url_for(".show", slug=slug, deed_id=deed_id), 303)
        status = 409
    form.seen.data = bulk.fingerprint(chosen.ids)
    return render_template(
        "organiser/bulk/ask.html",
        form=form,
        act=BulkAct(act),
        chosen=chosen,
        forecast=selections.forecast(g.meeting.id, wanted, ticked),
        freed=capacities.freed(g.meeting.id, now=clock.now()),
        back=url_for("organiser.delegates.index", slug=slug, **filters.written(wanted)),
    ), status if not form.errors or status == 409 else 422


@bp.get("/<slug>/bulk/<int:deed_id>")
def show(slug: str, deed_id: int) -> ResponseReturnValue:
    return render_template("organiser/bulk/show.html", deed=bulk.progress(g.meeting.id, deed_id, now=clock.now()))


@bp.get("/<slug>/bulk/<int:deed_id>/progress")
def progress(slug: str, deed_id: int) -> ResponseReturnValue:
    """The part of the page that is asked for again while it is under way."""
    return render_template("organiser/bulk/_progress.html", deed=bulk.progress(g.meeting.id, deed_id, now=clock.now()))


@bp.get("/<slug>/delegates.xlsx")
def export(slug: str) -> ResponseReturnValue:
    """The list, all of it, as a workbook; participation codes open doors and go only to those who register people."""
    asked = questions.columns(g.meeting.id, identity.roles(g.meeting.id))
    wanted, ticked = filters.wanted(request.args), _ticked_if_said()
    rows = exports.people(g.meeting.id, wanted, ticked, asked=asked, language=language())
    codes = identity.may(Right.REGISTER_PEOPLE)
    columns, cells = people_table.of(rows, g.meeting.timezone, codes=codes, asked=asked)
    counted = people_table.Counted(cells)
    data = tables.workbook(g.meeting.title, columns, counted, sheet=_("代表"))
    exports.record(g.meeting.id, counted.n, desk.doing())
    name = f"{g.meeting.slug}-{clock.local(clock.now(), g.meeting.timezone):%Y%m%d-%H%M}.xlsx"
    return files.saved(data, name)


def _all(wanted: selections.Wanted) -> str:
    """As the list's own choice of everybody reads."""
    if not wanted.counted:
        return str(_("筛选出的全部"))
    n = number(selections.chosen(g.meeting.id, wanted).count)
    return str(_("筛选出的全部 %(n)s 人", n=n) if filters.written(wanted) else _("全部 %(n)s 人", n=n))


def _open(address: dict[str, Any]) -> dict[str, Any]:  # arguments of an address
    """Where the list was not narrowed by status and mode, its people are printed whatever they are."""
    return {"status": "any", "mode": "any"} | address


def _ticked_if_said() -> Sequence[int] | None:
    return filters.ticked(request.args) if "delegate" in request.args else None


def _address(wanted: selections.Wanted, ticked: Sequence[int] | None) -> dict[str, Any]:  # arguments of an address
    whom: dict[str, Any] = {"whom": "all"} if ticked is None else {"delegate": list(ticked)}
    return filters.written(wanted) | whom
