"""One's own answers to the meeting's questions: given later, mended, a file handed in."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.forms import answers
from conference.services import own_answers
from conference.web import files, limits, refusals
from conference.web.limits import limiter

bp = APIBlueprint("questions", __name__, url_prefix="/my/<int:link_id>/questions", enable_openapi=False)


@bp.get("")
def index(link_id: int) -> ResponseReturnValue:
    asked = own_answers.of_link(g.link)
    form = answers.under(answers.AnswersForm, asked)(data=answers.shown(asked))
    return _page(form, 200)


@bp.post("")
@limiter.limit(limits.REGISTRATION)
def keep(link_id: int) -> ResponseReturnValue:
    form = answers.under(answers.AnswersForm, own_answers.of_link(g.link))()
    if form.validate():
        with refusals.on(form) as said:
            own_answers.keep(g.link, form.sent, now=clock.now())
        if said.ok:
            flash(_("已保存，谢谢。"), "success")
            return redirect(url_for(".index", link_id=link_id), 303)
    return _page(form, 422)


@bp.get("/<int:question_id>/file")
def download(link_id: int, question_id: int) -> ResponseReturnValue:
    opened = own_answers.file(g.link, question_id)
    return files.download(opened)


def _page(form: answers.AnswersForm, status: int) -> ResponseReturnValue:
    refusal = g.pass_.refusal_to_change(now=clock.now())
    return render_template("delegate/questions/index.html", mine=g.pass_, form=form, refusal=refusal), status
