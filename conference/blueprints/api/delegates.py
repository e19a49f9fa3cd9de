"""Delegates (代表), for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import schemas
from conference.blueprints.api.operations import answer, create, listing, operation
from conference.services import delegates, programs, registration
from conference.services.idempotency import First
from conference.services.registration import Entry
from conference.vocabulary import Origin, Refusal
from conference.web import bearer
from conference.web.cursors import Paging

bp = APIBlueprint("delegates", __name__, enable_openapi=False)

_ADDRESS = "/meetings/<slug>/delegates/<int:delegate_id>"
_EXAMPLE = {"name": "李然", "unit_id": 1, "mode": "in_person", "phone": "13800000001", "position": "科员"}


@bp.get("/meetings/<slug>/delegates")
@operation({200: schemas.Delegate()}, lists="delegates")
def index(slug: str, paging: Paging) -> Response:
    """The delegates, by id

    A `read` token gets null for name, code and position; phone and e-mail are never in an answer.
    """
    page = programs.delegate_list(
        bearer.meeting_id(), after_id=paging.after_id, limit=paging.limit, personal=bearer.personal()
    )
    return listing(page.items, paging.next(page.last_id))


@bp.post("/meetings/<slug>/delegates")
@operation(
    {201: schemas.Delegate()},
    body=schemas.DelegateIn(),
    creates=True,
    refusals=(
        Refusal.REGISTRATION_CLOSED,
        Refusal.ALREADY_REGISTERED,
        Refusal.UNIT_FULL,
        Refusal.UNIT_MODE_FULL,
        Refusal.IDEMPOTENCY_MISMATCH,
    ),
    example=_EXAMPLE,
)
def register(slug: str, body: dict[str, Any]) -> Response:
    """Enter a person; where their mode is full they wait, with their place in the line"""
    late = body.pop("late")

    def deed() -> First:
        doing = bearer.doing()
        made = registration.register(
            bearer.meeting_id(),
            Entry(**{**body, "position": body["position"] or ""}),
            actor=doing.actor,
            origin=Origin.PROGRAM,
            public_url=doing.public_url,
            now=doing.now,
            late=late,
        )
        told = programs.registered(made, personal=bearer.personal()) | {
            "access_url": f"{doing.public_url}/p/{made.token}"
        }
        return First(201, told, once=("access_url",), delegate_id=made.delegate_id)

    return create({**body, "late": late}, deed)


@bp.get(_ADDRESS)
@operation({200: schemas.Delegate()})
def show(slug: str, delegate_id: int) -> Response:
    """A delegate"""
    return answer(_told(delegate_id))


@bp.patch(_ADDRESS)
@operation(
    {200: schemas.Delegate()},
    body=schemas.DelegateChanges(),
    refusals=(Refusal.NOT_ACTIVE, Refusal.ALREADY_REGISTERED, Refusal.UNIT_FULL, Refusal.UNIT_MODE_FULL),
    example={"mode": "online"},
)
def edit(slug: str, delegate_id: int, body: dict[str, Any]) -> Response:
    """Change some of a delegate

    A `mode` that is full is waited for with the old place kept (`waiting_for`); back to the old one drops the wish.
    """
    if "position" in body:
        body["position"] = body["position"] or ""
    delegates.edit(bearer.meeting_id(), delegate_id, body, bearer.doing())
    return answer(_told(delegate_id))


@bp.post(f"{_ADDRESS}/confirm")
@operation({200: schemas.Delegate()}, body=schemas.Nothing(), body_optional=True, refusals=(Refusal.NOT_ACTIVE,))
def confirm(slug: str, delegate_id: int, body: dict[str, Any]) -> Response:
    """The organiser's yes to a pending one; where the mode is full they wait"""
    delegates.confirm(bearer.meeting_id(), delegate_id, bearer.doing())
    return answer(_told(delegate_id))


@bp.post(f"{_ADDRESS}/decline")
@operation({200: schemas.Delegate()}, body=schemas.OptionalReason(), body_optional=True, refusals=(Refusal.NOT_ACTIVE,))
def decline(slug: str, delegate_id: int, body: dict[str, Any]) -> Response:
    """The organiser's no"""
    delegates.decline(bearer.meeting_id(), delegate_id, bearer.doing(), reason=body["reason"] or "")
    return answer(_told(delegate_id))


@bp.post(f"{_ADDRESS}/cancel")
@operation({200: schemas.Delegate()}, body=schemas.OptionalReason(), body_optional=True, refusals=(Refusal.NOT_ACTIVE,))
def cancel(slug: str, delegate_id: int, body: dict[str, Any]) -> Response:
    """Give up a place; what falls free goes to the first in line at once"""
    delegates.cancel(bearer.meeting_id(), delegate_id, bearer.doing(), reason=body["reason"] or "")
    return answer(_told(delegate_id))


@bp.post(f"{_ADDRESS}/reissue")
@operation({200: schemas.Delegate()}, body=schemas.Nothing(), body_optional=True, refusals=(Refusal.NOT_ACTIVE,))
def reissue(slug: str, delegate_id: int, body: dict[str, Any]) -> Response:
    """A new code; the old one is refused from now on as `revoked`"""
    delegates.reissue(bearer.meeting_id(), delegate_id, bearer.doing())
    return answer(_told(delegate_id))


def _told(delegate_id: int) -> dict[str, Any]:
    return programs.delegate(bearer.meeting_id(), delegate_id, personal=bearer.personal())
