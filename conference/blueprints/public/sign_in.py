"""Signing in and out."""

from __future__ import annotations

from apiflask import APIBlueprint

bp = APIBlueprint("sign_in", __name__, url_prefix="/sign-in", enable_openapi=False)


@bp.get("")
def index() -> str:
    return ""
