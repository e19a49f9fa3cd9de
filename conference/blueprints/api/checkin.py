"""Check-in, for scanners: one scan, a batch of them, taking one back, and the feed."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from conference.blueprints.api import door_schemas, schemas
from conference.blueprints.api.fields import load
from conference.blueprints.api.operations import answer, listing, operation
from conference.services import checkin, scans
from conference.services.scans import Scan
from conference.vocabulary import Fault, Malformed, Refused, Scope
from conference.web import bearer, problems
from conference.web.cursors import Paging

bp = APIBlueprint("checkin", __name__, enable_openapi=False)

LARGEST_BATCH_BYTES = 16 * 1024 * 1024  # 500 scans whose codes are as long as they may be, all escaped
_SCAN = door_schemas.Scan()
_EXAMPLE = {"code": "K7QH4M2X9RTW6CVP22", "checkpoint_id": 1, "nonce": "3f0c7c1e-1"}


@bp.post("/meetings/<slug>/check-ins")
@operation({200: door_schemas.CheckIn()}, body=_SCAN, example=_EXAMPLE)
def scan(slug: str, body: dict[str, Any]) -> Response:
    """Judge one scan and keep it; a well-formed one always answers 200

    A token that is limited to other checkpoints is told so: 403 `not_this_checkpoint`. What it scanned before it was
    limited is taken, and flagged.
    """
    return answer(checkin.check_in(bearer.meeting_id(), _scan(body), bearer.bearer().gate, now=bearer.now()))


@bp.post("/meetings/<slug>/check-ins/batch")
@operation(
    {200: door_schemas.BatchResults()},
    body=door_schemas.Batch(),
    largest=LARGEST_BATCH_BYTES,
    example={"items": [_EXAMPLE]},
)
def batch(slug: str, body: dict[str, Any]) -> Response:
    """Scans kept while there was no network: judged in the order of their times, answered in the order given

    A bad one answers in its own place as `{"error": {code, detail, errors}}` and stops no other.
    """
    results: list[Any] = [_read(item) for item in body["items"]]
    scans = [(i, found) for i, found in enumerate(results) if isinstance(found, Scan)]
    gate, wanted = bearer.bearer().gate, [found for _, found in scans]
    judged = checkin.check_in_batch(bearer.meeting_id(), wanted, gate, now=bearer.now())
    for (i, _), verdict in zip(scans, judged, strict=True):
        results[i] = verdict
    return answer({"results": [found if isinstance(found, dict) else _error(found) for found in results]})


@bp.post("/meetings/<slug>/check-ins/<int:check_in_id>/void")
@operation({200: door_schemas.CheckInEntry()}, body=schemas.Reason(), example={"reason": "扫错了人"})
def void(slug: str, check_in_id: int, body: dict[str, Any]) -> Response:
    """Take a scan back; it stays in the record and counts no more

    A `checkin` token only its own, within 15 minutes, else 403 `void_not_yours`. On one taken back already nothing
    changes.
    """
    return answer(
        checkin.void(
            bearer.meeting_id(),
            check_in_id,
            reason=body["reason"],
            actor=bearer.bearer().actor,
            own_only=bearer.bearer().scope is Scope.CHECKIN,
            now=bearer.now(),
        )
    )


@bp.get("/meetings/<slug>/check-ins")
@operation({200: door_schemas.CheckInEntry()}, lists="check-ins")
def feed(slug: str, paging: Paging) -> Response:
    """Every scan once, oldest first, with its answer"""
    page = scans.feed(bearer.meeting_id(), after_id=paging.after_id, limit=paging.limit)
    return listing(list(page.items), paging.next(page.next_id))


def _scan(body: dict[str, Any]) -> Scan:
    if body["admitted_offline"] and body["refused_offline"]:
        raise Malformed({"refused_offline": Fault.EXCLUDES_EACH_OTHER})
    since = bearer.stood_at(body["checkpoint_id"], body["scanned_at"], body["sent_at"])
    return Scan(**body, limited_since=since)


def _read(item: Any) -> Scan | Malformed | Refused:
    """One scan of a batch, or what is wrong with it."""
    try:
        return _scan(load(_SCAN, item))
    except (Malformed, Refused) as no:
        return no


def _error(no: Malformed | Refused) -> dict[str, Any]:
    if isinstance(no, Malformed):
        problem = problems.malformed(no)
    else:
        problem = problems.refused(no.refusal)
        problem["errors"] = {"checkpoint_id": [problem["detail"]]}
    return {"error": {name: problem[name] for name in ("code", "detail", "errors")}}
