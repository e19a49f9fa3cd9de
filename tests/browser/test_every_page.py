"""Every page at a phone's and a desk's width: nothing that axe finds, nothing to scroll sideways, no complaint."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser

from conference.models import AccessLink
from conference.services import links
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PUBLIC = [
    "/",
    "/sign-in",
    "/m/{slug}/",
    "/m/{slug}/privacy",
    "/m/{slug}/register",
    "/m/{slug}/return/",
    "/r/{yuquan_link}",
    "/my/",
    "/c/NONE",
]
MINE = [
    *("", "mode", "correct", "questions", "stay", "needs", "consents", "links"),
    *("proof/cancel", "proof/download"),
]
PROVEN = ["data", "erase", "cancel"]
DESK = [
    "/desk/", "/desk/new", "/desk/account/password", "/desk/units", "/desk/units/{yuquan_id}",
    *(f"/desk/{{slug}}/{page}" for page in (
        "", "settings", "settings/terms", "questions", "questions/new/one_of", "questions/preview", "tick-in",
        "status/closed", "units", "units/new", "units/{yuquan_id}", "units/{yuquan_id}/edit",
        "units/{yuquan_id}/link", "units/{yuquan_id}/liaison", "units/{yuquan_id}/liaison/hand-over",
        "units/{yuquan_id}/liaison/dismiss", "units/{yuquan_id}/merge", "units/{yuquan_id}/merge/{kenli_id}",
        "units/duplicates", "units/limits", "units/proposed", "units/import", "invitations", "invitations/send/silent",
        "invitations/workbook", "places-requests", "delegates", "delegates/new", "delegates/{liran_id}", "delegates/{liran_id}/edit",
        "delegates/{liran_id}/cancel", "delegates/{liran_id}/substitute", "delegates/{liran_id}/erase", "delegates?answered=yes&category=delegate&category=guest&origin=unit_link",
        "delegates/bulk/confirm?whom=all", "delegates/bulk/cancel?whom=all", "delegates/bulk/category?whom=all", "delegates/bulk/remind?whom=all", "filters", "waiting",
        "waiting?mode=online", "duplicates", "requests", "requests?state=settled", "repeats", "details", "details/needs", "details/agreed", "checkpoints", "checkpoints/new",
        "replies", "accounts", "accounts/new", "activity", "outbox", "outbox/1",
        "outbox/1/again", "notices", "notices/new", "notices/words/registered/zh", "notices/words/reminder/en",
    )),
    "/door/", "/door/{slug}/",
]  # fmt: skip


@pytest.mark.parametrize("viewport", [browsers.PHONE, browsers.DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_sound(
    app: APIFlask, live_server: Server, cast: Cast, browser: Browser, viewport: dict[str, int], language: str
) -> None:
    with browser.new_context(viewport=viewport, locale=language, reduced_motion="reduce") as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda problem: complaints.append(f"{page.url}: {problem}"))

        def look(address: str) -> None:
            answer = page.goto(live_server.url + address.format(**vars(cast)))
            assert answer is not None
            assert answer.status == (404 if address == "/c/NONE" else 200), page.url
            assert browsers.findings(page) == [], page.url
            wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, page.url

        for address in PUBLIC:
            look(address)
        page.goto(f"{live_server.url}/p/{cast.liran_token}")
        with app.app_context():
            mine = links.by_token(cast.liran_token)
            assert isinstance(mine, AccessLink)
        for part in MINE:
            look(f"/my/{mine.id}/{part}")
        page.goto(f"{live_server.url}/my/{mine.id}/proof/download")
        page.locator("[name=proof]").fill("0001")
        page.locator("[name=proof]").press("Enter")
        page.wait_for_url("**/data")
        for part in PROVEN:
            look(f"/my/{mine.id}/{part}")
        page.goto(f"{live_server.url}/sign-in")
        page.locator("[name=email]").fill(cast.administrator_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/desk/**")
        for address in DESK:
            look(address)
        assert complaints == []
