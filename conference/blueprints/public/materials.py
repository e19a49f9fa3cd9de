"""Materials for who reads the agenda: what they may see of a session, and the files themselves."""

from __future__ import annotations

from collections.abc import Sequence

from apiflask import APIBlueprint
from flask import g
from flask.typing import ResponseReturnValue

from conference import clock
from conference.rules.agenda import Session, Talk
from conference.services import live_access, material_lists
from conference.services.material_lists import Shown
from conference.web import files, identity

bp = APIBlueprint("materials", __name__, url_prefix="/m/<slug>/agenda/materials", enable_openapi=False)


@bp.get("/<int:material_id>")
def download(slug: str, material_id: int) -> ResponseReturnValue:
    """The version that holds, to be saved."""
    kept, name = material_lists.for_reader(g.meeting, material_id, delegate=_is_delegate(), now=clock.now())
    return files.streamed(kept.pieces(), name, kept.mimetype, kept.size)


@bp.app_template_global("materials_of")
def materials_of(session: Session, talk: Talk | None) -> Sequence[Shown]:
    """What this reader sees of a talk, or of a session as a whole; a page asks once for all of a session."""
    held: dict[int, Sequence[Shown]] = g.setdefault("materials", {})
    if session.id not in held:
        now = clock.now()
        over = material_lists.over(g.meeting, session, now=now)
        held[session.id] = material_lists.seen(g.meeting, session, delegate=_is_delegate(), over=over)
    return [one for one in held[session.id] if one.talk_id == (talk.id if talk else None)]


def _is_delegate() -> bool:
    if "reads_as_delegate" in g:  # the page has asked already
        return bool(g.reads_as_delegate)
    held = identity.held_links()
    return bool(held) and live_access.of(g.meeting, held).is_delegate
