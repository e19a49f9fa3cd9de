"""The description of the API, for everybody."""

from __future__ import annotations

import json

from apiflask import APIBlueprint
from flask import Response, current_app

from conference.blueprints.api.description import describe
from conference.web.headers import conditional

bp = APIBlueprint("openapi", __name__, enable_openapi=False)


@bp.get("/openapi.json")
def show() -> Response:
    text = current_app.extensions.get("description")
    if text is None:
        text = json.dumps(describe(current_app), ensure_ascii=False)
        current_app.extensions["description"] = text
    return conditional(Response(text, content_type="application/json"), public=True)
