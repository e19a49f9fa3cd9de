"""Which language a reader gets: what they chose, else what their browser asks for, else Chinese.

A wall's language is its address's: nobody chose anything in the browser of a hall's computer.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from apiflask import APIFlask
from flask import Response, g, has_request_context, request
from flask_babel import Babel, force_locale

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


def language_of_address() -> str | None:
    """What the address itself asks for: zh and zh-CN are one."""
    primary = _primary(request.args.get("lang", ""))
    return primary if primary in _LOCALES else None


def spoken_in(wanted: str) -> AbstractContextManager[None]:
    """What is said within is said in that language, whoever asks: `zh` or `en`."""
    spoken: AbstractContextManager[None] = force_locale(_LOCALES[wanted])
    return spoken


def locale_tag() -> str:
    """For `<html lang>` and Content-Language."""
    return "zh-CN" if language() == "zh" else "en"


def _chosen() -> str:
    if _of_wall():
        return language_of_address() or "zh"
    programs = request.path.startswith("/api/")
    for wish in () if programs else (language_of_address(), request.cookies.get(COOKIE)):
        if wish in _LOCALES:
            return str(wish)
    for tag, quality in request.accept_languages:
        primary = _primary(tag)
        if quality > 0 and primary in _LOCALES:
            return primary
    return "zh"


def _primary(tag: str) -> str:
    return tag.lower().split("-")[0].split("_")[0]


def _of_wall() -> bool:
    return request.path.startswith("/wall/")


def _remember(response: Response) -> Response:
    wish = language_of_address()
    if wish and not request.path.startswith("/api/") and not _of_wall():
        response.set_cookie(COOKIE, wish, max_age=31_536_000, samesite="Lax", httponly=True, secure=request.is_secure)
    response.headers.setdefault("Content-Language", locale_tag())
    return response
