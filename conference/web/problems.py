"""How the API says no: problem details (RFC 9457), whatever went wrong.

Faults inside an object or a list are named with dots: `capacity.in_person`, `hosts.0.name`; those of the content as
a whole `body`, of a header by the header's name.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import structlog
from apiflask import APIBlueprint
from flask import Response, g, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from conference import wording
from conference.db import Stale
from conference.vocabulary import Malformed, Missing, Problem, Refusal, Refused
from conference.web.language import language

PREFIX = "/api/v1"
log = structlog.get_logger("conference")

_OF_STATUS = {
    401: Problem.UNAUTHENTICATED,
    404: Problem.NOT_FOUND,
    405: Problem.METHOD_NOT_ALLOWED,
    413: Problem.TOO_LARGE,
    415: Problem.NOT_JSON,
    422: Problem.MALFORMED,
    429: Problem.TOO_MANY_REQUESTS,
    503: Problem.UNAVAILABLE,
}
_FORBIDDEN = {Refusal.VOID_NOT_YOURS, Refusal.NOT_THIS_CHECKPOINT}
_KEPT_HEADERS = {"allow", "retry-after", "www-authenticate"}


class Unwelcome(Exception):
    """The bearer may not come in; `status` is 401 or 403."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem.value)
        self.status = status
        self.problem = problem


def install(bp: APIBlueprint) -> None:
    """Everything that goes wrong under this blueprint is answered as a problem."""
    bp.register_error_handler(Unwelcome, _unwelcome)
    bp.register_error_handler(Missing, lambda _: of_status(404))
    bp.register_error_handler(Malformed, lambda error: respond(malformed(error)))
    bp.register_error_handler(Refused, lambda error: respond(refused(error.refusal)))
    bp.register_error_handler(HTTPException, http)
    for away in (OperationalError, InterfaceError, PoolTimeoutError, Stale):
        bp.register_error_handler(away, _away)
    bp.register_error_handler(Exception, _broken)


def concerns() -> bool:
    """Whether the request is the API's, also where its address is nobody's."""
    return request.path.startswith(f"{PREFIX}/") or request.path == PREFIX


def malformed(error: Malformed) -> dict[str, Any]:
    """The problem that names each field with what is wrong with it."""
    errors = {name: [wording.say(fault, language())] for name, fault in error.faults.items()}
    return {**body(422, Problem.MALFORMED), "errors": errors}


def refused(refusal: Refusal) -> dict[str, Any]:
    """A rule's no: 409, or 403 where it is about whose thing it is."""
    return body(403 if refusal in _FORBIDDEN else 409, refusal)


def body(status: int, code: Problem | Refusal) -> dict[str, Any]:
    """The members that every problem has."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": wording.say(code, language()),
        "code": code.value,
    }


def respond(problem: dict[str, Any]) -> Response:
    text = json.dumps(problem, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(text, problem["status"], content_type="application/problem+json")


def of_status(status: int) -> Response:
    """The problem that a bare status is."""
    code = _OF_STATUS.get(status, Problem.BAD_REQUEST if status < 500 else Problem.BROKEN)
    return respond(body(status, code))


def http(error: HTTPException) -> Response:
    """Werkzeug's own no."""
    if error.code is None or error.code < 400:
        return Response(error.get_response().data, error.code, dict(error.get_headers()))
    response = of_status(error.code)
    for name, value in error.get_headers():
        if name.lower() in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _unwelcome(error: Unwelcome) -> Response:
    response = respond(body(error.status, error.problem))
    if error.status == 401:
        presented = "Authorization" in request.headers
        response.headers["WWW-Authenticate"] = 'Bearer realm="conference"' + (
            ', error="invalid_token"' if presented else ""
        )
    return response


def _away(error: Exception) -> Response:
    log.error("database away", path=request.path, error=str(error))
    response = of_status(503)
    response.headers["Retry-After"] = "10"
    return response


def _broken(error: Exception) -> Response:
    log.error("unexpected", path=request.path, method=request.method, request=g.get("request_id"), exc_info=error)
    return of_status(500)
