"""The scanner on a tablet that stands alone (自助机): the camera and the verdict, and nothing else."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template
from flask.typing import ResponseReturnValue

from conference.blueprints.door import place
from conference.rules.names import COMPOUND
from conference.web import headers, verdicts

bp = APIBlueprint("kiosk", __name__, url_prefix="/<slug>/<int:checkpoint_id>/kiosk", enable_openapi=False)


@bp.get("")
def show(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    return _page(checkpoint_id)


@bp.get("/shell")
def shell(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    """The same page with nothing in it about anybody, for a tablet to open where there is no network."""
    return headers.conditional(_page(checkpoint_id, kept=True))


def _page(checkpoint_id: int, *, kept: bool = False) -> str:
    return render_template(
        "door/kiosk/show.html",
        kept=kept,
        spoken=verdicts.spoken(),
        compound="".join(sorted(COMPOUND)),
        **place.here(checkpoint_id),
    )
