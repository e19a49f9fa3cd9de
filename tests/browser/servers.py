"""A live server for tests in a browser: the app of the fixture on a port of its own, with real threads and clock.

    def test_a_journey(live_server: Server, cast: Cast, browser: Browser) -> None:
        page = browser.new_context(viewport=browsers.PHONE, locale="zh-CN").new_page()
        page.goto(f"{live_server.url}/sign-in")

`live_server` runs the application of `app`, so on both kinds of database; where one kind is enough, say
`@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`. The address is on localhost, where a browser
allows the camera without HTTPS; links and QR codes carry it. `stop()` and `start()` take the server away and bring it
back on the same port. Forms carry their tokens as in earnest. Without a fixture: `with live(app) as url:`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from apiflask import APIFlask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"  # each answer ends its connection, so that stop() need not wait

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Server:
    """One application behind one port."""

    def __init__(self, app: APIFlask) -> None:
        self.app = app
        self.port = 0
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self.start()
        app.config.update(PUBLIC_URL=self.url, WTF_CSRF_ENABLED=True)
        app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], public_url=self.url)

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        if self._server is None:
            self._server = make_server("127.0.0.1", self.port, self._answer, threaded=True, request_handler=_Quiet)
            self.port = self._server.server_port
            self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
            self._thread.start()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        """Closes an answer also where the other side hung up: Werkzeug's server then leaves it open."""
        answer = self.app(environ, start_response)
        try:
            yield from answer
        finally:
            close = getattr(answer, "close", None)  # that a static file has not changed is answered by a bare list
            if close is not None:
                close()

    def stop(self) -> None:
        """Until `start()` nobody answers; what was being answered is answered first."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None


@contextlib.contextmanager
def live(app: APIFlask) -> Iterator[str]:
    """The address of `app` while it is served."""
    server = Server(app)
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def live_server(app: APIFlask) -> Iterator[Server]:
    server = Server(app)
    yield server
    server.stop()
