"""The roster, for scanners that work without a network."""

from __future__ import annotations

import re

from apiflask import APIBlueprint
from flask import Response, request

from conference.blueprints.api import door_schemas
from conference.blueprints.api.operations import answer, operation
from conference.services import roster
from conference.services.roster import Position
from conference.vocabulary import Fault, Malformed
from conference.web import bearer, cursors
from conference.web.addresses import LARGEST_ID

bp = APIBlueprint("roster", __name__, enable_openapi=False)

KIND = "roster"
_QUERY = {
    "checkpoint_id": {"required": True, "schema": {"type": "integer", "minimum": 1}},
    "cursor": {"schema": {"type": "string"}},
}


@bp.get("/meetings/<slug>/roster")
@operation({200: door_schemas.Roster()}, query=_QUERY)
def show(slug: str) -> Response:
    """What a scanner needs to decide alone, then only what changed

    Without a cursor from the beginning; go on with `cursor` while `more`, keep the last one, and come back with it
    for what has changed since. A change may be told twice, never not at all. One item a code: replaced codes are
    `removed`.
    """
    checkpoint_id = _checkpoint_id()
    bearer.stand_at(checkpoint_id)
    page = roster.page(bearer.meeting_id(), checkpoint_id, _position(checkpoint_id))
    there = page.position
    cursor = cursors.write(KIND, checkpoint_id, there.since, there.until, there.after_id, there.line_id)
    return answer({"items": page.items, "cursor": cursor, "more": page.more})


def _checkpoint_id() -> int:
    text = request.args.get("checkpoint_id", "")
    if not text:
        raise Malformed({"checkpoint_id": Fault.REQUIRED})
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise Malformed({"checkpoint_id": Fault.NOT_A_NUMBER})
    if int(text) > LARGEST_ID:
        raise Malformed({"checkpoint_id": Fault.UNKNOWN_ID})
    return int(text)


def _position(checkpoint_id: int) -> Position:
    """Where the cursor says that the scanner stands; it is good for the checkpoint that it was given for."""
    if "cursor" not in request.args:
        return Position()
    of, *numbers = cursors.read(KIND, request.args["cursor"], 5)
    if of != checkpoint_id:
        raise Malformed({"cursor": Fault.NOT_A_CURSOR})
    return Position(*numbers)
