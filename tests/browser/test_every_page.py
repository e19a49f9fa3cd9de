"""Every page at a phone's and a desk's width: nothing that axe finds, nothing to scroll sideways, no complaint.

The pages are those of the routes, so that a new one is looked at without being named here.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from playwright.sync_api import APIResponse, Browser, Error, Page, Response

from conference import db
from tests import browsers, one_of_each
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

A_WHOLE_PAGE = "() => Boolean(document.doctype || document.documentElement.hasAttributes() || document.title)"
# Pages that look different by what follows their address, or by what it leads to.
MORE = {
    "public": ["/c/NONE", "/m/{slug}/register?unit={unit_id}"],
    "delegate": ["/my/{link_id}/?from=code"],
    "unit": ["/u/{desk_id}/?edit={number}", "/u/{desk_id}/?show=over"],
    "door": [],
    "wall": [],
    "organiser": [
        "/desk/{slug}/delegates?answered=yes&category=delegate&category=guest&origin=unit_link",
        "/desk/{slug}/waiting?mode=online",
        "/desk/{slug}/requests?state=settled",
    ],
}
NOWHERE = ("/c/NONE", "/live/room")  # no such code; no room outside, to which one would be led
# In how many tests an audience with many pages is walked, so that no worker is left alone with it.
PARTS = {"organiser": 5, "public": 2}


# What axe looks for hangs on the language or on the width, never on both: each is looked at once. The other width is
# taken on where the page stands, as a phone that is turned does.
@pytest.mark.parametrize(
    ("language", "viewport", "other"),
    [("zh-CN", browsers.PHONE, browsers.DESK), ("en", browsers.DESK, browsers.PHONE)],
    ids=["zh-phone-first", "en-desk-first"],
)
@pytest.mark.parametrize(
    ("audience", "part"), [(audience, part) for audience in MORE for part in range(PARTS.get(audience, 1))]
)
def test_every_page_is_sound(
    app: APIFlask,
    live_server: Server,
    cast: Cast,
    now: datetime,
    browser: Browser,
    audience: str,
    part: int,
    language: str,
    viewport: browsers.ViewportSize,
    other: browsers.ViewportSize,
) -> None:
    with app.app_context():
        ids = one_of_each.make(cast, now)
        db.release()
    addresses = [place.address for place in one_of_each.places(app, audience, ids) if "GET" in place.methods]
    addresses += [more.format(**ids) for more in MORE[audience]]
    with browser.new_context(viewport=viewport, locale=language, reduced_motion="reduce") as context:
        context.set_default_timeout(60_000)
        browsers.looks_often(context)
        page = context.new_page()
        complaints: list[str] = []
        # The page of a sign-in link goes off by itself; it is looked at as it stands before.
        page.route("**/submit-itself.js", lambda route: route.abort())
        page.on("pageerror", lambda problem: complaints.append(f"{page.url}: {problem}"))
        enter(page, live_server.url, audience, ids, cast)
        for address in addresses[part :: PARTS.get(audience, 1)]:
            answer = opened(page, live_server.url + address)
            # The code on the hall's screen is good for a minute, and this takes longer.
            expected = {200, 410} if address.startswith("/h/") else {404} if address.endswith(NOWHERE) else {200}
            assert answer.status in expected, address
            if "text/html" in answer.headers["content-type"] and page.evaluate(A_WHOLE_PAGE):
                assert browsers.findings(page) == [], page.url
                assert browsers.wider(page) <= 0, page.url
                page.set_viewport_size(other)
                assert browsers.wider(page) <= 0, f"{page.url} at {other}"
                page.set_viewport_size(viewport)
        assert complaints == []


def opened(page: Page, url: str) -> Response | APIResponse:
    """The answer to a page, which is shown now; or to a file, which a browser keeps instead of showing it."""
    try:
        shown = page.goto(url)
    except Error as error:
        if not any(reason in error.message for reason in ("Download is starting", "net::ERR_ABORTED")):
            raise
        kept = page.context.request.get(url)
        assert "text/html" not in kept.headers["content-type"], url
        return kept
    assert shown is not None
    return shown


def enter(page: Page, url: str, audience: str, ids: one_of_each.Ids, cast: Cast) -> None:
    """Come in as somebody who may see all pages of an audience."""
    if audience == "delegate":
        page.goto(f"{url}/p/{cast.liran_token}")
        page.goto(f"{url}/my/{ids['link_id']}/proof/download")
        page.locator("[name=proof]").fill("0001")
        page.locator("[name=proof]").press("Enter")
        page.wait_for_url("**/data")
    elif audience == "unit":
        page.goto(f"{url}/u/{ids['unit.links.token']}")
    elif audience == "public":
        page.goto(f"{url}/p/{cast.liran_token}")  # what is for delegates is among it
        page.goto(f"{url}/h/{ids['public.here.code']}")
    elif audience == "wall":
        page.goto(f"{url}/wall/{ids['wall.links.token']}")
    elif audience in {"door", "organiser"}:
        page.goto(f"{url}/sign-in")
        page.locator("[name=email]").fill(cast.administrator_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/desk/**")
