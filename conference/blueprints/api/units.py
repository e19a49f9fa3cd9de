"""Units (委员单位) of a meeting, for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import schemas
from conference.blueprints.api.operations import answer, create, listing, operation
from conference.services import programs, units
from conference.services.idempotency import First
from conference.services.units import UnitFacts
from conference.vocabulary import Refusal
from conference.web import bearer
from conference.web.cursors import Paging

bp = APIBlueprint("units", __name__, enable_openapi=False)

_EXAMPLE = {"name": "呼和浩特市玉泉区民政局", "province": "150000", "kind": "member", "delegate_limit": 8}


@bp.get("/meetings/<slug>/units")
@operation({200: schemas.Unit()}, lists="units")
def index(slug: str, paging: Paging) -> Response:
    """The units that take part, by id"""
    page = programs.unit_list(bearer.meeting_id(), after_id=paging.after_id, limit=paging.limit)
    return listing(page.items, paging.next(page.last_id))


@bp.post("/meetings/<slug>/units")
@operation(
    {201: schemas.Unit(), 200: schemas.Unit()},
    body=schemas.UnitIn(),
    creates=True,
    refusals=(Refusal.IDEMPOTENCY_MISMATCH,),
    example=_EXAMPLE,
)
def add(slug: str, body: dict[str, Any]) -> Response:
    """Let a unit take part; 200 for one that does already

    The same credit code, or the same name and province, is the same unit in every meeting.
    """

    def deed() -> First:
        part, is_new = units.add(bearer.meeting_id(), UnitFacts(**body), bearer.doing())
        return First(201 if is_new else 200, programs.unit(part))

    return create(body, deed)


@bp.patch("/meetings/<slug>/units/<int:unit_id>")
@operation({200: schemas.Unit()}, body=schemas.UnitChanges(), refusals=(Refusal.UNIT_EXISTS,))
def edit(slug: str, unit_id: int, body: dict[str, Any]) -> Response:
    """Change a unit, in every meeting, and its limit in this one"""
    return answer(programs.unit(units.edit(bearer.meeting_id(), unit_id, body, bearer.doing())))
