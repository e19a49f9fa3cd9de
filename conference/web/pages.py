"""Error pages: a clear word in the reader's language, never a trace."""

from __future__ import annotations

import structlog
from apiflask import APIFlask
from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from conference.vocabulary import Malformed, Missing, Refused
from conference.web import files, problems
from conference.web.filters import words

log = structlog.get_logger("conference")


def install(app: APIFlask) -> None:
    """Handlers for pages; the API speaks problem+json and registers its own on its blueprint."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: page(400))
    app.register_error_handler(Missing, lambda error: page(404, action=_back()))
    app.register_error_handler(Refused, lambda refused: page(409, text=words(refused.refusal)))
    app.register_error_handler(Malformed, lambda error: page(422))
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(Exception, _broken)


def lost(status: int, *, text: str, title: str | None = None) -> Response:
    """The error page of somebody whose private link does not open here: it leads on to finding one's pages again.

    The same for everybody, whether there ever was such a link or not: which meeting it was of is not told.
    """
    return page(status, text=text, title=title, action=(url_for("public.site.come_back"), str(_("用手机号或邮箱找回"))))


def page(
    status: int, *, text: str | None = None, title: str | None = None, action: tuple[str, str] | None = None
) -> Response:
    """An error page; where a program asked for an address of the API that is nobody's, a problem.

    `action` is where its button leads, and what it is called.
    """
    if problems.concerns():
        return problems.of_status(status)
    response = make_response(
        render_template(
            "errors.html", status=status, text=text, title=title, action=action, request_id=g.get("request_id")
        ),
        status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _back() -> tuple[str, str] | None:
    """To the unit's desk that this browser holds, where something on it is not there; else the way of all."""
    if "desk" not in g:
        return None
    return url_for("unit.home.index", desk_id=g.desk.id), str(_("回到单位报名台"))


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return Response(error.get_response().data, error.code, dict(error.get_headers()))
    response = page(error.code, text=_too_large() if error.code == 413 else None)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            response.headers[name] = value
    return response


def _too_large() -> str | None:
    """How large a file may be, where this page takes one; the browser keeps what was filled in beside it."""
    most = files.largest_file(request.endpoint)
    if most is None:
        return None
    return str(_("一个文件最大 %(size)s MB，这次没有上传。请压缩后回到上一页，再选一次。", size=most // (1024 * 1024)))


def _away(error: OperationalError) -> Response:
    log.error("database away", path=request.path, error=str(error.orig))
    response = page(503)
    response.headers["Retry-After"] = "10"
    return response


def _broken(error: Exception) -> Response:
    log.error("unexpected", path=request.path, method=request.method, exc_info=error)
    return page(500)
