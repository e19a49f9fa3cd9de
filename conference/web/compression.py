"""Long answers of the API, compressed where the asker says that it can read it (RFC 9110, 12.5.3).

Only what a bearer asked for: a page that another site can have a browser ask for, with its cookie, would tell by its
length what it holds (BREACH). A token is presented by the program itself, and nobody else can have it sent along.
"""

from __future__ import annotations

import gzip

from apiflask import APIBlueprint
from flask import Response, g, request

# A shorter answer goes into one or two packets anyway.
LEAST = 4_096
# Of 9: a roster is a fourteenth smaller than at 6, for ten milliseconds a thousand people; 9 gains nothing more.
LEVEL = 8


def install(bp: APIBlueprint) -> None:
    """Compress what this blueprint answers to a GET."""
    bp.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if request.method != "GET" or response.status_code != 200 or "bearer" not in g or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < LEAST or "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
