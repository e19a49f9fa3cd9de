"""Papers (证件打印): what there is to print, for whom; few pages at once, many by the worker."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk, paper_asked
from conference.blueprints.organiser.paper_asked import Asked
from conference.documents.printing import Unprintable
from conference.forms.papers import PrintForm
from conference.services import paper_making, paper_people, paper_runs
from conference.services import papers as settings
from conference.services.paper_making import Order
from conference.vocabulary import PaperKind
from conference.web import identity, printing, refusals
from conference.web.filters import words

bp = APIBlueprint("papers", __name__, enable_openapi=False)
SHOWN = 12
ON_LABELS = (PaperKind.LABEL, PaperKind.SEAT_STICKER)
KINDS = ",".join(paper_making.MAKERS)


@bp.get("/<slug>/papers")
def index(slug: str) -> ResponseReturnValue:
    """The kinds; a selection in the address goes along to each."""
    selected = bool(request.args)
    asked = paper_asked.read(request.args, PaperKind.BADGE)
    return render_template(
        "organiser/papers/index.html",
        kinds=list(paper_making.MAKERS),
        kept=asked.whom if selected else {},
        selected=len(asked.people) if selected else None,
        runs=paper_runs.listed(g.meeting.id, now=clock.now()),
    )


@bp.route(f"/<slug>/papers/<any({KINDS}):kind>", methods=["GET", "POST"])
def make(slug: str, kind: str) -> ResponseReturnValue:
    """Whom it is for, and how many pages; the POST looks again, or makes it."""
    asked, missing = paper_asked.read(request.args, PaperKind(kind)), ""
    form = PrintForm(data=asked.typed)
    if form.validate_on_submit():
        with refusals.on(form):
            asked = paper_asked.of_form(form, request.form, asked.kind)
            if "look" in request.form:
                return redirect(url_for(".make", slug=slug, kind=kind, **asked.address), 303)
            if asked.kind in ON_LABELS and asked.first > (most := _order(asked).on_a_sheet):
                form.first.errors = [_("这种标签纸每张 %(n)s 个。", n=most)]
                return _page(asked, form, missing)
            try:
                return _made(asked, form)
            except Unprintable as problem:
                missing = printing.whose(problem.whose)
    return _page(asked, form, missing)


@bp.get("/<slug>/papers/runs/<int:run_id>")
def run(slug: str, run_id: int) -> ResponseReturnValue:
    return render_template("organiser/papers/run.html", run=paper_runs.one(g.meeting.id, run_id, now=clock.now()))


@bp.get("/<slug>/papers/runs/<int:run_id>/progress")
def progress(slug: str, run_id: int) -> ResponseReturnValue:
    """The part of the page that is asked for again while it is made."""
    found = paper_runs.one(g.meeting.id, run_id, now=clock.now())
    return render_template("organiser/papers/_progress.html", run=found)


@bp.get("/<slug>/papers/runs/<int:run_id>/file")
def file(slug: str, run_id: int) -> ResponseReturnValue:
    made = paper_runs.opened(g.meeting.id, run_id, now=clock.now())
    return printing.handed_out(made.content, _name(made.kind, made.suffix))


def _made(asked: Asked, form: PrintForm) -> ResponseReturnValue:
    """The paper itself where it is short, else the page of the run that makes it. Raises Unprintable and Refused."""
    people, order = asked.people, _order(asked)
    pages = paper_making.pages(order, people)
    if pages > settings.AT_ONCE:
        run_id = paper_runs.ask(
            g.meeting.id,
            identity.signed_in().id,
            asked.kind,
            people,
            total=pages,
            first=asked.first,
            nonce=form.nonce.data,
            doing=desk.doing(),
        )
        return redirect(url_for(".run", slug=g.meeting.slug, run_id=run_id), 303)
    if "skip" in request.form:
        people = paper_making.printable(asked.kind, people)[0]
    made = paper_making.at_once(order, people)
    paper_runs.made_at_once(g.meeting.id, asked.kind, people, desk.doing())
    return printing.handed_out(made, _name(asked.kind, "pdf"))


def _page(asked: Asked, form: PrintForm, missing: str) -> ResponseReturnValue:
    people, order = asked.people, _order(asked)
    return render_template(
        "organiser/papers/make.html",
        form=form,
        asked=asked,
        people=people,
        first=people[:SHOWN],
        pages=paper_making.pages(order, people),
        at_once=settings.AT_ONCE,
        missing=missing,
        on_labels=asked.kind in ON_LABELS,
        personal=asked.kind in paper_people.PERSONAL,
        unread=list(dict.fromkeys(one.unit for one in people if one.unread)),
    ), 422 if form.errors or missing else 200


def _order(asked: Asked) -> Order:
    return Order(
        g.meeting,
        asked.kind,
        settings.of(g.meeting.id),
        current_app.config["PUBLIC_URL"],
        first=asked.first,
    )


def _name(kind: PaperKind, suffix: str) -> str:
    moment = clock.local(clock.now(), g.meeting.timezone)
    return f"{words(kind)}-{g.meeting.slug}-{moment:%Y%m%d-%H%M}.{suffix}"
