"""Headers that every answer carries, and conditional GET."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import Flask, Response, g, make_response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from conference.web.compression import SUFFIX, compressed

_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:{media}; connect-src 'self'{media}; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")
_FIXED = {
    "Content-Security-Policy": _POLICY.format(media=""),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class _Sessions(SecureCookieSessionInterface):
    """Leaves an answer that is the same for everybody alone: no cookie on it, and no Vary: Cookie, for which it is
    enough that Flask-Login has looked into the session.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not g.get("shared"):
            super().save_session(app, session, response)


def install(app: APIFlask, *, secure: bool) -> None:
    app.session_interface = _Sessions()

    def dressed(response: Response) -> Response:
        if policy := g.get("policy"):
            response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(dressed)


def allow_media(addresses: Iterable[str]) -> None:
    """Lets the page that is being answered, and no other, load pictures and sound from the hosts of these addresses.

    Of an address only scheme, host and port are taken; one that is no plain http or https address is passed over.
    """
    hosts = " ".join(dict.fromkeys(host for address in addresses if (host := _origin(address))))
    if hosts:
        g.policy = _POLICY.format(media=f" {hosts}")


def _origin(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:  # UnicodeError is one
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def conditional(body: str | bytes | Response, *, public: bool = False) -> Response:
    """The answer with a strong ETag over its bytes; 304 and no body when the reader has it already."""
    response = make_response(body)
    response.add_etag()
    response.headers["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.make_conditional(request)
    return response


def shared(tag: str, make: Callable[[], str], *, seconds: int) -> Response:
    """An answer that is the same for everybody, and that whoever carries it may keep for `seconds`: it must be made
    without asking who reads it. `make` is called where the reader has not the one of `tag` already.
    """
    g.shared = True
    known = next((one for one in (tag, tag + SUFFIX) if request.if_none_match.contains(one)), None)
    response = make_response("" if known else make(), 304 if known else 200)
    response.set_etag(known or tag)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return compressed(response)
