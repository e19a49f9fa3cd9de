"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from conference.services import instance

bp = APIBlueprint("health", __name__, enable_openapi=False)


@bp.get("/healthz")
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> Response:
    trouble = instance.trouble()
    return Response(f"{trouble or 'ok'}\n", 503 if trouble else 200, mimetype="text/plain")
