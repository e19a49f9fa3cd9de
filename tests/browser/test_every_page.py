"""Every page at a phone's and a desk's width: nothing that axe finds, nothing to scroll sideways, no complaint.

The pages are those of the routes, so that a new one is looked at without being named here.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, ViewportSize

from conference import db
from tests import browsers, one_of_each
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
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


@pytest.mark.parametrize("viewport", [browsers.PHONE, browsers.DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("audience", list(MORE))
def test_every_page_is_sound(
    app: APIFlask,
    live_server: Server,
    cast: Cast,
    now: datetime,
    browser: Browser,
    viewport: ViewportSize,
    language: str,
    audience: str,
) -> None:
    with app.app_context():
        ids = one_of_each.make(cast, now)
        db.release()
    # What axe looks for hangs on the language or on the width, never on both: each is looked at once.
    thorough = (language == "zh-CN") == (viewport is browsers.PHONE)
    addresses = [place.address for place in one_of_each.places(app, audience, ids) if "GET" in place.methods]
    with browser.new_context(viewport=viewport, locale=language, reduced_motion="reduce") as context:
        context.set_default_timeout(60_000)
        page = context.new_page()
        complaints: list[str] = []
        # The page of a sign-in link goes off by itself; it is looked at as it stands before.
        page.route("**/submit-itself.js", lambda route: route.abort())
        page.on("pageerror", lambda problem: complaints.append(f"{page.url}: {problem}"))
        enter(page, live_server.url, audience, ids, cast)
        for address in addresses + [more.format(**ids) for more in MORE[audience]]:
            answer = context.request.get(live_server.url + address)
            # The code on the hall's screen is good for a minute, and this takes longer.
            expected = {404} if address == "/c/NONE" else {200, 410} if address.startswith("/h/") else {200}
            assert answer.status in expected, address
            if "text/html" in answer.headers["content-type"] and "<html" in answer.text():
                page.goto(live_server.url + address)
                if thorough:
                    assert browsers.findings(page) == [], page.url
                assert page.evaluate(WIDER) <= 0, page.url
        assert complaints == []


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
        page.goto(f"{url}/h/{ids['public.here.code']}")
    elif audience == "wall":
        page.goto(f"{url}/wall/{ids['wall.links.token']}")
    elif audience in {"door", "organiser"}:
        page.goto(f"{url}/sign-in")
        page.locator("[name=email]").fill(cast.administrator_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/desk/**")
