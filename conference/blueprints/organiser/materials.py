"""Materials of sessions and talks at the desk: what is there, what is missing, and all of it for the hall."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.materials import EditForm, NewForm, VersionForm
from conference.services import agenda_content, large_files, material_lists, materials
from conference.services.material_lists import Shown
from conference.services.materials import Spot
from conference.vocabulary import Malformed, Missing
from conference.web import files, hall_folder, refusals
from conference.web.filters import words

bp = APIBlueprint("materials", __name__, enable_openapi=False)
HERE = "/<slug>/agenda/materials"
ONE = f"{HERE}/<int:material_id>"


@bp.get(HERE)
def index(slug: str) -> ResponseReturnValue:
    found = material_lists.desk(g.meeting.id)
    return render_template("organiser/materials/index.html", found=found, form=NewForm(formdata=None))


@bp.get(f"{HERE}/hall.zip")
def hall(slug: str) -> ResponseReturnValue:
    """Everything in the order of the agenda, the versions that hold, for the computer in the hall."""
    now = clock.now()
    zipped = hall_folder.pieces(g.meeting, material_lists.desk(g.meeting.id), now=now)
    day = clock.local(now, g.meeting.timezone)
    return files.streamed(zipped, f"{_('会场资料')} {g.meeting.slug} {day:%m%d-%H%M}.zip", "application/zip")


@bp.route(f"{HERE}/sessions/<int:session_id>/new", methods=["GET", "POST"])
@bp.route(f"{HERE}/sessions/<int:session_id>/talks/<int:talk_id>/new", methods=["GET", "POST"])
def new(slug: str, session_id: int, talk_id: int | None = None) -> ResponseReturnValue:
    form, spot = NewForm(), Spot(session_id, talk_id)
    place = _place(spot)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            made = materials.add(g.meeting.id, spot, form.facts, form.came, desk.doing())
        if said.ok:
            flash(_("已添加“%(title)s”。", title=made.title), "success")
            return _back(spot)
    return desk.answered("organiser/materials/new.html", form, place=place, spot=spot)


@bp.route(ONE, methods=["GET", "POST"])
def edit(slug: str, material_id: int) -> ResponseReturnValue:
    """One with its versions; the POST says what it is called and who sees it."""
    found = _there(material_id)
    form = EditForm(data=_facts(found))
    if form.validate_on_submit():
        with refusals.on(form) as said:
            materials.edit(
                g.meeting.id, material_id, form.facts, desk.doing(), seen=form.seen.data, approve=form.approve.data
            )
        if said.ok:
            flash(_("已保存。"), "success")
            return _back(Spot(found.session_id, found.talk_id))
        found = _there(material_id)
        form.seen.data = found.stamp  # what the page shows now
    return _page(found, form, VersionForm(formdata=None))


@bp.post(f"{ONE}/versions")
def add_version(slug: str, material_id: int) -> ResponseReturnValue:
    form, found = VersionForm(), _there(material_id)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            if form.instead.data:
                made = materials.replace(g.meeting.id, material_id, form.seen_version, form.came, desk.doing())
            else:
                made = materials.add_version(g.meeting.id, material_id, form.came, desk.doing())
        if said.ok:
            flash(_("已上传第 %(n)s 版。", n=made.number), "success")
            return redirect(url_for(".edit", slug=slug, material_id=material_id), 303)
    return _page(found, EditForm(formdata=None, data=_facts(found)), form)


@bp.get(f"{ONE}/versions/<int:number>")
def download(slug: str, material_id: int, number: int) -> ResponseReturnValue:
    """Any version, of one that was taken down too."""
    found = material_lists.one(g.meeting.id, material_id)
    version = next((one for one in found.versions if one.number == number), None)
    if version is None or version.file_id is None:
        raise Missing
    kept = large_files.one(version.file_id)
    name = material_lists.called(agenda_content.draft(g.meeting.id), found, version)
    return files.streamed(kept.pieces(), name, kept.mimetype, kept.size)


@bp.post(f"{ONE}/<any(up,down):way>")
def step(slug: str, material_id: int, way: str) -> ResponseReturnValue:
    found = _there(material_id)
    with refusals.flashed():
        materials.step(g.meeting.id, material_id, -1 if way == "up" else 1, desk.doing())
    return _back(Spot(found.session_id, found.talk_id))


@bp.post(f"{ONE}/away")
def remove(slug: str, material_id: int) -> ResponseReturnValue:
    """It can be undone below the list."""
    with refusals.flashed():
        gone = materials.remove(g.meeting.id, material_id, desk.doing())
        flash(_("已撤下“%(title)s”。要恢复，在本页最下面。", title=gone.title), "success")
    return redirect(url_for(".index", slug=slug, _anchor="removed"), 303)


@bp.post(f"{ONE}/back")
def bring_back(slug: str, material_id: int) -> ResponseReturnValue:
    try:
        with refusals.flashed():
            back = materials.bring_back(g.meeting.id, material_id, desk.doing())
            flash(_("已恢复“%(title)s”。", title=back.title), "success")
    except Malformed as malformed:
        for fault in malformed.faults.values():
            flash(words(fault), "danger")
    return redirect(url_for(".index", slug=slug), 303)


def _there(material_id: int) -> Shown:
    found = material_lists.one(g.meeting.id, material_id)
    if found.removed_at is not None:
        raise Missing
    return found


def _facts(found: Shown) -> dict[str, str]:
    """As the form names them."""
    return {
        "title": found.title,
        "audience": found.audience.value,
        "shown": found.moment.value,
        "seen": found.stamp,
    }


def _place(spot: Spot) -> str:
    """The session and the talk in words. Raises Missing where the draft has none."""
    session = agenda_content.draft(g.meeting.id).session.get(spot.session_id)
    if session is None:
        raise Missing
    if spot.talk_id is None:
        return session.title
    talk = next((one for one in session.talks if one.id == spot.talk_id), None)
    if talk is None:
        raise Missing
    return " · ".join(one for one in (session.title, talk.unit_name, talk.title) if one)


def _page(found: Shown, form: EditForm, version_form: VersionForm) -> ResponseReturnValue:
    wrong = bool(form.errors or version_form.errors)
    return render_template(
        "organiser/materials/edit.html",
        found=found,
        place=_place(Spot(found.session_id, found.talk_id)),
        form=version_form if version_form.errors else form,
        edit_form=form,
        version_form=version_form,
    ), (422 if wrong else 200)


def _back(spot: Spot) -> ResponseReturnValue:
    anchor = f"talk-{spot.talk_id}" if spot.talk_id else f"session-{spot.session_id}"
    return redirect(url_for(".index", slug=g.meeting.slug, _anchor=anchor), 303)
