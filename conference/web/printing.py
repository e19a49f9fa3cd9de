"""What pages say about papers that could not be made, and how one is handed out."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from conference.documents.printing import Unprintable
from conference.web import files

PDF = "application/pdf"


def unprintable(problem: Unprintable) -> str:
    """Whose characters cannot be drawn, and which."""
    said: str = _("有的字打印不出来，请换一种写法：%(whose)s", whose=whose(problem.whose))
    return said


def whose(missing: dict[str, list[str]]) -> str:
    joined: str = _("；").join(f"{name}（{''.join(lacking)}）" for name, lacking in missing.items())
    return joined


def handed_out(data: bytes, name: str, mimetype: str = PDF) -> Response:
    """A paper to be saved under `name`."""
    return files.saved(data, name, mimetype)
