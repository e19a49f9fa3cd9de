"""Walk-ins (现场登记), for scanners: one person at a time, each once by its nonce."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference import wording
from conference.blueprints.api import walk_in_schemas
from conference.blueprints.api.operations import answer, operation
from conference.services import privacy, programs, tokens, walk_ins
from conference.services.walk_ins import AlreadyHere, Done, Said
from conference.vocabulary import ConsentPurpose, Fault, Malformed, Refusal, Right, ScanReason
from conference.web import bearer, problems
from conference.web.language import language

bp = APIBlueprint("walk_ins", __name__, enable_openapi=False)

_OURS = {"consented", "admitted_offline"}  # said to the service in other words
_EXAMPLE = {
    "nonce": "5a1c0d7e-1",
    "checkpoint_id": 1,
    "name": "李然",
    "phone": "13800000001",
    "unit": "呼和浩特市玉泉区民政局",
    "province": "150000",
    "consented": True,
}


@bp.post("/meetings/<slug>/walk-ins")
@operation(
    {201: walk_in_schemas.WalkIn()},
    body=walk_in_schemas.WalkInIn(),
    refusals=(
        Refusal.ALREADY_REGISTERED,
        Refusal.HALL_FULL,
        Refusal.UNIT_FULL,
        Refusal.UNIT_MODE_FULL,
        Refusal.MEETING_OVER,
    ),
    example=_EXAMPLE,
)
def enter(slug: str, body: dict[str, Any]) -> Response:
    """Register somebody who stands at the door, confirm them and let them in

    The same nonce gives the same walk-in again, as it stands by then. A phone that has a place already is a 409
    `already_registered` with `holder` {name (the surname alone), number, unit, mode, status}; sent again with
    `same_person`, that person is confirmed, moved into the hall and let in. Where the hall is full it is a 409
    `hall_full`: `wait` keeps them on the waiting list for an organiser's decision, `beyond` lets them in past the
    capacity, for `organise` tokens and the browsers of organisers alone. Who was let in without a network
    (`admitted_offline`) is in: their scan is recorded as such, and `todo` says what is still to be settled.
    A 409 writes nothing; the same item may be sent again once its reason is gone.
    """
    since = bearer.stood_at(body["checkpoint_id"], body["scanned_at"], body["sent_at"])
    if not (body["consented"] or body["same_person"]):  # who has a place agreed when it was made
        raise Malformed({"consented": Fault.NOT_AGREED})
    consent = privacy.consent(ConsentPurpose.MEETING, language()) if body["consented"] else None
    said = Said(
        **{name: value for name, value in body.items() if name not in _OURS},
        inside=body["admitted_offline"],
        limited_since=since,
        language=language(),
    )
    holder = bearer.bearer()
    may_exceed = tokens.may(holder, Right.RUN_MEETING, meeting_id=bearer.meeting_id())
    try:
        done = walk_ins.enter(
            bearer.meeting_id(), said, holder.gate, bearer.doing(), may_exceed=may_exceed, consent=consent
        )
    except AlreadyHere as here:
        return problems.respond(problems.refused(here.refusal) | {"holder": _holder(here), "detail": _whose(here)})
    return answer(_told(done), 201)


def _told(done: Done) -> dict[str, Any]:
    return {
        "id": done.id,
        "delegate": programs.delegate(bearer.meeting_id(), done.delegate.id, personal=bearer.personal()),
        "check_in": done.check_in,
        "past_capacity": done.past_capacity,
        "todo": {"code": done.todo.value, "detail": _detail(done.todo)} if done.todo else None,
    }


def _detail(todo: Refusal | ScanReason) -> str:
    said = wording.say(todo, language())
    return f"{said} {wording.advise(todo, language())}" if isinstance(todo, ScanReason) else said


def _whose(here: AlreadyHere) -> str:
    """In words, for a phone that hears of it when the person has gone in."""
    found = here.holder
    facts = (wording.say(found.mode, language()), wording.say(found.status, language()))
    who = f"{found.masked} · {found.number} · {found.unit} · {' · '.join(facts)}"
    return f"{wording.say(here.refusal, language())}: {who}"


def _holder(here: AlreadyHere) -> dict[str, str]:
    found = here.holder
    return {
        "name": found.masked,
        "number": found.number,
        "unit": found.unit,
        "mode": found.mode.value,
        "status": found.status.value,
    }
