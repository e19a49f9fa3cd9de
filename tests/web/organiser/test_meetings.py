"""A meeting made from nothing, edited, opened and closed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import capacities, checkpoints, meetings
from conference.vocabulary import HostRole, MeetingStatus, Mode, OpenTo
from tests.cast import Cast

GOOD: dict[str, Any] = {
    "title": "示例推进会",
    "theme": "走得远",
    "slug": "",
    "place": "示例会堂",
    "province": "140000",
    "timezone": "Asia/Shanghai",
    "starts_at": "2027-05-10T08:30",
    "ends_at": "2027-05-11T17:00",
    "capacity_in_person": "３６０",
    "capacity_online": "",
    "registration_opens_at": "2027-04-01T00:00",
    "registration_closes_at": "2027-05-01T00:00",
    "open_to": "link",
    "approval": "review",
    "notice": "请带参会码。\r\n不用带身份证。",
    "hosts-0-name": "示例市民政局",
    "hosts-0-role": "host",
    "hosts-1-name": "",
    "hosts-1-role": "joint_host",
}


def test_the_office_makes_a_meeting_and_lands_on_its_overview(app: APIFlask, office: FlaskClient, cast: Cast) -> None:
    answer = office.post("/desk/new", data=GOOD)
    assert (answer.status_code, answer.location) == (303, "/desk/shilituijin-2027/")
    with app.app_context():
        made = meetings.by_slug("shilituijin-2027")
        assert (made.title, made.status, made.open_to) == ("示例推进会", MeetingStatus.DRAFT, OpenTo.LINK)
        assert made.starts_at == datetime(2027, 5, 10, 0, 30, tzinfo=UTC)
        assert [(host.name, host.role) for host in made.hosts] == [("示例市民政局", HostRole.HOST)]
        assert {mode: line.capacity for mode, line in capacities.lines(made.id).items()} == {
            Mode.IN_PERSON: 360,
            Mode.ONLINE: None,
        }
        assert [point.name for point in checkpoints.listed(made.id)] == ["会场"]
        assert made.notice == "请带参会码。\n不用带身份证。"
    page = office.get("/desk/shilituijin-2027/")
    assert page.status_code == 200
    assert "开始报名之前" in page.text


def test_the_same_form_sent_twice_makes_one_meeting(app: APIFlask, office: FlaskClient, cast: Cast) -> None:
    assert office.post("/desk/new", data=GOOD).status_code == 303
    again = office.post("/desk/new", data=GOOD)
    assert again.status_code == 422
    assert "已被另一届会议使用" in again.text
    with app.app_context():
        assert len(meetings.listed(public=False)) == 2  # the cast's, and one more


def test_another_row_for_a_host_needs_no_script_and_loses_nothing(office: FlaskClient) -> None:
    page = office.post("/desk/new", data=GOOD | {"add_host": "1"})
    assert page.status_code == 200
    assert 'name="hosts-2-name"' in page.text
    assert 'value="示例推进会"' in page.text
    assert "error-summary" not in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "长" * 201),
        ("title", "含\x00空"),
        ("title", "反\u202e向"),
        ("slug", "New Meeting"),
        ("slug", "new"),
        ("slug", "a"),
        ("slug", "x" * 65),
        ("province", "999999"),
        ("province", ""),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("starts_at", ""),
        ("starts_at", "不是时间"),
        ("starts_at", "1899-12-31T10:00"),
        ("starts_at", "2201-01-01T10:00"),
        ("starts_at", "2027-05-10T08:30+08:00"),
        ("ends_at", "2027-05-01T00:00"),
        ("registration_closes_at", "2027-03-01T00:00"),
        ("capacity_in_person", "-1"),
        ("capacity_in_person", "2.6e-42"),
        ("capacity_in_person", "9" * 30),
        ("open_to", "nobody"),
        ("approval", ""),
        ("notice", "长" * 2001),
        ("hosts-0-role", "king"),
        ("hosts-0-name", "长" * 201),
    ],
)
def test_a_bad_field_is_named_and_nothing_typed_is_lost(
    app: APIFlask, office: FlaskClient, cast: Cast, field: str, value: str
) -> None:
    page = office.post("/desk/new", data=GOOD | {"theme": "仍在这里"} | {field: value})
    assert page.status_code == 422
    assert "error-summary" in page.text
    assert 'value="仍在这里"' in page.text
    with app.app_context():
        assert len(meetings.listed(public=False)) == 1


def test_settings_show_what_is_there_and_change_it(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    page = desk.get(f"/desk/{cast.slug}/settings")
    assert page.status_code == 200
    assert 'value="城乡社区治理推进会"' in page.text
    answer = desk.post(f"/desk/{cast.slug}/settings", data=GOOD | {"slug": "renamed-2027"})
    assert (answer.status_code, answer.location) == (303, "/desk/renamed-2027/settings")
    with app.app_context():
        edited = meetings.by_slug("renamed-2027")
        assert (edited.id, edited.title, edited.status) == (cast.meeting_id, "示例推进会", MeetingStatus.OPEN)


def test_a_capacity_below_those_confirmed_is_refused_beside_its_field(
    app: APIFlask, desk: FlaskClient, cast: Cast
) -> None:
    page = desk.post(f"/desk/{cast.slug}/settings", data=GOOD | {"slug": cast.slug, "capacity_in_person": "1"})
    assert page.status_code == 422
    assert "名额不能少于已确认的人数" in page.text
    with app.app_context():
        assert capacities.lines(cast.meeting_id)[Mode.IN_PERSON].capacity == 100
        assert meetings.by_slug(cast.slug).title == "城乡社区治理推进会"


def test_closing_asks_first_and_a_repeat_is_harmless(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    asked = desk.get(f"/desk/{cast.slug}/status/closed")
    assert "不能再报名" in asked.text
    for _ in range(2):
        assert desk.post(f"/desk/{cast.slug}/status/closed").location == f"/desk/{cast.slug}/"
        with app.app_context():
            assert meetings.by_slug(cast.slug).status is MeetingStatus.CLOSED
    desk.post(f"/desk/{cast.slug}/status/draft")  # not from here
    with app.app_context():
        assert meetings.by_slug(cast.slug).status is MeetingStatus.CLOSED
    assert "状态刚被改过" in desk.get(f"/desk/{cast.slug}/").text
    assert desk.get(f"/desk/{cast.slug}/status/burnt").status_code == 404


def test_each_sees_the_meetings_they_work_for(
    desk: FlaskClient, office: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    office.post("/desk/new", data=GOOD)
    mine, all_ = desk.get("/desk/").text, office.get("/desk/").text
    assert "城乡社区治理推进会" in mine
    assert "示例推进会" not in mine
    assert "新建会议" not in mine
    assert "示例推进会" in all_
    assert 'href="/desk/new"' in all_
    assert desk.get("/desk/shilituijin-2027/").status_code == 404
