"""Static files: gathered once per build under a name that carries their hash, compressed, immutable.

The style sheet is written as small files; `main.css` names them by @import and is served as one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apiflask import APIFlask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEPT_BUILDS = 3
LARGE = 200_000  # bytes; brotli takes seconds for a file like the reader's WebAssembly
_IMPORT = re.compile(r'@import\s+(?:url\()?["\']([^"\']+)["\']\)?[^;]*;')


@dataclass(frozen=True)
class Assets:
    """The files that are served, by their paths in `static`, and the build that their addresses name."""

    build: str
    files: Sequence[str]

    def url(self, path: str) -> str:
        return f"/assets/{self.build}/{path}"


def install(app: APIFlask, source: Path, instance: Path) -> None:
    """Serve `source` under `/assets/HASH/`; make `static_url(path)` known to templates and the files to the app."""
    build = _hash_of(source)
    folder = instance / "assets" / build
    if not folder.exists():
        _gather(source, folder)
    served = _Builds(app.wsgi_app, max_age=31_536_000, immutable_file_test=lambda path, url: True)
    served.add_files(str(folder), prefix=f"assets/{build}/")
    # The builds before it too: a page that is open since then may still load what it has not loaded yet.
    for kept in [old for old in _builds(folder.parent) if old != folder]:
        with contextlib.suppress(FileNotFoundError):  # taken away by another process in this moment
            served.add_files(str(kept), prefix=f"assets/{kept.name}/")
    app.wsgi_app = served  # type: ignore[method-assign]  # Flask's own way of wrapping

    files = sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file())
    app.extensions["assets"] = Assets(build, files)
    app.jinja_env.globals["static_url"] = app.extensions["assets"].url


class _Builds(WhiteNoise):
    """Files that may go while we run: a newer process takes the oldest build away."""

    @staticmethod
    def serve(static_file: Any, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            found: Iterable[bytes] = WhiteNoise.serve(static_file, environ, start_response)
        except FileNotFoundError:
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        return found


def _builds(folder: Path) -> list[Path]:
    """The newest first, without those that another process takes away in this moment."""
    made: dict[Path, float] = {}
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if len(path.name) == 12:
                made[path] = path.stat().st_mtime
    return sorted(made, key=made.__getitem__, reverse=True)


def _hash_of(source: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def _gather(source: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent))
    shutil.copytree(source, draft, dirs_exist_ok=True)
    main = draft / "css" / "main.css"
    main.write_text(_joined(main), encoding="utf-8")
    quick, thorough = Compressor(quiet=True, use_brotli=False), Compressor(quiet=True)
    for path in [p for p in draft.rglob("*") if p.is_file()]:
        compressor = thorough if path.stat().st_size < LARGE else quick
        if compressor.should_compress(path.name):
            for _ in compressor.compress(str(path)):
                pass
    draft.chmod(0o755)
    os.utime(draft)  # copytree gave it the age of its source, and the oldest builds go
    try:
        draft.rename(folder)
    except OSError:  # another process gathered the same build first
        shutil.rmtree(draft)
    for old in [build for build in _builds(folder.parent) if build != folder][KEPT_BUILDS - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def _joined(sheet: Path) -> str:
    def part(match: re.Match[str]) -> str:
        return _joined((sheet.parent / match[1]).resolve())

    return _IMPORT.sub(part, sheet.read_text("utf-8"))
