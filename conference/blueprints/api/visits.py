"""Site visits (参访): stops, departures and who has a seat, for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import visits_schemas
from conference.blueprints.api.operations import answer, create, listing, operation
from conference.rules.visits_planning_answers import Undecided
from conference.services import meetings, programs, visits, visits_planning, visits_seats
from conference.services.idempotency import First
from conference.services.visits import DepartureFacts, StayFacts, StopFacts
from conference.services.visits_planning import Asked, Unplanned
from conference.services.visits_seats import By
from conference.vocabulary import Problem, Refusal
from conference.web import bearer, problems, visits_words
from conference.web.cursors import Paging

bp = APIBlueprint("visits", __name__, enable_openapi=False)


@bp.get("/meetings/<slug>/stops")
@operation({200: visits_schemas.Stop()}, lists="stops")
def stops(slug: str, paging: Paging) -> Response:
    """The stops, by id"""
    page = programs.stop_list(bearer.meeting_id(), after_id=paging.after_id, limit=paging.limit)
    return listing(page.items, paging.next(page.last_id))


@bp.post("/meetings/<slug>/stops")
@operation(
    {201: visits_schemas.Stop()},
    body=visits_schemas.StopIn(),
    creates=True,
    refusals=(Refusal.MEETING_OVER, Refusal.IDEMPOTENCY_MISMATCH),
    example={"name": "民和社区", "address": "开源街道", "capacity": 140},
)
def add_stop(slug: str, body: dict[str, Any]) -> Response:
    """A new stop"""
    return create(
        body,
        lambda: First(201, programs.stop(visits.add_stop(bearer.meeting_id(), StopFacts(**body), bearer.doing()))),
    )


@bp.get("/meetings/<slug>/departures")
@operation({200: visits_schemas.Departure()}, lists="departures")
def departures(slug: str, paging: Paging) -> Response:
    """The departures, by id"""
    page = programs.departure_list(bearer.meeting_id(), after_id=paging.after_id, limit=paging.limit)
    return listing(page.items, paging.next(page.last_id))


@bp.post("/meetings/<slug>/departures")
@operation(
    {201: visits_schemas.Departure()},
    body=visits_schemas.DepartureIn(),
    creates=True,
    refusals=(Refusal.STOP_OVER_CAPACITY, Refusal.MEETING_OVER, Refusal.IDEMPOTENCY_MISMATCH),
    example={
        "name": "1号车",
        "leaves_at": "2026-07-19T14:00:00+08:00",
        "seats": 45,
        "stops": [{"stop_id": 1, "arrives_at": "2026-07-19T14:20:00+08:00", "leaves_at": "2026-07-19T15:00:00+08:00"}],
    },
)
def add_departure(slug: str, body: dict[str, Any]) -> Response:
    """A new departure

    Its seats count at each stop from arriving to leaving; leaving and arriving at the same minute do not meet.
    """
    facts = DepartureFacts(**{**body, "stops": [StayFacts(**stay) for stay in body["stops"]]})

    def deed() -> First:
        made = visits.add_departure(bearer.meeting_id(), facts, bearer.doing())
        return First(201, programs.departure(made, waitlisted=0))

    return create(body, deed)


@bp.post("/meetings/<slug>/departures/<int:departure_id>/sign-ups")
@operation(
    {201: visits_schemas.SignUp()},
    body=visits_schemas.SignUpIn(),
    creates=True,
    refusals=(
        Refusal.NOT_ELIGIBLE,
        Refusal.TIME_CONFLICT,
        Refusal.MEETING_OVER,
        Refusal.IDEMPOTENCY_MISMATCH,
    ),
    example={"delegate_id": 12},
)
def sign_up(slug: str, departure_id: int, body: dict[str, Any]) -> Response:
    """A seat, or a place in the line for one

    Again for the same delegate: the sign-up as it stands now.
    """

    def deed() -> First:
        made = visits.sign_up(bearer.meeting_id(), departure_id, body["delegate_id"], bearer.doing())
        return First(201, programs.sign_up(made), delegate_id=body["delegate_id"])

    return create(body, deed)


@bp.delete("/meetings/<slug>/departures/<int:departure_id>/sign-ups/<int:delegate_id>")
@operation({204: None}, refusals=(Refusal.MEETING_OVER,))
def leave(slug: str, departure_id: int, delegate_id: int) -> Response:
    """Give the seat back; the first in line moves up at once"""
    visits_seats.give_back(bearer.meeting_id(), departure_id, delegate_id, bearer.doing(), by=By.ORGANISER)
    return Response(status=204)


@bp.post("/meetings/<slug>/departures/plan")
@operation(
    {200: visits_schemas.Plan()},
    body=visits_schemas.PlanIn(),
    refusals=(Refusal.NO_PLAN,),
    example={
        "party_sizes": [45, 45, 45],
        "window": {"starts_at": "2026-07-19T14:00:00+08:00", "ends_at": "2026-07-19T17:30:00+08:00"},
        "stay_minutes": 40,
        "ride_minutes": 20,
    },
)
def plan(slug: str, body: dict[str, Any]) -> Response:
    """A plan for so many parties; nothing is written

    Each from the hall and back within the window, every stop once, no stop over its capacity. 409 `no_plan` names the
    narrow stop or time, and stands only where there is none; what was not found out in time is a 503 `undecided`.
    """
    window = body["window"]
    asked = Asked(
        body["party_sizes"], window["starts_at"], window["ends_at"], body["stay_minutes"], body["ride_minutes"]
    )
    try:
        found = visits_planning.proposed(bearer.meeting_id(), asked)
    except Unplanned as unplanned:
        said = visits_words.no_plan(unplanned, meetings.by_id(bearer.meeting_id()).timezone)
        return problems.respond({**problems.refused(unplanned.refusal), "detail": said})
    if isinstance(found, Undecided):
        return problems.respond(problems.body(503, Problem.UNDECIDED))
    return answer({"departures": programs.plan(found, asked.party_sizes)})
