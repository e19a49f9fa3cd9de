"""What the operator sees: requests by endpoint and status, and how long they took."""

from __future__ import annotations

import secrets
import time

from apiflask import APIFlask
from flask import Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest, multiprocess, values

SECONDS = Histogram(
    "conference_request_seconds",
    "Time to answer, by endpoint, method and status",
    ["endpoint", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def install(app: APIFlask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def exposition() -> Response:
    """The Prometheus text; of all worker processes where PROMETHEUS_MULTIPROC_DIR is set (as `run` does)."""
    if values.ValueClass.__name__ == "MmapedValue":
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _begin() -> None:
    g.begun = time.perf_counter()
    g.request_id = secrets.token_hex(6)


def _end(response: Response) -> Response:
    begun = g.get("begun")
    if begun is not None:
        SECONDS.labels(request.endpoint or "none", request.method, response.status_code).observe(
            time.perf_counter() - begun
        )
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response
