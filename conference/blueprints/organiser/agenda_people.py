"""The people of the agenda: who they are, what they do, which two are one, which delegates come to it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.forms.agenda_people import MergeForm, OtherForm, PersonForm, TickForm
from conference.services import agenda_delegates, agenda_people, agenda_people_editing
from conference.services.agenda_people_editing import PersonFacts
from conference.web import opened, refusals

bp = APIBlueprint("agenda_people", __name__, enable_openapi=False)
PERSON = "/<slug>/agenda/people/<int:person_id>"


@bp.get("/<slug>/agenda/people")
def index(slug: str) -> ResponseReturnValue:
    search = desk.search()
    found = agenda_people.listed(g.meeting.id, search)
    return render_template("organiser/agenda_people/index.html", found=found, search=search)


@bp.get("/<slug>/agenda/people/find")
def find(slug: str) -> ResponseReturnValue:
    """Suggestions for a field that names somebody of the agenda."""
    search = desk.search()
    found = agenda_people.find(g.meeting.id, search) if search else []
    return render_template("organiser/agenda_people/_found.html", found=found)


@bp.get("/<slug>/agenda/people/find-delegate")
def find_delegate(slug: str) -> ResponseReturnValue:
    """Suggestions for a field that names a delegate."""
    search = desk.search()
    found = agenda_delegates.find(g.meeting.id, search) if search else []
    return render_template("organiser/agenda_people/_found_delegates.html", found=found)


@bp.route("/<slug>/agenda/people/delegates", methods=["GET", "POST"])
def delegates(slug: str) -> ResponseReturnValue:
    """Delegates to be ticked; the POST puts them on the agenda."""
    form = TickForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            ticked = form.ticked(request.form.getlist("delegate"))
            taken = agenda_delegates.take(g.meeting.id, ticked, desk.doing())
        if said.ok:
            flash(ngettext("已添加 %(num)s 人。", "已添加 %(num)s 人。", taken), "success" if taken else "info")
            return redirect(url_for(".index", slug=slug), 303)
    search = desk.search()
    found, more = agenda_delegates.candidates(g.meeting.id, search)
    return desk.answered("organiser/agenda_people/delegates.html", form, found=found, more=more, search=search)


@bp.route("/<slug>/agenda/people/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = PersonForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            wanted = form.wanted(agenda_delegates.meant(g.meeting.id, form.delegate.data, form.chosen_delegate))
            agenda_people_editing.add(g.meeting.id, PersonFacts(**wanted), desk.doing(), portrait=form.picture)
        if said.ok:
            flash(_("已添加。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/agenda_people/new.html", form)


@bp.route(PERSON, methods=["GET", "POST"])
def edit(slug: str, person_id: int) -> ResponseReturnValue:
    """What others saved while the form was open stays, where this one did not touch it; where both did, one chooses."""
    facts = agenda_people_editing.said(agenda_people.one(g.meeting.id, person_id))
    named = {"delegate": agenda_delegates.spoken(facts["delegate_id"]), "opened": opened.write(facts)}
    form = PersonForm(data=facts | named)
    before = opened.read(form.opened.data)
    wished = form.wanted(form.chosen_delegate)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            wished = form.wanted(agenda_delegates.meant(g.meeting.id, form.delegate.data, form.chosen_delegate))
            merged = agenda_people_editing.edit(
                g.meeting.id,
                person_id,
                opened.without_theirs(wished),
                desk.doing(),
                opened=before,
                portrait=form.picture,
                drop_portrait=bool(form.drop_portrait.data),
            )
        if said.ok:
            flash(_("已保存。"), "success")
            if merged.theirs:
                flash(opened.kept(merged.theirs), "info")
            return redirect(url_for(".index", slug=slug, _anchor=f"person-{person_id}"), 303)
    person = agenda_people.one(g.meeting.id, person_id)
    facts = agenda_people_editing.said(person)
    clashes = opened.shown("agenda_person", before, facts, wished) if form.errors else []
    form.opened.data = opened.write(facts) if clashes else form.opened.data
    return desk.answered(
        "organiser/agenda_people/edit.html",
        form,
        wrong=409 if clashes else 422,
        person=person,
        tasks=agenda_people.tasks(g.meeting.id, person_id),
        clashes=clashes,
        who=opened.who(g.meeting.id, "agenda_person", person_id) if clashes else "",
    )


@bp.get(f"{PERSON}/portrait")
def portrait(slug: str, person_id: int) -> ResponseReturnValue:
    """As the draft has it; the address carries which one it is."""
    found = agenda_people.draft_portrait(g.meeting.id, person_id)
    answer = Response(found.content, mimetype=found.mimetype)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


@bp.route(f"{PERSON}/away", methods=["GET", "POST"])
def remove(slug: str, person_id: int) -> ResponseReturnValue:
    """Asks, and says what they do; the POST does it."""
    person = agenda_people.one(g.meeting.id, person_id)
    if request.method == "POST":
        onward = url_for(".remove", slug=slug, person_id=person_id)
        with refusals.flashed():
            agenda_people_editing.remove(g.meeting.id, person_id, desk.doing())
            flash(_("已删除“%(name)s”。", name=person.name), "success")
            onward = url_for(".index", slug=slug)
        return redirect(onward, 303)
    return render_template(
        "organiser/agenda_people/remove.html",
        person=person,
        tasks=agenda_people.tasks(g.meeting.id, person_id),
        released=agenda_people.released_tasks(g.meeting.id, person_id),
    )


@bp.route(f"{PERSON}/merge", methods=["GET", "POST"])
def choose(slug: str, person_id: int) -> ResponseReturnValue:
    """Whom they are to be compared with."""
    person, form = agenda_people.one(g.meeting.id, person_id), OtherForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            other_id = form.chosen or agenda_people.named(g.meeting.id, form.other.data, besides=person_id)
        if said.ok:
            return redirect(url_for(".compare", slug=slug, person_id=person_id, other_id=other_id), 303)
    twins = agenda_people.twins(person)
    return desk.answered("organiser/agenda_people/choose.html", form, person=person, twins=twins)


@bp.route(f"{PERSON}/merge/<int:other_id>", methods=["GET", "POST"])
def compare(slug: str, person_id: int, other_id: int) -> ResponseReturnValue:
    """Both side by side, and which of them is kept."""
    if person_id == other_id:
        return redirect(url_for(".choose", slug=slug, person_id=person_id), 303)
    both = [agenda_people.one(g.meeting.id, one) for one in (person_id, other_id)]
    form = MergeForm(data={"keep": str(agenda_people.better(*both).id)})
    form.keep.choices = [(str(one.id), f"{one.name} · {one.unit_name or one.position or '—'}") for one in both]
    if form.validate_on_submit():
        keep_id = int(form.keep.data)
        with refusals.on(form) as said:
            drop_id = person_id + other_id - keep_id
            kept = agenda_people_editing.merge(g.meeting.id, keep_id, drop_id, desk.doing())
        if said.ok:
            flash(_("已合并为“%(name)s”。", name=kept.name), "success")
            return redirect(url_for(".index", slug=slug, _anchor=f"person-{kept.id}"), 303)
    shown = [(one, agenda_people.tasks(g.meeting.id, one.id), agenda_delegates.spoken(one.delegate_id)) for one in both]
    return desk.answered("organiser/agenda_people/compare.html", form, both=shown)
