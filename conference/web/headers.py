"""Headers that every answer carries, and conditional GET."""

from __future__ import annotations

from apiflask import APIFlask
from flask import Response, make_response, request

_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_FIXED = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install(app: APIFlask, *, secure: bool) -> None:
    def dressed(response: Response) -> Response:
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(dressed)


def conditional(body: str | bytes | Response, *, public: bool = False) -> Response:
    """The answer with a strong ETag over its bytes; 304 and no body when the reader has it already."""
    response = make_response(body)
    response.add_etag()
    response.headers["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.make_conditional(request)
    return response
