"""Two people edit the same delegate, or the same settings: the second is shown what the first one changed."""

from __future__ import annotations

import re
from datetime import datetime

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import activity, capacities, meetings, people, units
from conference.vocabulary import Mode
from tests.cast import Cast

PERSON = {
    "name": "李然",
    "unit": "呼和浩特市玉泉区民政局",
    "unit_id": "",
    "mode": "in_person",
    "phone": "+8613800000001",
    "email": "",
    "position": "科员",
    "category": "delegate",
    "seat": "",
}


def opened(desk: FlaskClient, address: str) -> dict[str, str]:
    found = re.search(r'name="opened"[^>]*value="([^"]+)"', desk.get(address).text)
    assert found
    return {"opened": found[1]}


def test_what_two_changed_apart_is_both_kept(app: APIFlask, desk: FlaskClient, office: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}/edit"
    mine, theirs = opened(desk, address), opened(office, address)
    assert office.post(address, data=PERSON | theirs | {"seat": "1 排 2 座"}).status_code == 303
    answer = desk.post(address, data=PERSON | mine | {"position": "主任"})
    assert answer.status_code == 303
    assert "您填写期间，别人改了：座位" in desk.get(answer.location).text
    with app.app_context():
        found = people.one(cast.meeting_id, cast.liran_id)
        assert (found.seat, found.position) == ("1 排 2 座", "主任")


def test_what_both_changed_is_shown_and_chosen(
    app: APIFlask, desk: FlaskClient, office: FlaskClient, cast: Cast
) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}/edit"
    mine, theirs = opened(desk, address), opened(office, address)
    office.post(address, data=PERSON | theirs | {"seat": "1 排 2 座", "mode": "online", "position": "处长"})
    wished = PERSON | {"seat": "9 排 9 座", "position": "主任", "email": "li@example.org"}
    answer = desk.post(address, data=wished | mine)
    assert answer.status_code == 409
    for said in ("办公室先保存了", "用对方的：1 排 2 座", "用我填的：9 排 9 座", "用对方的：处长", "您打开时：科员"):
        assert said in answer.text
    assert 'value="li@example.org"' in answer.text  # what was typed is still there
    assert 'name="use-mode"' not in answer.text  # that was theirs alone
    with app.app_context():
        found = people.one(cast.meeting_id, cast.liran_id)
        assert (found.seat, found.position, found.email_sealed) == ("1 排 2 座", "处长", None)
    again = re.search(r'name="opened"[^>]*value="([^"]+)"', answer.text)
    assert again
    chosen = {"opened": again[1], "use-seat": "theirs", "use-position": "mine"}
    assert desk.post(address, data=wished | chosen).status_code == 303
    with app.app_context():
        file = people.file(cast.meeting_id, cast.liran_id)
        found = file.delegate
        assert (found.seat, found.position, file.email) == ("1 排 2 座", "主任", "li@example.org")


def test_a_form_without_its_mark_or_with_nonsense_for_one_is_saved(
    app: APIFlask, desk: FlaskClient, cast: Cast
) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}/edit"
    for mark in ("", "nonsense", "x" * 50_000, "W10.abc"):
        assert desk.post(address, data=PERSON | {"opened": mark, "seat": mark[:9]}).status_code == 303
    with app.app_context():
        assert people.one(cast.meeting_id, cast.liran_id).seat == "W10.abc"


def test_settings_are_laid_over_each_other_too(
    app: APIFlask, desk: FlaskClient, office: FlaskClient, cast: Cast, now: datetime
) -> None:
    address = f"/desk/{cast.slug}/settings"

    def fields(client: FlaskClient) -> dict[str, str]:
        page = client.get(address).text
        found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', page))
        found |= {"province": "140000", "open_to": "anyone", "approval": "automatic", "notice": ""}
        return {name: value for name, value in found.items() if name not in {"csrf_token", "add_host", "uncounted"}}

    mine, theirs = fields(desk), fields(office)
    assert office.post(address, data=theirs | {"capacity_in_person": "90", "place": "云冈会堂"}).status_code == 303
    assert desk.post(address, data=mine | {"theme": "另一个主题"}).status_code == 303
    with app.app_context():
        meeting = meetings.by_id(cast.meeting_id)
        assert (meeting.place, meeting.theme) == ("云冈会堂", "另一个主题")
        assert capacities.lines(cast.meeting_id)[Mode.IN_PERSON].capacity == 90
    answer = desk.post(address, data=mine | {"capacity_in_person": "80", "theme": "另一个主题"})
    assert answer.status_code == 409
    assert "用对方的：90" in answer.text
    assert "用我填的：80" in answer.text
    with app.app_context():
        assert capacities.lines(cast.meeting_id)[Mode.IN_PERSON].capacity == 90
        edits = [act for act in activity.page(cast.meeting_id).items if act.verb == "meeting.edited"]
        assert len(edits) == 2


def test_a_unit_is_laid_over_too(app: APIFlask, desk: FlaskClient, office: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/units/{cast.kenli_id}/edit"
    unit = {"name": "东营市垦利区民政局", "province": "370000", "kind": "member", "district": "东营市垦利区"}
    mine, theirs = opened(desk, address), opened(office, address)
    assert office.post(address, data=unit | theirs | {"delegate_limit": "8"}).status_code == 303
    assert desk.post(address, data=unit | mine | {"address": "振兴路"}).status_code == 303
    with app.app_context():
        part = units.one(cast.meeting_id, cast.kenli_id)
        assert (part.delegate_limit, part.unit.address) == (8, "振兴路")
    answer = desk.post(address, data=unit | mine | {"delegate_limit": "5", "address": "振兴路"})
    assert answer.status_code == 409
    assert "用对方的：8" in answer.text
    assert "您打开时：不限" in answer.text
