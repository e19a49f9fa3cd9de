"""Limits for all units of a filter: said which, set once, and a list that changed is shown again."""

from __future__ import annotations

import re
from datetime import datetime

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import activity, registration, units
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.units import UnitFacts
from conference.vocabulary import Mode, Origin, Role
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.organiser.conftest import Browser


def seen(desk: FlaskClient, address: str) -> dict[str, str]:
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', desk.get(address).text)
    assert found
    return {"seen": found[1]}


def limits(app: APIFlask, cast: Cast) -> list[tuple[int | None, int | None, int | None]]:
    with app.app_context():
        parts = [units.one(cast.meeting_id, id_) for id_ in (cast.yuquan_id, cast.kenli_id)]
        db.release()
        return [(part.delegate_limit, part.in_person_limit, part.online_limit) for part in parts]


def test_limits_are_set_for_all_units_of_a_filter(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    listed = desk.get(f"/desk/{cast.slug}/units?province=150000").text
    address = f"/desk/{cast.slug}/units/limits?province=150000"
    assert f'href="{address}"' in listed
    page = desk.get(address).text
    assert "给 1 个单位设名额上限" in page
    assert "东营市垦利区民政局" not in page
    none = desk.post(address, data=seen(desk, address) | {"delegate_limit": "1"})
    assert none.location == address
    bad = {"change_delegate_limit": "y", "delegate_limit": "-1"}
    assert desk.post(address, data=seen(desk, address) | bad).status_code == 422
    good = seen(desk, address) | {"change_delegate_limit": "y", "delegate_limit": "1", "change_online_limit": "y"}
    for _ in range(2):
        answer = desk.post(address, data=good)
        assert answer.location == f"/desk/{cast.slug}/units?province=150000"
    assert limits(app, cast) == [(1, None, None), (None, None, None)]
    with app.app_context():
        edits = [act for act in activity.page(cast.meeting_id).items if act.verb == "unit.edited" and act.after]
        assert [act.after for act in edits] == [{"delegate_limit": 1}]
        assert_whole(cast.meeting_id)  # two are there already: they stay
        entry = registration.Entry("孙明", cast.kenli_id, Mode.ONLINE, phone="13900000001")
        registration.register(
            cast.meeting_id, entry, actor=SYSTEM, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
        )


def test_a_list_of_units_that_changed_is_shown_again(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    address = f"/desk/{cast.slug}/units/limits"
    sent = seen(desk, address) | {"change_in_person_limit": "y", "in_person_limit": "3"}
    with app.app_context():
        facts = UnitFacts("太原市社会工作协会", "140000")
        units.add(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url))
        db.release()
    answer = desk.post(address, data=sent)
    assert answer.status_code == 422
    assert "名单和刚才看到的不一样了" in answer.text
    assert "给 3 个单位设名额上限" in answer.text
    assert limits(app, cast) == [(None, None, None)] * 2


def test_outsiders_are_refused(desk: FlaskClient, as_role: Browser, cast: Cast) -> None:
    assert "没有这样的单位" in desk.get(f"/desk/{cast.slug}/units/limits?q=x&kind=king&state=y").text
    assert as_role(Role.VIEWER).get(f"/desk/{cast.slug}/units/limits").status_code == 403
