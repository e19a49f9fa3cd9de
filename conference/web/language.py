"""Which language a reader gets: what they chose, else what their browser asks for, else Chinese."""

from __future__ import annotations

from apiflask import APIFlask
from flask import Response, g, has_request_context, request
from flask_babel import Babel

COOKIE = "language"
_LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


def install(app: APIFlask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = _LOCALES["zh"]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=lambda: _LOCALES[language()])
    app.jinja_env.globals["locale_tag"] = locale_tag
    app.after_request(_remember)


def language() -> str:
    """`zh` or `en`."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        g.language = _chosen()
    return str(g.language)


def locale_tag() -> str:
    """For `<html lang>` and Content-Language."""
    return "zh-CN" if language() == "zh" else "en"


def _chosen() -> str:
    programs = request.path.startswith("/api/")
    for wish in () if programs else (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in _LOCALES:
            return str(wish)
    for tag, quality in request.accept_languages:
        primary = tag.lower().split("-")[0].split("_")[0]
        if quality > 0 and primary in _LOCALES:
            return primary
    return "zh"


def _remember(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in _LOCALES and not request.path.startswith("/api/"):
        response.set_cookie(COOKIE, wish, max_age=31_536_000, samesite="Lax", httponly=True, secure=request.is_secure)
    response.headers.setdefault("Content-Language", locale_tag())
    return response
