"""What Prometheus reads."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from conference.web import metrics

bp = APIBlueprint("metrics", __name__, enable_openapi=False)


@bp.get("/metrics")
def show() -> Response:
    return metrics.exposition()
