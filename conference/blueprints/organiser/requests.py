"""Changes that people and liaisons ask for after the freeze: read, accepted or declined, one by one or several."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk, filters
from conference.forms.requests import AnswerForm
from conference.services import change_requests
from conference.services.wishes import Request
from conference.vocabulary import ChangeWish
from conference.web import record, refusals
from conference.web.filters import words

bp = APIBlueprint("requests", __name__, enable_openapi=False)


@bp.get("/<slug>/requests")
def index(slug: str) -> ResponseReturnValue:
    settled, wish = request.args.get("state") == "settled", desk.wish("wish", ChangeWish)
    page = change_requests.page(g.meeting.id, settled=settled, wish=wish, before_id=desk.id_wish("before"))
    return render_template(
        "organiser/requests/index.html",
        page=page,
        changes={one.id: _changes(one) for one in page.items},
        settled=settled,
        wish=wish,
        wishes=list(ChangeWish),
        form=AnswerForm(),
        first=desk.id_wish("before") is None,
        frozen=change_requests.needed(g.meeting, now=clock.now()),
    )


@bp.post("/<slug>/requests")
def decide(slug: str) -> ResponseReturnValue:
    """The ticked ones; what could not be done is said, and stays open."""
    form, accept = AnswerForm(), request.form.get("accept") == "yes"
    ids = [found for text in request.form.getlist("request") if (found := filters.whole(text)) is not None]
    if not ids:
        flash(_("先勾选要答复的申请。"), "danger")
    elif not form.validate() or request.form.get("accept") not in {"yes", "no"}:
        flash(_("答复没有写好，请再看一看。"), "danger")
    else:
        decided = change_requests.decide_many(g.meeting.id, ids, accept, form.note.data or "", desk.doing())
        said = _("已同意 %(n)s 条。", n=len(decided.done)) if accept else _("已回绝 %(n)s 条。", n=len(decided.done))
        flash(said, "success" if decided.done else "info")
        for reason in dict.fromkeys(decided.refused.values()):
            n = list(decided.refused.values()).count(reason)
            flash(_("%(n)s 条没有办成：%(why)s", n=n, why=words(reason)), "danger")
    return redirect(url_for(".index", slug=slug), 303)


@bp.route("/<slug>/requests/<int:request_id>", methods=["GET", "POST"])
def show(slug: str, request_id: int) -> ResponseReturnValue:
    """One of them, with room for an answer."""
    form = AnswerForm()
    if form.validate_on_submit() and request.form.get("accept") in {"yes", "no"}:
        accept = request.form["accept"] == "yes"
        with refusals.on(form) as said:
            change_requests.decide(g.meeting.id, request_id, accept, form.note.data or "", desk.doing())
        if said.ok:
            flash(_("已同意，已经照办。") if accept else _("已回绝。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    wished = change_requests.one(g.meeting.id, request_id)
    return desk.answered("organiser/requests/show.html", form, wished=wished, changes=_changes(wished))


def _changes(wished: Request) -> list[record.Change]:
    """What is asked for, in words."""
    return [
        record.Change(record.label(one.field, "delegate"), *record.spoken("delegate", one.field, one.before, one.after))
        for one in wished.changes
    ]
