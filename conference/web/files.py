"""Files that come and go: how large a body some pages take, and a kept file as a download."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from apiflask import APIFlask
from flask import Response, request, send_file

from conference.documents import packages
from conference.rules import captions, materials
from conference.services import agenda_portraits, papers, platform_reports, viewing_photos
from conference.services.files import Opened

# What a workbook is called on the way.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN = "-._"
# Pages that files are handed in by; all others take what the application takes.
ROOMY = {
    "delegate.materials.bring": 101 * 1024 * 1024,
    "organiser.materials.add_version": 101 * 1024 * 1024,
    "organiser.materials.new": 101 * 1024 * 1024,
    "organiser.agenda_people.edit": 6 * 1024 * 1024,
    "organiser.agenda_people.new": 6 * 1024 * 1024,
    "organiser.broadcasts.put_captions": 12 * 1024 * 1024,  # more than is taken, so that it is told in its form
    "organiser.platform_reports.upload": 12 * 1024 * 1024,  # more than is taken, so that it is told in its form
    # More than a logo may have, so that one which is too large is told so in its form.
    "organiser.paper_settings.edit": 25 * 1024 * 1024,
    "public.registration.create": 25 * 1024 * 1024,
    "public.registration.create_by_link": 25 * 1024 * 1024,
    "organiser.replies.upload": 12 * 1024 * 1024,
    "unit.replies.upload": 12 * 1024 * 1024,
    "delegate.questions.keep": 25 * 1024 * 1024,
    # More than a photo may have, so that one which is too large is told so in its form.
    "organiser.visits_stops.add_photo": 25 * 1024 * 1024,
    "unit.viewing_rooms.edit": 25 * 1024 * 1024,
    "unit.viewing_rooms.new": 25 * 1024 * 1024,
}
# How large a file may be that is handed in by them; a question's own files have limits of their own.
LARGEST = {
    "delegate.materials.bring": materials.LARGEST,
    "organiser.agenda_people.edit": agenda_portraits.LARGEST,
    "organiser.agenda_people.new": agenda_portraits.LARGEST,
    "organiser.broadcasts.put_captions": captions.LARGEST,
    "organiser.materials.add_version": materials.LARGEST,
    "organiser.materials.new": materials.LARGEST,
    "organiser.paper_settings.edit": papers.LARGEST_LOGO,
    "organiser.platform_reports.upload": platform_reports.LARGEST,
    "organiser.replies.upload": packages.LARGEST_FILE,
    "unit.replies.upload": packages.LARGEST_FILE,
    "organiser.visits_stops.add_photo": viewing_photos.LARGEST,
    "unit.viewing_rooms.edit": viewing_photos.LARGEST,
    "unit.viewing_rooms.new": viewing_photos.LARGEST,
}


def largest_file(endpoint: str | None) -> int | None:
    """In bytes; None where files have no limit of their own."""
    return LARGEST.get(endpoint or "")


def install(app: APIFlask) -> None:
    app.jinja_env.globals["largest_file"] = largest_file

    @app.before_request
    def make_room() -> None:
        """Before anything reads the form."""
        if request.endpoint in ROOMY:
            request.max_content_length = ROOMY[request.endpoint]


def download(opened: Opened) -> Response:
    """A file that was handed in."""
    return saved(opened.content, opened.name, opened.mimetype)


def picture(opened: Opened) -> Response:
    """A picture to be shown in a page of its own people; its address says which one it is."""
    answer = Response(opened.content, mimetype=opened.mimetype)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def saved(data: bytes, name: str, mimetype: str = XLSX) -> Response:
    """A file (a workbook, unless it is said) to be saved under `name`: never shown in the browser, never kept by it."""
    answer = send_file(io.BytesIO(data), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def streamed(pieces: Iterator[bytes], name: str, mimetype: str, size: int | None = None) -> Response:
    """The same for what is too large for memory. What its first piece raises is raised here, before anything goes."""
    first = next(pieces, b"")

    def body() -> Iterator[bytes]:
        yield first
        yield from pieces

    answer = Response(body(), mimetype=mimetype)
    answer.headers["Content-Disposition"] = _attachment(name)
    answer.headers["Cache-Control"] = "no-store"
    if size is not None:
        answer.content_length = size
    return answer


def _attachment(name: str) -> str:
    """RFC 6266: the name in letters that any program reads, and the whole of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, suffix = "".join(one for one in plain if one.isalnum() or one in " .-_").rpartition(".")
    plain = f"{' '.join(stem.split()) or 'file'}{dot}{suffix}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_PLAIN)}"
