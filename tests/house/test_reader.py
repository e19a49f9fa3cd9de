"""The QR reader that we serve, in a real browser with a camera: under our policy, from our own address alone."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path

import pytest
import qrcode

from tests import browsers

STATIC = Path(__file__).resolve().parents[2] / "static"
POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; media-src 'self' blob:"
PAGE = """<!doctype html><html lang="zh"><title>reader</title>
<video playsinline></video><output></output><script type="module" src="/js/behaviours/reader.js"></script>"""
SCRIPT = """
import { prepareZXingModule, readBarcodes } from "../../vendor/zxing/reader/index.js";
prepareZXingModule({
  overrides: { locateFile: (name) => new URL(`../../vendor/zxing/reader/${name}`, import.meta.url).href },
  fireImmediately: true,
});
const video = document.querySelector("video");
video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
await video.play();
const picture = new OffscreenCanvas(1280, 720).getContext("2d", { willReadFrequently: true });
for (let found = []; found.length === 0; await new Promise((soon) => setTimeout(soon, 50))) {
  picture.drawImage(video, 0, 0, 1280, 720);
  found = await readBarcodes(picture.getImageData(0, 0, 1280, 720), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
  if (found.length) document.querySelector("output").textContent = found[0].text;
}
"""
PAGES = {"/": ("text/html", PAGE), "/js/behaviours/reader.js": ("text/javascript", SCRIPT)}


class Served(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path not in PAGES:
            return super().do_GET()
        kind, text = PAGES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())
        return None

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def address():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Served, directory=str(STATIC)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_the_reader_reads_a_code_from_the_camera(address, tmp_path):
    text = "HTTPS://MEETING.EXAMPLE.ORG/C/23456789ABCDEFGHJK"
    code = qrcode.QRCode(box_size=8, mask_pattern=2)
    code.add_data(text)
    camera = browsers.film(tmp_path / "badge.mjpeg", [code.make_image().get_image()])
    with browsers.launched(camera=camera) as browser:
        page = browser.new_context(permissions=["camera"]).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.locator("output:not(:empty)").wait_for(timeout=20_000)
        assert page.locator("output").text_content() == text
    assert f"{address}vendor/zxing/reader/zxing_reader.wasm" in asked
    assert [url for url in asked if not url.startswith(address)] == []
