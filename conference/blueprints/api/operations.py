"""What an address of the API takes and answers, said once: it is checked by this, and described by it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Response, request
from marshmallow import Schema

from conference.blueprints.api.fields import In, load
from conference.services import idempotency
from conference.services.idempotency import First
from conference.vocabulary import Fault, Malformed, Refusal
from conference.web import bearer, bodies, cursors, problems

KEY = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
View = Callable[..., Response]


@dataclass(frozen=True)
class Operation:
    """`answers` maps each status of success to what it answers with, None without content; `lists` names the kind of a
    list's cursors.
    """

    answers: dict[int, Schema | None]
    body: In | None = None
    body_optional: bool = False
    largest: int | None = None
    lists: str | None = None
    query: dict[str, dict[str, Any]] = field(default_factory=dict)  # parameters' JSON schemas
    creates: bool = False
    refusals: tuple[Refusal, ...] = ()
    example: dict[str, Any] | None = None


def operation(answers: dict[int, Schema | None], **facts: Any) -> Callable[[View], View]:
    """A view of the API: `body` and `paging` come to it checked, where its operation has them."""
    made = Operation(answers, **facts)

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**arguments: Any) -> Response:
            if made.body is not None:
                if made.largest:
                    request.max_content_length = made.largest
                arguments["body"] = load(made.body, bodies.read(optional=made.body_optional))
            if made.lists is not None:
                arguments["paging"] = cursors.paging(made.lists)
            return view(**arguments)

        checked.operation = made  # type: ignore[attr-defined]  # read by the description
        return checked

    return decorate


def answer(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json")


def listing(items: list[dict[str, Any]], following: str | None) -> Response:
    """A list as the contract has it; `following` is the cursor of the next page."""
    return answer({"items": items, "next": following})


def create(body: dict[str, Any], deed: Callable[[], First]) -> Response:
    """Do a creating deed; with an Idempotency-Key once, and its first answer again afterwards."""
    key = request.headers.get(KEY)
    if key is None:
        first = deed()
        return answer(first.body, first.status)
    if not _KEY.fullmatch(key):
        raise Malformed({KEY: Fault.NOT_A_KEY})
    first = idempotency.once(bearer.bearer().id, key, _fingerprint(body), deed, refused=_refused, now=bearer.now())
    return answer(first.body, first.status) if first.status < 400 else problems.respond(first.body)


def _refused(refusal: Refusal) -> First:
    problem = problems.refused(refusal)
    return First(problem["status"], problem)


def _fingerprint(body: dict[str, Any]) -> str:
    """The same for every spelling of the same content at the same address."""
    plain = json.dumps([request.method, request.path, body], sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
