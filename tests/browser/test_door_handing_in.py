"""What waits on a phone is handed in once, whatever comes between; and what was kept about people goes in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, expect

from conference import db
from conference.services import checkpoints, devices, scans
from conference.services.activity import Actor
from conference.services.checkpoints import CheckpointFacts
from conference.services.delegates import Doing
from conference.services.devices import GateFacts
from conference.vocabulary import ActorKind, CheckpointKind
from tests.browser import doors
from tests.browser.servers import Server
from tests.browser.test_door import record, type_code, verdict
from tests.browser.test_door_alone import SIZE, SOON, handed_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

MANY = 520
# Scans of one code, a second apart until now, and one for a checkpoint that does not exist.
FILL = """async ([slug, checkpoint, code, many]) => {
  const base = document.querySelector("script[type=module]").src;
  const { openStore } = await import(base.replace("js/main.js", "js/door/store.js"));
  const now = Date.now(), changes = [];
  for (let n = 0; n <= many; n += 1) {
    const nonce = `many-${n}`, item = {
      kind: "scan", nonce, slug, checkpoint_id: n === 300 ? 999999 : checkpoint, gate: "东门", code, direction: "in",
      scanned_at: new Date(now - (many - n) * 1000).toISOString(), skew: -600000, hold: 0,
    };
    changes.push({ place: "queue", key: nonce, value: item });
  }
  await (await openStore()).write(changes);
  return now;
}"""


def test_hundreds_go_in_once_from_two_pages_of_a_phone_whose_clock_is_wrong(
    app: APIFlask, browser: Browser, live_server: Server, cast: Cast
) -> None:
    road = doors.Road(live_server.app)
    with doors.phone(browser) as context:
        context.clock.install(time=datetime.now(UTC) + timedelta(minutes=10))
        page = context.new_page()
        doors.stand_at_the_gate(page, live_server, cast)
        doors.ready_alone(page)
        other = context.new_page()
        other.goto(page.url)
        doors.ready_alone(other)
        expect(page.locator("[data-warnings]")).to_contain_text("差了 10 分钟")
        live_server.stop()
        filled = page.evaluate(FILL, [cast.slug, cast.venue_id, cast.liran_code, MANY])
        road.refuse(413, 429, 503)
        live_server.start()
        for one in (page, other):
            one.reload()
        for one in (page, other):
            handed_in(one)
        expect(page.locator("[data-warnings]")).to_contain_text("有 1 条记录服务器没有收下")
    assert road.refusals == []
    assert len(road.batches) >= 3
    assert max(road.batches) <= 200
    with app.app_context():
        first = scans.feed(cast.meeting_id, limit=500)
        kept = [*first.items, *scans.feed(cast.meeting_id, after_id=first.items[-1]["id"], limit=500).items]
    assert [entry["outcome"] for entry in kept] == ["admitted"] + ["already"] * (MANY - 1)
    times = [datetime.fromisoformat(entry["scanned_at"]) for entry in kept]
    last = datetime.fromtimestamp(filled / 1000, UTC) - timedelta(minutes=10)
    wanted = [last - timedelta(seconds=MANY - n) for n in range(MANY + 1) if n != 300]
    assert max(abs(found - time) for found, time in zip(times, wanted, strict=True)) < timedelta(seconds=5)


def test_a_phone_that_was_put_out_keeps_its_scans_and_nobody_of_the_roster(
    app: APIFlask, browser: Browser, live_server: Server, cast: Cast, now: datetime
) -> None:
    actor = Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁")
    with app.app_context():
        device = devices.prepare(cast.meeting_id, GateFacts("东门", (cast.venue_id,)), Doing(actor, now, ""))
        gate, code = device.id, devices.code_of(device, now=now)
    with doors.phone(browser) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/door/pair/{code}")
        page.locator("main button[type=submit]").first.click()
        doors.awake(page)  # paired: who goes on before may cut that off
        page.goto(f"{live_server.url}/door/{cast.slug}/{cast.venue_id}")
        doors.ready_alone(page)
        live_server.stop()
        type_code(page, cast.liran_code)
        verdict(page, "go")
        page.keyboard.press("Escape")
        assert page.evaluate(SIZE) == [1, 1, 1, 1]
        with app.app_context():
            devices.revoke(cast.meeting_id, gate, actor=actor, now=now)
        live_server.start()
        expect(page.locator("#door-state")).to_contain_text("已停用", timeout=SOON)
        expect(page.locator("[data-warnings]")).to_contain_text("还有 1 条记录没有上传")
        assert page.evaluate(SIZE) == [0, 0, 0, 1]
    assert record(app, cast) == []


def test_two_days_after_the_meeting_only_what_waits_is_left(
    app: APIFlask, browser: Browser, live_server: Server, cast: Cast
) -> None:
    with doors.phone(browser) as context:
        page = context.new_page()
        doors.stand_at_the_gate(page, live_server, cast)
        doors.ready_alone(page)
        live_server.stop()
        type_code(page, cast.liran_code)
        verdict(page, "go")
        page.keyboard.press("Escape")
        page.reload()
        expect(page.locator("#door-state")).to_contain_text("单机 · 1 条待传", timeout=SOON)
        expect(page.locator("[data-arrived]")).to_have_text("1")  # the server said none
        assert page.evaluate(SIZE) == [1, 1, 1, 1]
        page.evaluate(REFUSED, [cast.slug, cast.venue_id])
        page.clock.install(time=datetime.now(UTC) + timedelta(hours=58))
        page.reload()
        expect(page.locator("#door-state")).to_contain_text("1 条待传", timeout=SOON)
        assert page.evaluate(SIZE) == [0, 0, 0, 2]
        live_server.start()
        handed_in(page)
        doors.until(page, f"async () => !(await ({SIZE})())[3]")
    assert record(app, cast) == [("admitted", "东门", False)]


# A walk-in that the server did not take, and nobody mended.
REFUSED = """async ([slug, id]) => {
  const base = document.querySelector("script[type=module]").src;
  const { openStore } = await import(base.replace("js/main.js", "js/door/store.js"));
  const ends_at = "2023-07-20T18:00:00+08:00";
  const body = { name: "孙明", phone: "13700000001" }, scanned_at = new Date().toISOString();
  const facts = { kind: "walk_in", nonce: "walk", slug, checkpoint_id: id, gate: "东门", skew: null, hold: 0 };
  const value = { ...facts, scanned_at, ends_at, body, problem: "单位名额已满" };
  await (await openStore()).write([{ place: "queue", key: "walk", value }]);
}"""


def test_a_phone_sent_to_another_checkpoint_hands_in_what_it_scanned_before_and_keeps_the_rest(
    app: APIFlask, browser: Browser, live_server: Server, cast: Cast, now: datetime
) -> None:
    doing = Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, "")
    with app.app_context():
        meal = checkpoints.add(cast.meeting_id, CheckpointFacts("午餐", CheckpointKind.MEAL), doing).id
        device = devices.prepare(cast.meeting_id, GateFacts("东门", (cast.venue_id,)), doing)
        gate, code = device.id, devices.code_of(device, now=now)
        db.release()

    def limit(*places: int) -> None:
        with app.app_context():
            devices.edit(cast.meeting_id, gate, GateFacts("东门", places), Doing(doing.actor, datetime.now(UTC), ""))
            db.release()

    with doors.phone(browser) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/door/pair/{code}")
        page.locator("main button[type=submit]").first.click()
        doors.awake(page)  # paired: who goes on before may cut that off
        page.goto(f"{live_server.url}/door/{cast.slug}/{cast.venue_id}")
        doors.ready_alone(page)
        live_server.stop()
        type_code(page, cast.liran_code)
        verdict(page, "go")
        page.keyboard.press("Escape")
        limit(meal)
        type_code(page, cast.chenzhuo_code)
        verdict(page, "go")
        live_server.start()
        page.goto(f"{live_server.url}/door/{cast.slug}/{meal}")
        expect(page.locator("#door-state")).to_contain_text("1 条待传", timeout=SOON)
        assert flagged(app, cast) == [True]
        expect(page.locator("[data-warnings]")).not_to_contain_text("没有收下")
        limit()
        handed_in(page)
    assert flagged(app, cast) == [True, False]


def flagged(app: APIFlask, cast: Cast) -> list[bool]:
    with app.app_context():
        return [entry["flagged"] for entry in scans.feed(cast.meeting_id).items]
