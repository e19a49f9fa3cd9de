"""A meeting's own questions: made without code, seen as a delegate sees them; a file that somebody handed in."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms import answers
from conference.forms.questions import QuestionForm
from conference.rules import question_drafts as rules
from conference.services import people, question_making, questions
from conference.vocabulary import QuestionKind, Role
from conference.web import files, identity, refusals

bp = APIBlueprint("questions", __name__, enable_openapi=False)
KINDS = ",".join(kind.value for kind in QuestionKind)


@bp.get("/<slug>/questions")
def index(slug: str) -> ResponseReturnValue:
    found = questions.of_meeting(g.meeting.id)
    return render_template(
        "organiser/questions/index.html",
        found=found,
        by_id={question.id: question for question in found},
        kinds=list(QuestionKind),
        readers=rules.READERS,
        organiser=Role.ORGANISER,
        full=rules.refusal_to_add(len(found)),
        refusals={question.id: rules.refusal_to_retire(question.id, found) for question in found},
    )


@bp.route(f"/<slug>/questions/new/<any({KINDS}):kind>", methods=["GET", "POST"])
def new(slug: str, kind: str) -> ResponseReturnValue:
    form = QuestionForm()
    form.begin(QuestionKind(kind), questions.of_meeting(g.meeting.id))
    if _wants_rows(form):
        return render_template("organiser/questions/new.html", form=form)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            question_making.add(g.meeting.id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已添加。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/questions/new.html", form)


@bp.route("/<slug>/questions/<int:question_id>", methods=["GET", "POST"])
def edit(slug: str, question_id: int) -> ResponseReturnValue:
    question = question_making.one(g.meeting.id, question_id)
    form = QuestionForm(data=QuestionForm.shown(question))
    form.begin(question.kind, [q for q in questions.of_meeting(g.meeting.id) if q.rank < question.rank])
    if _wants_rows(form):
        return render_template("organiser/questions/edit.html", form=form, question=question)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            question_making.edit(g.meeting.id, question_id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/questions/edit.html", form, question=question)


@bp.post("/<slug>/questions/<int:question_id>/<any(up,down):way>")
def move(slug: str, question_id: int, way: str) -> ResponseReturnValue:
    with refusals.flashed():
        question_making.move(g.meeting.id, question_id, -1 if way == "up" else 1, desk.doing())
    return redirect(url_for(".index", slug=slug, _anchor=f"question-{question_id}"), 303)


@bp.route("/<slug>/questions/<int:question_id>/away", methods=["GET", "POST"])
def take_away(slug: str, question_id: int) -> ResponseReturnValue:
    """Asks with the consequences named; the POST does it."""
    question = question_making.one(g.meeting.id, question_id)
    if request.method == "GET":
        return render_template("organiser/questions/take_away.html", question=question)
    with refusals.flashed():
        question_making.take_away(g.meeting.id, question_id, desk.doing())
        flash(_("不再问这个问题。"), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.get("/<slug>/questions/preview")
def preview(slug: str) -> ResponseReturnValue:
    """All questions as a delegate finds them; nothing is sent from here."""
    asked = questions.unanswered(g.meeting.id)
    return render_template("organiser/questions/preview.html", form=answers.under(answers.AnswersForm, asked)())


@bp.get("/<slug>/delegates/<int:delegate_id>/files/<int:question_id>")
def download(slug: str, delegate_id: int, question_id: int) -> ResponseReturnValue:
    delegate = people.one(g.meeting.id, delegate_id)
    opened = questions.file_of(delegate, question_id, identity.roles(g.meeting.id))
    return files.download(opened)


def _wants_rows(form: QuestionForm) -> bool:
    """The button under the choices gives further rows, so that nobody needs a script for it."""
    if request.method == "POST" and "add_rows" in request.form:
        form.add_rows()
        return True
    return False
