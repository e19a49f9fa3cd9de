"""Delegates: found in whatever way, entered, changed, decided on, erased."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AccessLink
from conference.services import (
    activity,
    capacities,
    checkin,
    delegates,
    letters,
    meetings,
    people,
    registration,
    repeats,
    units,
)
from conference.services.activity import STRANGER, SYSTEM
from conference.services.delegates import Doing
from conference.services.people import Wanted
from conference.services.scans import Gate, Scan
from conference.vocabulary import Approval, DelegateStatus, Direction, MessageKind, Mode, Origin, Role
from tests.cast import Cast
from tests.web.organiser.conftest import Cost

GOOD = {
    "name": "孙明",
    "unit": "玉泉区",
    "unit_id": "",
    "mode": "in_person",
    "phone": "13800000010",
    "email": "",
    "position": "社工",
    "category": "observer",
    "seat": "1 排 2 座",
}


def enter(cast: Cast, name: str, phone: str, now: datetime, origin: Origin = Origin.ORGANISER) -> int:
    made = registration.register(
        cast.meeting_id,
        registration.Entry(name, cast.kenli_id, Mode.IN_PERSON, phone=phone),
        actor=STRANGER if origin is Origin.PUBLIC else SYSTEM,
        origin=origin,
        public_url=cast.public_url,
        now=now,
    )
    return made.delegate.id


@pytest.mark.parametrize(
    "search",
    ["李然", "然", "liran", "li ran", "lr", "0001", "1", "13800000001", "+86 138 0000 0001", "{code}", "/c/{code}"],
)
def test_somebody_is_found_however_they_are_looked_for(desk: FlaskClient, cast: Cast, search: str) -> None:
    page = desk.get(f"/desk/{cast.slug}/delegates", query_string={"q": search.format(code=cast.liran_code)}).text
    assert f'href="/desk/{cast.slug}/delegates/{cast.liran_id}"' in page
    assert "陈卓" not in page


@pytest.mark.parametrize("search", ["13800000009", "nobody@example.org", "%", "_", "\x00", "'; --", "长" * 300, "@"])
def test_a_search_for_nobody_says_so(desk: FlaskClient, cast: Cast, search: str) -> None:
    page = desk.get(f"/desk/{cast.slug}/delegates", query_string={"q": search})
    assert page.status_code == 200
    assert "没有找到" in page.text


def test_filters_narrow_the_list(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "n"), Gate("东门"), now=now)
        db.release()
    expected = {
        "mode=online": {"王敏"},
        "here=yes": {"李然"},
        "here=inside": {"李然"},
        "here=no": {"王敏", "陈卓"},
        f"unit={cast.kenli_id}": {"陈卓"},
        "province=150000": {"李然", "王敏"},
        "status=confirmed": {"李然", "王敏", "陈卓"},
        "status=pending": set(),
        "category=leader": set(),
        "status=no&mode=no&category=no&here=no": {"王敏", "陈卓"},
    }
    for query, names in expected.items():
        page = desk.get(f"/desk/{cast.slug}/delegates?{query}").text
        assert {name for name in ("李然", "王敏", "陈卓") if f">{name}</a>" in page} == names, query
    with app.app_context():
        left = Scan(cast.liran_code, cast.venue_id, "m", Direction.OUT)
        checkin.check_in(cast.meeting_id, left, Gate("东门"), now=now)
    assert ">李然</a>" in desk.get(f"/desk/{cast.slug}/delegates?here=yes").text
    assert ">李然</a>" not in desk.get(f"/desk/{cast.slug}/delegates?here=inside").text


def test_pages_go_forth_and_back_and_hold_everybody_once(context: APIFlask, cast: Cast, now: datetime) -> None:
    for i in range(110):
        enter(cast, "同名" if i % 3 else f"示例{i}", f"1380001{i:04d}", now)
    for wanted, n in ((Wanted(), 113), (Wanted(status=DelegateStatus.CONFIRMED), 101)):  # 100 places in person
        seen: list[int] = []
        page = people.page(cast.meeting_id, wanted)
        assert page.before is None
        while True:
            seen += [person.id for person in page.items]
            if page.after is None:
                break
            page = people.page(cast.meeting_id, wanted, after=page.after)
        assert (len(seen), len(set(seen)), page.total) == (n, n, n)
        back = people.page(cast.meeting_id, wanted, before=page.before)
        assert [person.id for person in back.items] == seen[50:100]


def test_one_row_and_three_cost_the_same(cost: Cost, cast: Cast) -> None:
    one, several, all_ = (
        cost(f"/desk/{cast.slug}/delegates{query}") for query in ("?mode=online", "?mode=in_person", "")
    )
    assert one == several == all_


def test_a_person_is_entered_by_hand_and_a_repeat_is_refused(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    answer = desk.post(f"/desk/{cast.slug}/delegates/new", data=GOOD)
    assert answer.status_code == 303
    again = desk.post(f"/desk/{cast.slug}/delegates/new", data=GOOD)
    assert again.status_code == 422
    assert "已有一个名额" in again.text
    with app.app_context():
        (person,) = people.page(cast.meeting_id, Wanted(search="孙明")).items
        assert (person.unit_id, person.seat, person.status) == (
            cast.yuquan_id,
            "1 排 2 座",
            DelegateStatus.CONFIRMED,
        )
        assert answer.location.endswith(f"/{person.id}")
    shown = desk.get(answer.location).text
    assert "+8613800000010" in shown
    assert "<svg" in shown


def test_who_is_entered_into_a_full_hall_is_said_to_wait(
    app: APIFlask, desk: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast, now: datetime
) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, Doing(SYSTEM, now, cast.public_url))
    page = desk.get(desk.post(f"/desk/{cast.slug}/delegates/new", data=GOOD).location)
    delegate_id = page.request.path.rpartition("/")[2]
    beyond = f"/desk/{cast.slug}/waiting/{delegate_id}/beyond"
    assert "已录入，但现场名额已满：孙明在候补，排第 1 位。" in page.text
    assert ("现场名额已满，在候补，排第 1 位" in page.text, f'href="{beyond}"' in page.text) == (True, True)
    assert beyond not in as_role(Role.REGISTRATION).get(page.request.path).text, "who may not give one above it"
    assert desk.post(beyond, data={"reason": "领导"}).status_code == 303
    given = desk.get(page.request.path).text
    assert ("在候补" in given, beyond in given) == (False, False)


def test_a_unit_that_is_not_there_can_be_added_meanwhile(desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/new"
    page = desk.post(address, data=GOOD | {"unit": "示例街道办"}).text
    assert "本次会议里没有这个单位" in page
    found = re.search(r'href="([^"]*/units/new[^"]*)" target="_blank"', page)
    assert found
    assert 'value="示例街道办"' in desk.get(found[1]).text
    several = desk.post(address, data=GOOD | {"unit": "民政局"}).text
    assert "不止一个单位是这样写的" in several
    assert "/units/new" not in several.partition("<main")[2]


@pytest.mark.parametrize(("limit", "said"), [("delegate_limit", "名额已报满；"), ("in_person_limit", "名额已用完；")])
def test_a_full_unit_leads_the_organiser_to_its_limit(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, limit: str, said: str
) -> None:
    with app.app_context():
        units.edit(cast.meeting_id, cast.kenli_id, {limit: 1}, Doing(SYSTEM, now, cast.public_url))
        db.release()
    page = desk.post(f"/desk/{cast.slug}/delegates/new", data=GOOD | {"unit": "垦利"})
    assert page.status_code == 422
    assert f'href="/desk/{cast.slug}/units/{cast.kenli_id}/edit"' in page.text
    assert (said in page.text, "会务组联系" in page.text) == (True, False)
    moved = desk.post(
        f"/desk/{cast.slug}/delegates/{cast.liran_id}/edit",
        data=GOOD | {"name": "李然", "phone": "13800000001", "unit": "垦利"},
    )
    assert (moved.status_code, f"/units/{cast.kenli_id}/edit" in moved.text) == (422, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 51),
        ("name", "\u202e"),
        ("unit", "没有这个单位"),
        ("unit", ""),
        ("unit", "民政局"),
        ("unit_id", "999999"),
        ("mode", "hybrid"),
        ("category", "king"),
        ("phone", "12345"),
        ("phone", ""),
        ("email", "不是邮箱"),
        ("seat", "长" * 41),
    ],
)
def test_a_bad_entry_is_told_so(app: APIFlask, desk: FlaskClient, cast: Cast, field: str, value: str) -> None:
    page = desk.post(f"/desk/{cast.slug}/delegates/new", data=GOOD | {"position": "仍在这里"} | {field: value})
    assert page.status_code == 422
    assert 'value="仍在这里"' in page.text
    with app.app_context():
        assert people.page(cast.meeting_id, Wanted()).total == 3


def test_after_closing_only_the_tick_enters(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    desk.post(f"/desk/{cast.slug}/status/closed")
    refused = desk.post(f"/desk/{cast.slug}/delegates/new", data=GOOD)
    assert refused.status_code == 422
    assert "报名已经截止" in refused.text
    assert "报名已经截止。要录入" in desk.get(f"/desk/{cast.slug}/delegates/new").text
    assert desk.post(f"/desk/{cast.slug}/delegates/new", data=GOOD | {"late": "y"}).status_code == 303


def test_edit_changes_what_is_said(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}"
    form = desk.get(f"{address}/edit").text
    assert 'value="+8613800000001"' in form
    data = GOOD | {"name": "李冉", "unit": "", "unit_id": str(cast.kenli_id), "mode": "online"}
    assert desk.post(f"{address}/edit", data=data | {"unit": "东营市垦利区民政局"}).status_code == 303
    with app.app_context():
        found = people.one(cast.meeting_id, cast.liran_id)
        assert (found.name, found.unit_id, found.mode, found.pinyin) == ("李冉", cast.kenli_id, Mode.ONLINE, "li ran")
    record = desk.get(f"/desk/{cast.slug}/activity?subject=delegate&id={cast.liran_id}").text
    assert "<del>李然</del> → <ins>李冉</ins>" in record
    assert "<ins>东营市垦利区民政局</ins>" in record


def test_pending_ones_are_confirmed_and_declined_one_by_one(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"approval": Approval.REVIEW}, Doing(SYSTEM, now, cast.public_url))
        ids = [enter(cast, f"待审{i}", f"1380000002{i}", now, Origin.PUBLIC) for i in range(3)]
        db.release()
    listed = desk.get(f"/desk/{cast.slug}/delegates?status=pending").text
    assert listed.count('name="delegate"') == 3
    for _ in range(2):
        answer = desk.post(f"/desk/{cast.slug}/delegates/{ids[0]}/confirm", data={"back": "pending"})
        assert answer.location == f"/desk/{cast.slug}/delegates?status=pending"
    assert desk.post(f"/desk/{cast.slug}/delegates/{ids[2]}/decline", data={"reason": "名额已分完"}).status_code == 303
    with app.app_context():
        states = [people.one(cast.meeting_id, id_).status for id_ in ids]
        assert states == [DelegateStatus.CONFIRMED, DelegateStatus.PENDING, DelegateStatus.DECLINED]


def test_cancel_names_what_is_lost_and_a_repeat_says_that_it_is_over(
    app: APIFlask, desk: FlaskClient, cast: Cast
) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}"
    asked = desk.get(f"{address}/cancel").text
    assert "名额空出来，现在没有人候补" in asked
    assert "会随通知发给本人" in asked
    for _ in range(2):
        assert desk.post(f"{address}/cancel", data={"reason": "本人来电"}).location == address
    with app.app_context():
        assert people.one(cast.meeting_id, cast.liran_id).status is DelegateStatus.CANCELLED
        acts = activity.page(cast.meeting_id, subject="delegate", subject_id=cast.liran_id).items
        assert [act.verb for act in acts].count("delegate.cancelled") == 1
        [told] = [
            letter.text
            for letter in letters.page(cast.meeting_id, public_url=cast.public_url).items
            if letter.kind is MessageKind.CANCELLED
        ]
        assert "说明：本人来电" in told.splitlines()
    assert "这个报名已经结束" in desk.get(address).text


def test_a_new_code_and_a_new_link(app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}"
    assert "旧码立刻不能入场" in desk.get(f"{address}/code").text
    desk.post(f"{address}/code")
    with app.app_context():
        file = people.file(cast.meeting_id, cast.liran_id)
        assert (file.code == cast.liran_code, file.replaced) == (False, 1)
    made = desk.post(f"{address}/link")
    assert made.status_code == 200
    assert "http://localhost/p/" in made.text
    assert "http://localhost/p/" not in desk.get(address).text
    with app.app_context():
        links = db.session().scalars(sa.select(AccessLink).where(AccessLink.delegate_id == cast.liran_id)).all()
        assert len(links) == 2


def test_erasing_asks_for_the_number(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}"
    wrong = desk.post(f"{address}/erase", data={"number": "0002"})
    assert wrong.status_code == 422
    with app.app_context():
        assert people.one(cast.meeting_id, cast.liran_id).name == "李然"
    for _ in range(2):
        assert desk.post(f"{address}/erase", data={"number": "0001"}).status_code == 303
    with app.app_context():
        erased = people.file(cast.meeting_id, cast.liran_id)
        assert (erased.delegate.name, erased.phone, erased.code) == ("—", None, None)
        acts = activity.page(cast.meeting_id, subject="delegate", subject_id=cast.liran_id).items
        assert [act.verb for act in acts].count("delegate.erased") == 1
    page = desk.get(address).text
    assert "李然" not in page
    assert "个人信息已删除" in page


def test_a_repeat_entry_is_dismissed_once(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        enter(cast, "李然", "13800000001", now, Origin.PUBLIC)
        (repeat,) = repeats.unsettled(cast.meeting_id)
        shown = capacities.lines(cast.meeting_id)[Mode.IN_PERSON]
        assert (shown.left, shown.shown_left) == (98, 97)
        repeat_id, code = repeat.id, repeat.code
        admitted = checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, "a"), Gate("东门"), now=now)
        assert admitted["outcome"] == "admitted"
        db.release()
    assert "李然" in desk.get(f"/desk/{cast.slug}/repeats").text
    for _ in range(2):
        assert desk.post(f"/desk/{cast.slug}/repeats/{repeat_id}/dismiss").status_code == 303
    with app.app_context():
        assert repeats.unsettled(cast.meeting_id) == []
        assert capacities.lines(cast.meeting_id)[Mode.IN_PERSON].shown_left == 98
        assert people.one(cast.meeting_id, cast.liran_id).status is DelegateStatus.CONFIRMED
        refused = checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, "b"), Gate("东门"), now=now)
        assert refused["reason"] == "revoked"
    assert desk.post(f"/desk/{cast.slug}/repeats/{2**62}/dismiss").status_code == 404


def test_a_person_of_another_meeting_is_not_found(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        held = meetings.by_slug(cast.slug)
        plan = {name: getattr(held, name) for name in meetings.FIELDS} | {"slug": "other", "capacity": {}}
        other = meetings.make(meetings.Plan(**plan), Doing(SYSTEM, now, cast.public_url))
        with pytest.raises(delegates.Missing):
            people.one(other.id, cast.liran_id)
        db.release()
    assert desk.get(f"/desk/other/delegates/{cast.liran_id}").status_code == 404
