"""Meetings, for programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import schemas
from conference.blueprints.api.operations import answer, create, operation
from conference.services import meetings, programs
from conference.services.idempotency import First
from conference.services.meetings import Host, Plan
from conference.vocabulary import Malformed, Mode, Problem, Refusal
from conference.web import bearer
from conference.web.problems import Unwelcome

bp = APIBlueprint("meetings", __name__, enable_openapi=False)

_EXAMPLE = {
    "slug": "promotion-2026",
    "title": "城乡社区治理推进会",
    "theme": "共建共治共享",
    "place": "大同会堂",
    "province": "140000",
    "timezone": "Asia/Shanghai",
    "starts_at": "2026-07-19T08:30:00+08:00",
    "ends_at": "2026-07-19T18:00:00+08:00",
    "status": "open",
    "hosts": [{"name": "示例委员会", "role": "host"}],
    "capacity": {"in_person": 360, "online": None},
    "registration": {
        "opens_at": "2026-06-01T00:00:00+08:00",
        "closes_at": "2026-07-18T18:00:00+08:00",
        "approval": "automatic",
        "open_to": "link",
    },
}


@bp.post("/meetings")
@operation(
    {201: schemas.Meeting()},
    body=schemas.MeetingIn(),
    creates=True,
    refusals=(Refusal.SLUG_TAKEN, Refusal.IDEMPOTENCY_MISMATCH),
    example=_EXAMPLE,
)
def make(body: dict[str, Any]) -> Response:
    """A new meeting, with a venue checkpoint of its own

    A token tied to one meeting makes no others (403).
    """
    if bearer.tied():
        raise Unwelcome(403, Problem.WRONG_MEETING)
    facts = _flat(body)
    facts["hosts"] = _hosts(body["hosts"])

    def deed() -> First:
        with _named_as_sent():
            made = meetings.make(Plan(**facts), bearer.doing())
        return First(201, programs.meeting(made.id))

    return create(body, deed)


@bp.get("/meetings/<slug>")
@operation({200: schemas.Meeting()})
def show(slug: str) -> Response:
    """A meeting"""
    return answer(programs.meeting(bearer.meeting_id()))


@bp.patch("/meetings/<slug>")
@operation(
    {200: schemas.Meeting()},
    body=schemas.MeetingChanges(),
    refusals=(Refusal.CAPACITY_BELOW_TAKEN, Refusal.SLUG_TAKEN),
    example={"capacity": {"in_person": 400}},
)
def edit(slug: str, body: dict[str, Any]) -> Response:
    """Change some of a meeting; merges one level into `capacity` and `registration`

    A raised capacity moves the line at once.
    """
    changes = _flat(body)
    if "hosts" in body:
        changes["hosts"] = _hosts(body["hosts"])
    with _named_as_sent():
        meetings.edit(bearer.meeting_id(), changes, bearer.doing())
    return answer(programs.meeting(bearer.meeting_id()))


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """The fields as the service names them."""
    facts = {name: value for name, value in body.items() if name not in {"capacity", "registration", "hosts"}}
    names = {"opens_at": "registration_opens_at", "closes_at": "registration_closes_at"}
    facts |= {names.get(name, name): value for name, value in body.get("registration", {}).items()}
    if "capacity" in body:
        facts["capacity"] = {Mode(name): value for name, value in body["capacity"].items()}
    return facts


def _hosts(hosts: list[dict[str, Any]]) -> list[Host]:
    return [Host(host["name"], host["role"]) for host in hosts]


@contextmanager
def _named_as_sent() -> Iterator[None]:
    """A fault of the registration is named by where it stood in the body."""
    try:
        yield
    except Malformed as error:
        raise Malformed(
            {name.replace("registration_", "registration."): fault for name, fault in error.faults.items()}
        ) from None
