"""Viewing rooms (集体收看点), for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import online_schemas
from conference.blueprints.api.operations import answer, create, listing, operation
from conference.services import programs, viewing_rooms
from conference.services.idempotency import First
from conference.services.viewing_rooms import RoomFacts
from conference.vocabulary import Refusal
from conference.web import bearer
from conference.web.cursors import Paging

bp = APIBlueprint("viewing_rooms", __name__, enable_openapi=False)


@bp.get("/meetings/<slug>/viewing-rooms")
@operation({200: online_schemas.ViewingRoom()}, lists="viewing-rooms")
def index(slug: str, paging: Paging) -> Response:
    """The viewing rooms, by id; `host` is null for a `read` token"""
    found = viewing_rooms.listed(bearer.meeting_id(), after_id=paging.after_id, limit=paging.limit + 1)
    shown = [programs.viewing_room(room, personal=bearer.personal()) for room in found[: paging.limit]]
    return listing(shown, paging.next(shown[-1]["id"] if len(found) > paging.limit else None))


@bp.post("/meetings/<slug>/viewing-rooms")
@operation(
    {201: online_schemas.ViewingRoom()},
    body=online_schemas.ViewingRoomIn(),
    creates=True,
    refusals=(Refusal.IDEMPOTENCY_MISMATCH,),
    example={"unit_id": 3, "place": "三楼会议室", "host": "王敏", "headcount": 12},
)
def declare(slug: str, body: dict[str, Any]) -> Response:
    """A room that watches one screen together

    It counts once it is approved.
    """

    def deed() -> First:
        room = viewing_rooms.declare(bearer.meeting_id(), RoomFacts(**body), bearer.doing())
        return First(201, programs.viewing_room(room, personal=True))

    return create(body, deed)


@bp.post("/meetings/<slug>/viewing-rooms/<int:room_id>/approve")
@operation({200: online_schemas.ViewingRoom()})
def approve(slug: str, room_id: int) -> Response:
    """Count it; again changes nothing"""
    return answer(
        programs.viewing_room(viewing_rooms.approve(bearer.meeting_id(), room_id, bearer.doing()), personal=True)
    )
