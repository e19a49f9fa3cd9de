"""Screens in the hall: added, shown with address and QR, looked at beforehand, blanked all at once."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from conference import clock
from conference.blueprints.organiser import desk
from conference.documents import qr
from conference.forms.walls import WallForm
from conference.services import checkpoints, wall_names, walls
from conference.web import refusals, wall_pages

bp = APIBlueprint("walls", __name__, enable_openapi=False)
ONE = "/<slug>/walls/<int:wall_id>"


@bp.get("/<slug>/walls")
def index(slug: str) -> ResponseReturnValue:
    found = walls.listed(g.meeting.id, now=clock.now())
    return render_template("organiser/walls/index.html", found=found, held=wall_names.held(g.meeting.id).total)


@bp.route("/<slug>/walls/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    form = _form(WallForm())
    if form.validate_on_submit():
        with refusals.on(form) as said:
            wall = walls.add(g.meeting.id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已添加。请在大屏的电脑上打开下面的地址。"), "success")
            return redirect(url_for(".show", slug=slug, wall_id=wall.id), 303)
    return desk.answered("organiser/walls/new.html", form)


@bp.get(ONE)
def show(slug: str, wall_id: int) -> ResponseReturnValue:
    """Its private address, again and again: whoever has it has the wall's picture, and nothing else."""
    wall = walls.one(g.meeting.id, wall_id)
    address = walls.address(wall, public_url=current_app.config["PUBLIC_URL"])
    picture = Markup(qr.svg(address, title=_("大屏地址的二维码")))  # noqa: S704 — our own drawing, its title escaped
    return render_template("organiser/walls/show.html", wall=wall, address=address, picture=picture)


@bp.route(f"{ONE}/edit", methods=["GET", "POST"])
def edit(slug: str, wall_id: int) -> ResponseReturnValue:
    wall = walls.one(g.meeting.id, wall_id)
    held = {"name": wall.name, "checkpoint_id": str(wall.checkpoint_id or ""), "surname_only": wall.surname_only}
    form = _form(WallForm(data=held))
    form.kind.data = wall.kind.value  # Who set the screen up knows what it shows; the verb keeps it too.
    if form.validate_on_submit():
        with refusals.on(form) as said:
            walls.edit(g.meeting.id, wall_id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已保存，大屏几秒内跟着变。"), "success")
            return redirect(url_for(".show", slug=slug, wall_id=wall_id), 303)
    return desk.answered("organiser/walls/edit.html", form, wall=wall)


@bp.post(f"{ONE}/revoke")
def revoke(slug: str, wall_id: int) -> ResponseReturnValue:
    walls.revoke(g.meeting.id, wall_id, desk.doing())
    flash(_("已停用：这块大屏的地址打不开了，开着的画面几秒内消失。"), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.get(f"{ONE}/preview")
def preview(slug: str, wall_id: int) -> ResponseReturnValue:
    """The wall as the hall sees it, in the organiser's own browser; it is no contact of the wall's."""
    wall = walls.one(g.meeting.id, wall_id)
    address = url_for(".preview_picture", slug=slug, wall_id=wall_id)
    return wall_pages.page(wall, g.meeting, address, now=clock.now(), preview=True)


@bp.get(f"{ONE}/preview/picture")
def preview_picture(slug: str, wall_id: int) -> Response:
    return wall_pages.picture(walls.one(g.meeting.id, wall_id), g.meeting, now=clock.now())


@bp.post("/<slug>/walls/blank")
def blank(slug: str) -> ResponseReturnValue:
    walls.blank(g.meeting.id, desk.doing())
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<slug>/walls/show-again")
def show_again(slug: str) -> ResponseReturnValue:
    walls.show_again(g.meeting.id, desk.doing())
    return redirect(url_for(".index", slug=slug), 303)


def _form(form: WallForm) -> WallForm:
    form.offer((point.id, point.name) for point in checkpoints.listed(g.meeting.id))
    return form
