"""The door without a network: nothing is lost, nothing is doubled, and everybody is told at once."""

from __future__ import annotations

import re
import statistics
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import qrcode
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.services import delegates, door, scans
from conference.services.activity import SYSTEM
from conference.services.checkpoints import one as checkpoint_of
from conference.services.delegates import Doing
from tests import browsers
from tests.browser import doors
from tests.browser.servers import Server
from tests.browser.test_door import record, type_code, verdict
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SOON = 20_000  # ms


@pytest.fixture
def page(browser: Browser, live_server: Server, cast: Cast) -> Iterator[Page]:
    with doors.at_the_gate(browser, live_server, cast) as page:
        doors.ready_alone(page)
        yield page


def handed_in(page: Page) -> None:
    expect(page.locator("#door-state")).to_contain_text("在线", timeout=SOON)
    expect(page.locator("#door-state")).not_to_contain_text("待传", timeout=SOON)


def test_two_hundred_scans_without_a_network_and_a_reload_among_them(
    app: APIFlask, live_server: Server, cast: Cast, tmp_path: Path
) -> None:
    codes = doors.crowd(app, cast, 200)
    badge = qrcode.QRCode(box_size=8, mask_pattern=2)
    badge.add_data(f"{live_server.url}/c/{cast.liran_code}".upper())
    film = browsers.film(tmp_path / "badge.mjpeg", [badge.make_image().get_image()])
    with browsers.launched(camera=film) as browser, doors.phone(browser, permissions=["camera"]) as context:
        page = context.new_page()
        doors.stand_at_the_gate(page, live_server, cast)
        doors.ready_alone(page)
        # 李然, whom the camera sees, by the server: it may be some time ago by now.
        expect(page.locator("[data-recent-list] li")).to_contain_text("李然", timeout=30_000)
        expect(page.locator("[data-stage]")).to_be_hidden(timeout=SOON)
        page.get_by_role("button", name="关闭摄像头").click()

        context.set_offline(True)
        live_server.stop()
        said = page.evaluate(doors.SCAN, codes[:100])
        expect(page.locator("#door-state")).to_contain_text("单机 · 100 条待传")
        page.reload()
        expect(page.locator("#door-state")).to_contain_text("单机 · 100 条待传", timeout=SOON)
        said += page.evaluate(doors.SCAN, codes[100:])
        assert [one["kind"] for one in said] == ["go"] * 200
        [again] = page.evaluate(doors.SCAN, codes[:1])
        assert again["kind"] == "again"  # the phone knows itself whom it let in
        assert verdict(page, "again")["detail"].endswith("· 东门")
        page.keyboard.press("Escape")
        with app.app_context():
            assert len(scans.feed(cast.meeting_id).items) == 1
            db.release()

        live_server.start()
        context.set_offline(False)
        handed_in(page)
    with app.app_context():
        kept = scans.feed(cast.meeting_id, limit=500).items
        assert door.count(cast.meeting_id, checkpoint_of(cast.meeting_id, cast.venue_id)).arrived == 201
    assert [entry["outcome"] for entry in kept] == ["admitted"] * 201 + ["already"]
    assert [entry["flagged"] for entry in kept] == [False] * 202
    times = [datetime.fromisoformat(entry["scanned_at"]) for entry in kept[1:201]]
    wanted = [datetime.fromtimestamp(one["at"] / 1000, UTC) for one in said]
    assert max(abs(found - time) for found, time in zip(times, wanted, strict=True)) < timedelta(seconds=1)


def test_two_phones_alone_admit_one_person_and_one_of_them_is_flagged(
    app: APIFlask, browser: Browser, live_server: Server, cast: Cast
) -> None:
    with doors.phone(browser) as east, doors.phone(browser) as west:
        pages = [east.new_page(), west.new_page()]
        for page, gate in zip(pages, ("东门", "西门"), strict=True):
            doors.stand_at_the_gate(page, live_server, cast, gate)
            doors.ready_alone(page)
        live_server.stop()
        for page in pages:
            type_code(page, cast.liran_code)
            assert verdict(page, "go")["name"] == "李然"
        live_server.start()
        for page in pages:
            handed_in(page)
    with app.app_context():
        kept = scans.feed(cast.meeting_id).items
        assert door.count(cast.meeting_id, checkpoint_of(cast.meeting_id, cast.venue_id)).arrived == 1
    assert sorted((entry["outcome"], entry["flagged"]) for entry in kept) == [("admitted", False), ("already", True)]
    assert {entry["gate"] for entry in kept} == {"东门", "西门"}


