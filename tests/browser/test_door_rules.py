"""The scanner that works alone decides by the same lines as the server: one table, run against both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests import browsers
from tests.browser.servers import Server
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "rules" / "checkin_cases.json").read_text("utf-8")
)

RUN = """async ([address, cases]) => {
  const rules = await import(address), now = Date.UTC(2026, 6, 19, 1, 30);
  const after = (seconds) => (seconds === null || seconds === undefined ? null : now + seconds * 1000);
  const said = ({ outcome, reason, flagged }) => `${outcome}/${reason ?? ""}${flagged ? "!" : ""}`;
  return {
    verdicts: cases.verdicts.map(({ person, point = {}, ...more }) => said(rules.verdict(
      person, { opensAt: after(point.opens), closesAt: after(point.closes), reentry: point.reentry ?? false },
      {
        at: now, direction: more.direction, stayHasAdmission: more.in_already,
        admittedOffline: more.admitted_offline, refusedOffline: more.refused_offline,
      },
    ))),
    times: cases.times.map(({ scanned, sent }) => {
      const { at, flagged } = rules.timeOfScan(after(scanned), after(sent), now);
      return [(at - now) / 1000, flagged];
    }),
    stays: cases.stays.map(({ events, at }) => {
      const all = events.map((event) => ({ ...event, at: event.minute }));
      const { inside, lastOutAt, admission } = rules.standing(all);
      const stands = { inside, last_out: lastOutAt, admission: admission?.id ?? null };
      return [rules.admissionOfStay(all, at)?.id ?? null, stands];
    }),
  };
}"""


def test_the_phone_decides_as_the_server_does(browser: Browser, live_server: Server, cast: Cast) -> None:
    page = browser.new_context(viewport=browsers.PHONE).new_page()
    page.goto(f"{live_server.url}/sign-in")
    address = live_server.app.extensions["assets"].url("js/door/rules.js")
    found = page.evaluate(RUN, [address, CASES])
    assert found == {
        "verdicts": [case["said"] for case in CASES["verdicts"]],
        "times": [[case["judged"], case["flagged"]] for case in CASES["times"]],
        "stays": [[case["admission"], case["standing"]] for case in CASES["stays"]],
    }
    page.context.close()
