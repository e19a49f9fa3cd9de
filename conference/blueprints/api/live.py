"""Watching, by the delegate's own token."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import online_schemas
from conference.blueprints.api.operations import operation
from conference.services import beats
from conference.vocabulary import Refusal
from conference.web import bearer

bp = APIBlueprint("live", __name__, enable_openapi=False)


@bp.post("/meetings/<slug>/live/beats")
@operation({204: None}, body=online_schemas.Beat(), body_optional=True, refusals=(Refusal.NOT_ACTIVE,))
def beat(slug: str, body: dict[str, Any]) -> Response:
    """Say that one is watching

    Every 30 s while it plays and is visible: a person is watching from a beat until 90 s after it. Beats and tabs of
    one person are joined.
    """
    beats.beat(bearer.meeting_id(), bearer.own_link().delegate_id, now=bearer.now())
    return Response(status=204)
