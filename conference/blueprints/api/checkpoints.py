"""Checkpoints (签到点), for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import door_schemas
from conference.blueprints.api.operations import create, listing, operation
from conference.services import checkpoints, programs
from conference.services.checkpoints import CheckpointFacts
from conference.services.idempotency import First
from conference.vocabulary import Refusal
from conference.web import bearer
from conference.web.cursors import Paging

bp = APIBlueprint("checkpoints", __name__, enable_openapi=False)


@bp.get("/meetings/<slug>/checkpoints")
@operation({200: door_schemas.Checkpoint()}, lists="checkpoints")
def index(slug: str, paging: Paging) -> Response:
    """The checkpoints, by id"""
    page = programs.checkpoint_list(bearer.meeting_id(), after_id=paging.after_id, limit=paging.limit)
    return listing(page.items, paging.next(page.last_id))


@bp.post("/meetings/<slug>/checkpoints")
@operation(
    {201: door_schemas.Checkpoint()},
    body=door_schemas.CheckpointIn(),
    creates=True,
    refusals=(Refusal.IDEMPOTENCY_MISMATCH,),
    example={"name": "东门", "kind": "venue", "reentry": False},
)
def add(slug: str, body: dict[str, Any]) -> Response:
    """A new checkpoint

    `leg` counts the boardings of a departure from 0, and only with a `departure_id`.
    """

    def deed() -> First:
        return First(
            201, programs.checkpoint(checkpoints.add(bearer.meeting_id(), CheckpointFacts(**body), bearer.doing()))
        )

    return create(body, deed)
