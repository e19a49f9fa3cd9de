"""Repeat entries that wait to be settled."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.services import repeats

bp = APIBlueprint("repeats", __name__, enable_openapi=False)


@bp.get("/<slug>/repeats")
def index(slug: str) -> ResponseReturnValue:
    return render_template("organiser/repeats/index.html", found=repeats.unsettled(g.meeting.id))


@bp.post("/<slug>/repeats/<int:repeat_id>/dismiss")
def dismiss(slug: str, repeat_id: int) -> ResponseReturnValue:
    repeats.dismiss(g.meeting.id, repeat_id, desk.doing())
    flash(_("已处理：原来的名额不变，重复报名的参会码已失效。"), "success")
    return redirect(url_for(".index", slug=slug), 303)
