"""The real Chromium that the journeys are walked in: where it is, how it starts, and a camera that sees our picture.

conftest.py loads this as a plugin and gets the fixture `browser` (one a worker); a test opens contexts in it:

    context = browser.new_context(viewport=browsers.PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")

A test with a camera starts a browser of its own, because the picture is chosen at the start:

    with browsers.launched(camera=browsers.film(tmp_path / "badge.mjpeg", [picture])) as browser:
        context = browser.new_context(permissions=["camera"], …)

Under a strict Content-Security-Policy `page.wait_for_function("…")` with a string dies: poll `page.evaluate("() => …")`
or wait for a locator instead.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, sync_playwright

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}

# Quiet and alone: nothing is looked up outside this machine.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str | None:
    """The browser: what CHROMIUM names, else the first that is installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def missing() -> str | None:
    """Why there is no browser on this machine, in words; None when there is one."""
    if os.environ.get("TESTS_BROWSER") == "0":
        return "TESTS_BROWSER=0 was set"
    return None if executable() else "Chromium is not installed: install the package chromium, or name one in CHROMIUM"


def require() -> None:
    """Skip the test when there is no browser; the reason is said again at the end of the run."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)


def flags(camera: Path | None = None) -> list[str]:
    """The switches to start with; root may not use the sandbox. `camera` is what a `film()` is made of."""
    chosen = list(FLAGS)
    if os.geteuid() == 0:
        chosen.append("--no-sandbox")
    if camera is not None:
        chosen += [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera.resolve()}",
        ]
    return chosen


@contextlib.contextmanager
def launched(*, camera: Path | None = None) -> Iterator[Browser]:
    """A browser of one's own, closed afterwards. Skips the test when there is none."""
    require()
    with _driver() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=flags(camera))
        try:
            yield browser
        finally:
            browser.close()


_drivers: list[Playwright] = []


@contextlib.contextmanager
def _driver() -> Iterator[Playwright]:
    """Playwright's own process, one for all of ours: it refuses a second while the first runs."""
    if _drivers:
        yield _drivers[0]
        return
    with sync_playwright() as playwright:
        _drivers.append(playwright)
        try:
            yield playwright
        finally:
            _drivers.clear()


def awake(page: Page) -> None:
    """Wait until every behaviour of the page has begun: what is typed, pressed or dragged before goes past it."""
    page.wait_for_load_state()
    page.evaluate(_AWAKE)


# main.js has asked for them by then, and whoever asks later is answered later.
_AWAKE = """async () => {
  const script = document.querySelector('script[type="module"][data-once]');
  const all = [...document.querySelectorAll("[data-behaviour]")].flatMap((one) => one.dataset.behaviour.split(/\\s+/));
  await Promise.all([...new Set(all)].filter(Boolean).map(
    (name) => import(script.getAttribute(`data-${name}`) ?? new URL(`./behaviours/${name}.js`, script.src).href),
  ));
}"""


def wider(page: Page) -> int:
    """By how many pixels the page is wider than its window, once what is told of a new size has been told."""
    return int(page.evaluate(_WIDER))


_WIDER = """() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() =>
  tell(document.documentElement.scrollWidth - document.documentElement.clientWidth))))"""


def film(path: Path, pictures: Iterable[Image.Image], *, size: tuple[int, int] = (1280, 720)) -> Path:
    """Write what the camera is to see: each picture in the middle of a white frame; Chromium repeats the film."""
    with path.open("wb") as file:
        for picture in pictures:
            frame = Image.new("RGB", size, "white")
            seen = picture.convert("RGB")
            seen.thumbnail(size)
            frame.paste(seen, ((size[0] - seen.width) // 2, (size[1] - seen.height) // 2))
            data = io.BytesIO()
            frame.save(data, "JPEG", quality=90, subsampling="4:2:0")  # the one kind that Chromium's fake camera reads
            file.write(data.getvalue())
    return path


def findings(page: Page) -> list[str]:
    """What axe has against the page, by WCAG 2.2 A and AA: one line a finding, with the elements; empty is good."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # What passed is not told node by node, and style sheets are not fetched again: no rule of these tags reads them.
    options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"], "preload": False}
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    result: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{finding['id']} ({finding['impact']}): {finding['help']}: "
        + " · ".join(str(node["target"]) for node in finding["nodes"])
        for finding in result["violations"]
    ]


def looks_often(context: BrowserContext) -> None:
    """For who asks for the findings of page after page: axe, half a megabyte, is sent to the browser once."""
    context.add_init_script(_axe())


@functools.cache
def _axe() -> str:
    return str(Axe().axe_script)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as one:
        yield one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in a browser that fails is tried once more, and the run ends by saying which ("rerun"). What fails twice
    is red; what did not is to be looked into all the same.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reason = missing()
    if reason is not None:
        terminalreporter.section("left out: every test in a browser", yellow=True)
        terminalreporter.line(reason)