def test_a_slow_server_is_not_waited_for_and_what_it_says_late_is_told(
    app: APIFlask, page: Page, live_server: Server, cast: Cast, now: datetime
) -> None:
    with app.app_context():  # the phone does not know it yet: it asks every ten seconds
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, Doing(SYSTEM, now, cast.public_url))
    road = doors.Road(live_server.app)
    road.hold()
    [scanned] = page.evaluate(doors.SCAN, [cast.liran_code])
    assert (scanned["kind"], scanned["took"] > 1400) == ("go", True)
    expect(page.locator("#door-state")).to_contain_text("单机")
    [said] = page.evaluate(doors.SCAN, [cast.chenzhuo_code])  # not waited for at all any more
    assert (said["kind"], said["took"] < 1000) == ("go", True)
    page.get_by_role("button", name="下一位").click()
    expect(page.locator("#door-state")).to_contain_text("2 条待传")
    road.let()
    handed_in(page)
    expect(page.locator("[data-recent-list] li")).to_have_count(2)
    with app.app_context():
        kept = scans.feed(cast.meeting_id).items
    # The first is the request that hung: its time is when it was scanned.
    late = datetime.fromisoformat(kept[0]["scanned_at"]) - datetime.fromtimestamp(scanned["at"] / 1000, UTC)
    assert abs(late) < timedelta(seconds=1.2)
    # 陈卓 was let in: it is so recorded, and somebody will look at it.
    assert [(entry["outcome"], entry["reason"], entry["flagged"]) for entry in kept] == [
        ("admitted", None, False),
        ("admitted", "cancelled", True),
    ]


def test_half_an_answer_counts_once(app: APIFlask, page: Page, live_server: Server, cast: Cast) -> None:
    road = doors.Road(live_server.app)
    road.cut_the_next_answer()
    type_code(page, cast.liran_code)
    assert verdict(page, "go")["name"] == "李然"
    page.keyboard.press("Escape")
    handed_in(page)
    live_server.stop()
    type_code(page, cast.chenzhuo_code)
    verdict(page, "go")
    page.keyboard.press("Escape")
    road.cut_the_next_answer()  # of the batch
    live_server.start()
    handed_in(page)
    assert [path.rsplit("/", 1)[1] for path in road.cut] == ["check-ins", "batch"]
    assert record(app, cast) == [("admitted", "东门", False)] * 2


def test_who_is_not_on_the_list_is_for_the_steward_to_decide(
    app: APIFlask, page: Page, live_server: Server, cast: Cast
) -> None:
    live_server.stop()
    unknown, another = doors.crowd(app, cast, 2)  # registered while this phone was alone
    type_code(page, unknown)
    said = verdict(page, "ask")
    assert (said["word"], said["detail"]) == ("不在名单", f"码尾号 {unknown[-4:]}")
    assert browsers.findings(page) == []
    page.get_by_role("button", name="请到会务台").click()
    type_code(page, another)
    verdict(page, "ask")
    page.get_by_role("button", name="人工放行").click()
    type_code(page, "不是一个码")
    assert verdict(page, "stop")["detail"] == "不是本次会议的参会码"
    page.keyboard.press("Escape")
    live_server.start()
    handed_in(page)
    with app.app_context():
        kept = scans.feed(cast.meeting_id).items
    assert [(entry["outcome"], entry["reason"]) for entry in kept] == [
        ("refused", "unknown"),
        ("admitted", None),
        ("refused", "unknown"),
    ]


def test_people_are_found_without_a_network(app: APIFlask, page: Page, live_server: Server, cast: Cast) -> None:
    live_server.stop()
    for words, name in (("李", "李然"), ("chenz", "陈卓"), ("cz", "陈卓"), ("垦利", "陈卓"), ("0001", "李然")):
        page.get_by_label("没有带码").fill(words)
        page.get_by_role("button", name="查找").click()
        expect(page.locator("[data-found] .found").filter(has_text=name)).to_have_count(1)
    assert browsers.findings(page) == []
    page.get_by_role("button", name=re.compile("签到.*李然")).click()
    assert verdict(page, "go")["name"] == "李然"
    live_server.start()
    handed_in(page)
    assert record(app, cast) == [("admitted", "东门", False)]


