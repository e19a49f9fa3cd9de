"""Files that come and go: how large a body some pages take, and a kept file as a download."""

from __future__ import annotations

import io

from apiflask import APIFlask
from flask import Response, request, send_file

from conference.services.files import Opened

# What a workbook is called on the way.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Pages that files are handed in by; all others take what the application takes.
ROOMY = {
    "organiser.paper_settings.edit": 3 * 1024 * 1024,
    "public.registration.create": 25 * 1024 * 1024,
    "public.registration.create_by_link": 25 * 1024 * 1024,
    "organiser.replies.upload": 12 * 1024 * 1024,
    "unit.replies.upload": 12 * 1024 * 1024,
    "delegate.questions.keep": 25 * 1024 * 1024,
}


def install(app: APIFlask) -> None:
    @app.before_request
    def make_room() -> None:
        """Before anything reads the form."""
        if request.endpoint in ROOMY:
            request.max_content_length = ROOMY[request.endpoint]


def download(opened: Opened) -> Response:
    """A file that was handed in."""
    return saved(opened.content, opened.name, opened.mimetype)


def saved(data: bytes, name: str, mimetype: str = XLSX) -> Response:
    """A file (a workbook, unless it is said) to be saved under `name`: never shown in the browser, never kept by it."""
    answer = send_file(io.BytesIO(data), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
