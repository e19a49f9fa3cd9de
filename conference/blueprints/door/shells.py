"""What makes the door an app on a phone: its worker and its manifest; nothing in them is about anybody."""

from __future__ import annotations

import json

from apiflask import APIBlueprint
from flask import Response

from conference.web import headers, shells

bp = APIBlueprint("shells", __name__, enable_openapi=False)


@bp.get("/worker.js")
def worker() -> Response:
    return headers.conditional(Response(shells.worker(), mimetype="text/javascript"), public=True)


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    text = json.dumps(shells.manifest(), ensure_ascii=False)
    return headers.conditional(Response(text, mimetype="application/manifest+json"), public=True)
