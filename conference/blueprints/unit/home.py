"""The desk's home."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue

bp = APIBlueprint("home", __name__, url_prefix="/<int:desk_id>", enable_openapi=False)


@bp.get("/")
def index(desk_id: int) -> ResponseReturnValue:
    return render_template("unit/home/index.html", part=g.part, meeting=g.meeting)
