"""Flagged scans (扫码复核): read side by side, settled one by one."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.reviews import ReviewForm
from conference.services import reviews
from conference.vocabulary import ReviewWord
from conference.web import refusals
from conference.web.filters import words

bp = APIBlueprint("reviews", __name__, enable_openapi=False)


@bp.get("/<slug>/reviews")
def index(slug: str) -> ResponseReturnValue:
    settled, before = request.args.get("state") == "settled", desk.id_wish("before")
    page = reviews.page(g.meeting.id, settled=settled, before_id=before)
    waiting = reviews.count(g.meeting.id)
    return render_template(
        "organiser/reviews/index.html", page=page, settled=settled, waiting=waiting, first=before is None
    )


@bp.get("/<slug>/reviews/<int:check_in_id>")
def show(slug: str, check_in_id: int) -> ResponseReturnValue:
    case = reviews.one(g.meeting.id, check_in_id)
    return render_template("organiser/reviews/show.html", case=case, form=ReviewForm())


@bp.post("/<slug>/reviews/<int:check_in_id>")
def settle(slug: str, check_in_id: int) -> ResponseReturnValue:
    form = ReviewForm()
    if form.validate_on_submit():
        word = ReviewWord(form.word.data)
        if word is ReviewWord.TAKEN_BACK and "sure" not in request.form:
            case = reviews.one(g.meeting.id, check_in_id)
            return render_template("organiser/reviews/take_back.html", case=case, note=form.note.data or "")
        with refusals.on(form) as said:
            reviews.settle(g.meeting.id, check_in_id, word, form.note.data or "", desk.doing())
        if said.ok:
            flash(_("已复核：%(word)s。", word=words(word)), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/reviews/show.html", form, case=reviews.one(g.meeting.id, check_in_id))
