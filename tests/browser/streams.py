"""A film made by ffmpeg, and a server of the test's own that shows it: live, line by line, and as a recording.

    def test_it_plays(stream: Stream, …) -> None:
        broadcasts with the lines stream.live("one"), stream.live("two")
        stream.dead.add("one")      # from now on that line answers 503
        stream.film, stream.list    # the same as one mp4 file, and as an HLS list that has an end

Live means a list that grows by one second of film each second, of which the last six can be had; `stream.asked` tells
which of its two qualities were taken. conftest.py loads this as a plugin.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page

SECONDS, WINDOW = 90, 6
SIZES = {"low": "160x90", "high": "320x180"}
_RATES = {"low": 120_000, "high": 400_000}
_KINDS = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t", ".mp4": "video/mp4"}


def missing() -> str | None:
    """Why no film can be made on this machine, in words; None when it can."""
    return None if shutil.which("ffmpeg") else "ffmpeg is not installed: install the package ffmpeg"


class Stream:
    """The server behind one port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.dead, self.asked, self._begun = folder, set[str](), list[str](), time.monotonic()
        handler = type("Handler", (_Handler,), {"stream": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.film, self.list = f"{self.url}/film.mp4", f"{self.url}/list/all.m3u8"

    def live(self, line: str) -> str:
        return f"{self.url}/{line}/all.m3u8"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def content(self, path: str) -> bytes | None:
        """None where there is nothing."""
        line, _, name = path.strip("/").rpartition("/")
        if line in self.dead:
            return None
        self.asked.append(path)
        if name == "all.m3u8":
            rates = [f"#EXT-X-STREAM-INF:BANDWIDTH={_RATES[one]},RESOLUTION={SIZES[one]}\n{one}.m3u8" for one in SIZES]
            return "\n".join(["#EXTM3U", *rates, ""]).encode()
        file = self.folder / Path(name).name
        if not file.is_file():
            return None
        return self._window(file) if name.endswith(".m3u8") and line != "list" else file.read_bytes()

    def _window(self, file: Path) -> bytes:
        pieces = re.findall(r"#EXTINF:[^\n]+\n\S+\n", file.read_text())
        last = min(len(pieces), WINDOW + int(time.monotonic() - self._begun))
        first = max(0, last - WINDOW)
        head = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{first}\n"
        return (head + "".join(pieces[first:last])).encode()


class _Handler(BaseHTTPRequestHandler):
    stream: Stream

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        content = self.stream.content(self.path)
        start, whole = 0, len(content or b"")
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if content is not None and wanted:
            start = int(wanted[1])
            content = content[start : int(wanted[2] or whole) + 1]
        self.send_response(503 if content is None else 206 if wanted else 200)
        content = content or b""
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", _KINDS.get(Path(self.path).suffix, "text/plain"))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Accept-Ranges", "bytes")
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{start + len(content) - 1}/{whole}")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # whoever asked has gone on to another line
            self.wfile.write(content)


def playing(page: Page) -> None:
    """Wait until the picture of the page moves."""

    def at() -> float:
        return float(page.locator("video").evaluate("video => video.currentTime"))

    begun = at()
    until(page, lambda: at() > begun, "the picture does not move")


def until(page: Page, true: Callable[[], bool], otherwise: str = "it did not come true") -> None:
    """Wait for something that only the test can see, for twenty seconds; the page gives the pace."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, otherwise
        page.evaluate("() => new Promise((done) => setTimeout(done, 50))")


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the lists, their pieces and the mp4; a test pattern and a tone, made once a worker."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("films")
    for name, size in SIZES.items():
        sources = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate=10,format=yuv420p", "-f", "lavfi", "-i", "sine"]
        picture = ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-g", "10"]
        sound = ["-c:a", "aac", "-b:a", "32k"]
        pieces = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "0", "-hls_playlist_type", "vod"]
        _ffmpeg(*sources, "-t", str(SECONDS), *picture, *sound, *pieces, str(folder / f"{name}.m3u8"))
    _ffmpeg("-i", str(folder / "low.m3u8"), "-c", "copy", "-movflags", "+faststart", str(folder / "film.mp4"))
    return folder


def _ffmpeg(*arguments: str) -> None:
    command = ["ffmpeg", "-loglevel", "error", "-nostdin", *arguments]
    subprocess.run(command, check=True, timeout=60)


@pytest.fixture
def stream(films: Path) -> Iterator[Stream]:
    one = Stream(films)
    yield one
    one.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reason = missing()
    if reason is not None:
        terminalreporter.section("left out: every test with a film", yellow=True)
        terminalreporter.line(reason)