def test_a_scan_taken_back_alone_is_taken_back(app: APIFlask, page: Page, live_server: Server, cast: Cast) -> None:
    live_server.stop()
    type_code(page, cast.liran_code)
    verdict(page, "go")
    page.get_by_role("button", name="撤销", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("[data-recent-list] li")).to_contain_text("已撤销")
    live_server.start()
    handed_in(page)
    assert record(app, cast) == [("admitted", "东门", True)]


def test_signing_out_takes_everything_away_but_what_waits(page: Page, live_server: Server, cast: Cast) -> None:
    live_server.stop()
    type_code(page, cast.liran_code)
    verdict(page, "go")
    page.keyboard.press("Escape")
    assert page.evaluate(SIZE) == [1, 1, 1, 1]
    live_server.start()
    handed_in(page)
    page.goto(f"{live_server.url}/door/{cast.slug}/")
    page.goto(f"{live_server.url}/door/")
    # Before the page's script is there: the sign-in page does it.
    page.locator("form[action='/sign-out']").evaluate("(form) => form.submit()")
    expect(page.locator("[name=password]")).to_be_visible()
    doors.until(page, f"async () => !(await ({SIZE})()).some(Boolean)")


def test_twenty_thousand_people_and_a_slow_phone(app: APIFlask, page: Page, live_server: Server, cast: Cast) -> None:
    """From a code in hand to the verdict on the page; and how long a reload takes to know everybody."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    codes = ["".join(alphabet[(n // 31**place) % 31] for place in range(18)) for n in range(20_000)]
    live_server.stop()
    page.evaluate(FILL, [codes, cast.venue_id])
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.reload()
    loaded = page.evaluate(LOADED, cast.venue_id)
    page.evaluate(doors.SCAN, codes[:20])
    # Three rounds, and the best counts: a machine that does something else for a moment makes none of them quicker.
    rounds = [page.evaluate(doors.SCAN, codes[start : start + 30]) for start in (100, 200, 300)]
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    assert {one["kind"] for some in rounds for one in some} == {"go"}
    medians = [statistics.median(one["took"] for one in some) for some in rounds]
    sys.stdout.write(
        f"\nscan to verdict, 20,000 people, 4 times slower: median {' / '.join(f'{one:.0f}' for one in medians)} ms; "
        f"roster from the disk: {loaded:.0f} ms\n"
    )
    assert min(medians) < 100  # ms, as was promised


FILL = """async ([codes, id]) => {
  const base = document.querySelector("script[type=module]").src;
  const { openStore } = await import(base.replace("js/main.js", "js/door/store.js"));
  const store = await openStore(), facts = await store.read("points", id), changes = [{ place: "chunks", of: id }];
  const unit = "呼和浩特市玉泉区民政局";
  const row = (code, n) => [
    code, String(n).padStart(5, "0"), `代表${n}`, `dai biao ${n}`, unit, "科员", "delegate", "0001",
    "in_person", "confirmed", "3 排 12 座", null, true, false, null, null, false,
  ];
  for (let from = 0; from < codes.length; from += 1000) {
    const rows = codes.slice(from, from + 1000).map((code, n) => row(code, from + n + 1));
    changes.push({ place: "chunks", key: [id, from / 1000 + 1], value: JSON.stringify(rows) });
  }
  await store.write([...changes, { place: "points", key: id, value: { ...facts, chunks: 20 } }]);
}"""
LOADED = """async (id) => {
  const base = document.querySelector("script[type=module]").src;
  const { openStore } = await import(base.replace("js/main.js", "js/door/store.js"));
  const { openRoster } = await import(base.replace("js/main.js", "js/door/roster.js"));
  const store = await openStore(), began = performance.now(), roster = await openRoster(store, id);
  if (roster.size < 20000) throw new Error(`${roster.size} people`);
  return performance.now() - began;
}"""
SIZE = """async () => {
  const { openStore } = await import(
    document.querySelector("script[type=module]").src.replace("js/main.js", "js/door/store.js")
  );
  const store = await openStore(), count = async (place) => (await store.all(place)).length;
  return [await count("points"), await count("chunks"), await count("verdicts"), await count("queue")];
}"""
