"""Long answers, compressed where the asker says that it can read it (RFC 9110, 12.5.3).

Only what a bearer asked for, and what is the same for everybody (headers.shared): a page that another site can have a
browser ask for, with its cookie, would tell by its length what it holds (BREACH). A token is presented by the program
itself, and nobody else can have it sent along.
"""

from __future__ import annotations

import gzip

from apiflask import APIBlueprint
from flask import Response, g, request

# A shorter answer goes into one or two packets anyway.
LEAST = 4_096
# Of 9: a roster is a fourteenth smaller than at 6, for ten milliseconds a thousand people; 9 gains nothing more.
LEVEL = 8
SUFFIX = "-gzip"  # of the ETag of what is compressed


def install(bp: APIBlueprint) -> None:
    """Compress what this blueprint answers to a GET."""
    bp.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if request.method != "GET" or response.status_code != 200 or "bearer" not in g or response.is_streamed:
        return response
    return compressed(response)


def compressed(response: Response) -> Response:
    """The answer, if it is long and the asker can read it, with its ETag marked as that of another form."""
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < LEAST or "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(tag + SUFFIX, weak=bool(weak))
    return response
