"""What the tests of the door share: a phone at a gate, many people, many scans, a server that is slow or cut off."""

from __future__ import annotations

import contextlib
import io
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conference import clock
from conference.services import meetings, registration
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

# Codes are put into the field, each when the last has its verdict: how long each took, when, and what was said.
SCAN = """async (codes) => {
  const form = document.querySelector("#scan"), stage = document.querySelector("[data-stage]"), found = [];
  for (const code of codes) {
    const before = stage.querySelector("[data-verdict]"), at = Date.now(), began = performance.now();
    const said = new Promise((done) => {
      const watch = new MutationObserver(() => {
        const verdict = stage.querySelector("[data-verdict]");
        if (!verdict || verdict === before || verdict.dataset.kind === "wait") return;
        watch.disconnect();
        done({ code, at, took: performance.now() - began, kind: verdict.dataset.kind });
      });
      watch.observe(stage, { childList: true });
    });
    form.elements.code.value = code;
    form.requestSubmit();
    found.push(await said);
  }
  return found;
}"""
ROSTER = re.compile(r"名单 \d\d:\d\d")  # the phone has it
KEPT_PEOPLE = """async () => {
  const { openStore } = await import(
    document.querySelector("script[type=module]").src.replace("js/main.js", "js/door/store.js")
  );
  const store = await openStore(), places = ["facts", "points", "chunks", "verdicts"], kept = [];
  for (const place of places) kept.push((await store.all(place)).length);
  const pages = [];
  for (const name of await caches.keys()) pages.push(...(await (await caches.open(name)).keys()));
  return [...kept, pages.filter((page) => new URL(page.url).pathname.startsWith("/door/")).length];
}"""
# A page that is kept opens without a server once the worker that kept it answers, and not before.
KEPT = """async (path) => {
  const { active } = await navigator.serviceWorker.ready;
  if (active?.state !== "activated") return undefined;
  return caches.match(path ?? location.pathname, { ignoreSearch: true, ignoreVary: true });
}"""


def phone(browser: Browser, **more: Any) -> BrowserContext:  # what Playwright takes
    return browser.new_context(
        viewport=browsers.PHONE,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=True,
        reduced_motion="reduce",
        **more,
    )


def stand_at_the_gate(page: Page, server: Server, cast: Cast, gate: str = "东门") -> None:
    """何静 signs in, names the gate and takes the venue."""
    page.goto(f"{server.url}/door/")
    page.locator("[name=email]").fill(cast.hejing_email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.get_by_label("您在哪个门").fill(gate)
    page.get_by_role("button", name="会场").click()
    awake(page)


def awake(page: Page) -> None:
    """Until the scanner listens, which takes a dozen scripts, one after the other."""
    expect(page.locator("[data-camera]")).to_be_visible(timeout=20_000)


@contextlib.contextmanager
def at_the_gate(browser: Browser, server: Server, cast: Cast) -> Iterator[Page]:
    """The scanner's page on a phone; no script of it has failed by the end."""
    with phone(browser) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        stand_at_the_gate(page, server, cast)
        yield page
    assert complaints == []


def ready_alone(page: Page) -> None:
    """Until the phone has the roster and has kept its page."""
    expect(page.locator("#door-state")).to_contain_text(ROSTER, timeout=20_000)
    until(page, KEPT)


def stop_the_clock(page: Page) -> None:
    """No time passes on the page any more: nobody's patience ends, and keys come as quick as a hand scanner's."""
    now = clock.now()
    page.clock.install(time=now - timedelta(minutes=1))
    page.clock.pause_at(now)


def until(page: Page, true: str, argument: Any = None) -> None:  # what a page takes
    """Until the function says so in the page, for forty seconds."""
    page.evaluate(
        f"""async (argument) => {{
          for (let tries = 800; !(await ({true})(argument)); tries -= 1) {{
            if (tries === 0) throw new Error("waited in vain");
            await new Promise((done) => setTimeout(done, 50));
          }}
        }}""",
        argument,
    )


def crowd(app: APIFlask, cast: Cast, count: int) -> list[str]:
    """So many people more, by name; their codes."""
    now = clock.now()
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: count + 100}}, Doing(SYSTEM, now, cast.public_url))
        made = [
            registration.register(
                cast.meeting_id,
                registration.Entry(
                    name=f"代表{n}", unit_id=cast.kenli_id, mode=Mode.IN_PERSON, phone=f"139{n:08}", position="科员"
                ),
                actor=SYSTEM,
                origin=Origin.UNIT_LINK,
                public_url=cast.public_url,
                now=now,
            )
            for n in range(count)
        ]
        return [one.delegate.codes[0].code for one in made]


class Road:
    """What lies between the phone and the application: it may hold back what comes, or cut an answer in two."""

    def __init__(self, app: APIFlask) -> None:
        self._inside = app.wsgi_app
        self._open = threading.Event()
        self._open.set()
        self._cut = threading.Event()
        self.cut: list[str] = []
        self.refusals: list[int] = []
        self.batches: list[int] = []
        app.wsgi_app = self  # type: ignore[method-assign]  # Flask's own way of wrapping

    def hold(self) -> None:
        """From now on no scan is let through until `let()`."""
        self._open.clear()

    def let(self) -> None:
        self._open.set()

    def cut_the_next_answer(self) -> None:
        self._cut.set()

    def refuse(self, *statuses: int) -> None:
        """The next batches get these statuses, one each, from something before the application."""
        self.refusals.extend(statuses)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if "/check-ins" not in path:
            return self._inside(environ, start)
        self._open.wait(30)
        if path.endswith("/batch"):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)
            if self.refusals:
                start(f"{self.refusals.pop(0)} Not Now", [("Retry-After", "1"), ("Content-Length", "0")])
                return [b""]
            self.batches.append(len(json.loads(body)["items"]))
        if not self._cut.is_set():
            return self._inside(environ, start)
        self._cut.clear()
        self.cut.append(path)
        whole = b"".join(self._inside(environ, start))  # judged and kept; its length is already promised
        return self._half(whole)

    @staticmethod
    def _half(whole: bytes) -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
