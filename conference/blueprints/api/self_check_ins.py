"""Self check-in: the delegate's own token, and the text that the venue's screen shows just now."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import door_schemas
from conference.blueprints.api.operations import answer, operation
from conference.services import self_check_ins
from conference.vocabulary import Refusal
from conference.web import bearer

bp = APIBlueprint("self_check_ins", __name__, enable_openapi=False)


@bp.post("/meetings/<slug>/self-check-ins")
@operation(
    {200: door_schemas.CheckIn()},
    body=door_schemas.SelfCheckIn(),
    refusals=(Refusal.HERE_EXPIRED,),
    example={"here": "24Q7M2K9ZRT4XW6C5HJN2"},
)
def check_in(slug: str, body: dict[str, Any]) -> Response:
    """Check oneself in at the checkpoint that the text names; same answer as a scan

    A text is good for 60 s from when the screen began to show it. One that we never made is a 422. Again at the same
    checkpoint is `already`, as with any scan.
    """
    made = self_check_ins.by_text(bearer.own_link(), body["here"], meeting_id=bearer.meeting_id(), now=bearer.now())
    return answer(made)
