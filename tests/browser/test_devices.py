"""A phone becomes a gate's scanner by a code on the screen, is turned out, and comes back with its scans."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.browser import doors
from tests.browser.servers import Server
from tests.browser.test_door import record, type_code, verdict
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SOON = 20_000  # ms
KEPT = """async () => {
  const found = {};
  for (const { name } of await indexedDB.databases()) {
    const opened = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    for (const store of opened.objectStoreNames) {
      const all = opened.transaction(store).objectStore(store).getAll();
      const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
      found[store] = JSON.stringify(rows);
    }
    opened.close();
  }
  return found;
}"""


def code_on_the_screen(desk: Page) -> str:
    """The address that the shown code carries."""
    return desk.get_by_role("textbox", name="扫不了时").input_value()


def paired(phone: Page, address: str) -> None:
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("东门")
    assert browsers.findings(phone) == []
    phone.get_by_role("button", name="配对这部手机").click()
    doors.awake(phone)
    doors.ready_alone(phone)


def test_a_phone_is_paired_turned_out_and_paired_again_with_its_scans(
    app: APIFlask, browser: Browser, live_server: Server, cast: Cast
) -> None:
    base = f"{live_server.url}/desk/{cast.slug}/devices"
    with browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as office, doors.phone(browser) as pocket:
        desk, phone = office.new_page(), pocket.new_page()
        desk.goto(f"{live_server.url}/sign-in?next={urlsplit(base).path}")
        desk.locator("[name=email]").fill(cast.zhouning_email)
        desk.locator("[name=password]").fill(PASSWORD)
        desk.locator("[name=password]").press("Enter")
        desk.get_by_role("link", name="添加扫码设备").click()
        desk.get_by_label("门或通道的名称").fill("东门")
        desk.get_by_role("button", name="显示配对二维码").click()
        paired(phone, code_on_the_screen(desk))
        expect(desk.get_by_text(re.compile("已配对")).first).to_be_visible(timeout=SOON)  # by itself

        type_code(phone, cast.liran_code)
        assert verdict(phone, "go")["name"] == "李然"
        phone.keyboard.press("Escape")
        assert record(app, cast) == [("admitted", "东门", False)]
        desk.goto(base)
        gate = desk.get_by_role("row").filter(has_text="东门")
        expect(gate).to_contain_text("在线")
        assert "李然" in str(phone.evaluate(KEPT))

        pocket.set_offline(True)
        type_code(phone, cast.chenzhuo_code)
        assert verdict(phone, "go")["name"] == "陈卓"
        phone.keyboard.press("Escape")
        expect(phone.locator("#door-state")).to_contain_text("1 条待传")
        gate.get_by_role("link", name="停用").click()
        desk.get_by_role("button", name=re.compile("停用")).click()
        expect(desk.get_by_text("已停用，这部手机从现在起不能再扫码。")).to_be_visible()

        pocket.set_offline(False)
        expect(phone.locator("#door-state")).to_contain_text("已停用 · 1 条待传 · 名单未下载", timeout=SOON)
        # The open page says so, to every scan.
        assert verdict(phone, "stop")["word"] == "已停用"
        expect(phone.locator("[data-desk]")).to_have_attribute("inert", "")
        phone.keyboard.type(cast.liran_code)
        phone.keyboard.press("Enter")
        said = verdict(phone, "stop")
        assert (said["unit"], "重新配对" in said["advice"]) == (cast.liran_code, True)
        phone.reload()
        expect(phone.get_by_role("heading", name="这部手机不再是扫码设备")).to_be_visible()
        kept = phone.evaluate(KEPT)
        assert ("李然" in str(kept), "陈卓" in str(kept), cast.chenzhuo_code in str(kept)) == (False, False, True)
        assert record(app, cast) == [("admitted", "东门", False)]

        desk.goto(f"{base}/new")
        desk.get_by_label("门或通道的名称").fill("东门")
        desk.get_by_role("button", name="显示配对二维码").click()
        paired(phone, code_on_the_screen(desk))
        expect(phone.locator("#door-state")).not_to_contain_text("待传", timeout=SOON)
        expect(phone.locator("#door-state")).to_contain_text("在线", timeout=SOON)
    assert record(app, cast) == [("admitted", "东门", False)] * 2
