"""The description of the API (OpenAPI 3.1), made from the operations and schemas that it runs by."""

from __future__ import annotations

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema
from werkzeug.routing import Rule

from conference.blueprints.api import door_schemas, schemas
from conference.blueprints.api.operations import KEY, Operation
from conference.vocabulary import Scope
from conference.web.access import TABLE, Access
from conference.web.cursors import LARGEST_PAGE, USUAL_PAGE

_INTRODUCTION = """\
Programs of a meeting: scanners, kiosks, import scripts. A token is made by
`conference token create NAME --scope SCOPE [--meeting SLUG]`; a cookie counts for nothing here.

Errors are problem details (RFC 9457). Checked in this order: 401 without a live token; 403 where its scope does not
cover the address; 404 for a meeting that is not there, 403 for one that is not the token's; 404 for other things in
the address; 415, 413, 422 for the content; 409 where a rule says no. In `errors` a fault inside an object or a list
is named with dots (`capacity.in_person`, `hosts.0.name`), of the content as a whole `body`, of a header by its name.

Times go out with an offset (UTC). Lists are oldest first. An answer kept for an Idempotency-Key is given again for
48 hours, without the private link that it held.
"""
_OWN = "The bearer is a delegate's own token: the last segment of their `access_url`."
_RESPONSES = {
    400: "The request cannot be understood",
    401: "No token, or a dead one",
    403: "The token's scope or meeting does not cover this",
    404: "Unknown",
    409: "A rule forbids it",
    413: "Too large",
    415: "Not JSON",
    422: "Malformed; `errors` names each field",
    429: "Too many requests",
    500: "Something broke",
    503: "The service is away for a moment",
}


def describe(app: Flask) -> dict[str, Any]:
    """The description as a JSON object."""
    marshmallow = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title="Tongxing 同行",
        version="1",
        openapi_version="3.1.0",
        plugins=[marshmallow],
        info={"description": _INTRODUCTION},
        servers=[{"url": "/"}],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for schema in (door_schemas.Scan, door_schemas.CheckIn, door_schemas.BatchError):
        spec.components.schema(schema.__name__, schema=schema())
    spec.components.schema("Problem", schema=schemas.Problem())
    spec.components.schemas["Problem"]["properties"]["errors"] = {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    }
    for status, text in _RESPONSES.items():
        spec.components.response(f"Problem{status}", _problem(status, text))
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        made = getattr(app.view_functions[rule.endpoint], "operation", None)
        if isinstance(made, Operation):
            view = app.view_functions[rule.endpoint]
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})).lower()
            paths.setdefault(_path(rule), {})[method] = _operation(rule, made, view.__doc__ or "")
    for path, operations in paths.items():
        spec.path(path=path, operations=operations)
    return spec.to_dict()


def _operation(rule: Rule, made: Operation, docs: str) -> dict[str, Any]:
    summary, _, more = docs.strip().partition("\n")
    allowed = TABLE[rule.endpoint]
    held = sorted(scope.value for scope in Scope if isinstance(allowed, frozenset) and scope in allowed)
    whose = _OWN if allowed is Access.OWN_TOKEN else f"Scopes: {', '.join(held)}."
    found: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api."),
        "tags": [rule.endpoint.split(".")[1].replace("_", " ")],
        "summary": summary,
        "description": "\n".join(line.strip() for line in [*more.strip().splitlines(), "", whose]).strip(),
        "security": [{"bearer": []}],
        "parameters": _parameters(rule, made),
        "responses": {
            str(status): _success(schema, lists=made.lists is not None) for status, schema in made.answers.items()
        },
    }
    for status in _failures(rule, made):
        found["responses"][str(status)] = f"Problem{status}"
    if made.refusals:
        found["description"] += f"\n\n409: {', '.join(f'`{refusal.value}`' for refusal in made.refusals)}."
    if made.body is not None:
        content: dict[str, Any] = {"schema": made.body}
        if made.example:
            content["example"] = made.example
        found["requestBody"] = {"required": not made.body_optional, "content": {"application/json": content}}
    return found


def _parameters(rule: Rule, made: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in sorted(rule.arguments):
        whole = name.endswith("_id")
        schema: dict[str, Any] = (
            {"type": "integer", "minimum": 1} if whole else {"type": "string", "example": "datong-2023"}
        )
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    if made.lists is not None:
        limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE}
        found.append({"name": "limit", "in": "query", "schema": limit})
        found.append({"name": "cursor", "in": "query", "schema": {"type": "string"}})
    found += [
        {"name": name, "in": "query", "required": bool(facts.get("required")), "schema": facts["schema"]}
        for name, facts in made.query.items()
    ]
    if made.creates:
        key = {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"}
        found.append({"name": KEY, "in": "header", "schema": key, "description": "the first answer again, once made"})
    language = {"type": "string", "enum": ["zh-CN", "en"], "default": "zh-CN"}
    found.append({"name": "Accept-Language", "in": "header", "schema": language})
    return found


def _success(schema: Schema | None, *, lists: bool) -> dict[str, Any]:
    if schema is None:
        return {"description": "As asked"}
    content: Any = schema
    if lists:
        content = {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": schema},
                "next": {"type": ["string", "null"], "description": "the cursor of the next page"},
            },
        }
    return {"description": "As asked", "content": {"application/json": {"schema": content}}}


def _failures(rule: Rule, made: Operation) -> list[int]:
    found = [401, 403, 500, 503]
    if rule.arguments:
        found.append(404)
    if made.body is not None:
        found += [400, 413, 415, 422]
    if made.lists is not None or made.query:
        found.append(422)
    if made.refusals or made.creates:
        found.append(409)
    return sorted(set(found))


def _problem(status: int, text: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[str, Any] = {"description": text, "content": content}
    if status == 401:
        found["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if status in {429, 503}:
        found["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^<:>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _name(schema: Schema | type[Schema] | str) -> str:
    if isinstance(schema, str):
        return schema
    return schema.__name__ if isinstance(schema, type) else type(schema).__name__
