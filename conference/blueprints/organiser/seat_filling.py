"""Everybody gets a seat: the order in front, set by people, and the plan for all the others."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.forms.seats import FillForm, OrderForm
from conference.services import precedences, seat_filling
from conference.vocabulary import FrontOrder, Refusal
from conference.web import refusals
from conference.web.filters import words

bp = APIBlueprint("seat_filling", __name__, enable_openapi=False)
SHOWN_FAULTS = 10


@bp.route("/<slug>/seats/order", methods=["GET", "POST"])
def order(slug: str) -> ResponseReturnValue:
    """Who sits in front, one a line."""
    ranked = precedences.ranked(g.meeting.id)
    theirs = False
    form = OrderForm(data={"text": precedences.written(ranked), "opened": precedences.key(ranked)})
    if form.validate_on_submit():
        ids, unknown = precedences.read(g.meeting.id, form.text.data)
        form.text.errors = [
            _("第 %(n)s 行“%(text)s”：%(fault)s", n=one.line, text=one.text, fault=words(one.fault))
            for one in unknown[:SHOWN_FAULTS]
        ]
        if not unknown:
            with refusals.on(form) as said:
                count = precedences.set_order(g.meeting.id, ids, form.opened.data or "", desk.doing())
            if said.ok:
                flash(ngettext("前排顺序已保存，共 %(num)s 人。", "前排顺序已保存，共 %(num)s 人。", count), "success")
                return redirect(url_for(".order", slug=slug), 303)
            if theirs := Refusal.CHANGED_MEANWHILE in said.reasons:
                # The order as it is now stands beside what was typed; saved once more, that holds.
                form.opened.data = precedences.key(ranked)
    return desk.answered("organiser/seats/order.html", form, ranked=ranked, theirs=theirs)


@bp.route("/<slug>/seats/fill", methods=["GET", "POST"])
def fill(slug: str) -> ResponseReturnValue:
    """What filling would change; a POST writes what was seen."""
    front, anew = desk.wish("front", FrontOrder) or FrontOrder.MIDDLE, request.args.get("anew") == "y"
    form = FillForm(data={"front": front, "anew": anew})
    if form.validate_on_submit():
        front, anew = FrontOrder(form.front.data), bool(form.anew.data)
        with refusals.on(form) as said:
            done = seat_filling.fill(
                g.meeting.id, front=front, anew=anew, seen=form.seen.data or "", doing=desk.doing()
            )
        if said.ok:
            count = len(done.changes)
            flash(ngettext("%(num)s 人的座位已更新。", "%(num)s 人的座位已更新。", count), "success")
            return redirect(url_for("organiser.seats.index", slug=slug), 303)
    proposal = seat_filling.propose(g.meeting.id, front=front, anew=anew)
    return desk.answered("organiser/seats/fill.html", form, wrong=409, proposal=proposal, front=front, anew=anew)
