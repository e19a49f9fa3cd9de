"""Who is inside at this checkpoint now."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import render_template, request
from flask.typing import ResponseReturnValue

from conference import clock
from conference.blueprints.door import place
from conference.rules.text import legible
from conference.services import inside
from conference.web import verdicts

bp = APIBlueprint("inside", __name__, url_prefix="/<slug>/<int:checkpoint_id>/inside", enable_openapi=False)


@bp.get("")
def index(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    here = place.here(checkpoint_id)
    q = legible(request.args.get("q", "")[:100]).strip()
    start = min(max(request.args.get("start", 0, type=int), 0), 1_000_000)
    return render_template(
        "door/inside/index.html",
        page=inside.page(checkpoint_id, search=q, start=start),
        q=q,
        start=start,
        when=partial(verdicts.when, now=clock.now()),
        **here,
    )
