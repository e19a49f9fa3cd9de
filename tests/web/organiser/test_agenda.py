"""The draft of the agenda at the desk: it works, outsiders are refused, bad forms told so, repeats harmless."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaPerson, AgendaRole, AgendaSession, Talk
from conference.services import agenda_content, agenda_rooms, checkpoints
from conference.services.activity import SYSTEM
from conference.services.agenda_rooms import RoomFacts
from conference.services.delegates import Doing
from conference.vocabulary import AgendaRoleKind, CheckpointKind, Role
from tests.cast import Cast
from tests.web.organiser.conftest import Cost

GOOD = {"title": "开幕", "kind": "address", "day": "2027-05-10", "begins": "830", "ends": "+20", "online": "y"}
ASKED = r'name="(version|seen)" value="([^"]*)"'
CHAIR = {"roles-0-role": "chair", "roles-0-name": "李然", "roles-0-position": "主任", "roles-0-unit_name": ""}


def plan(app: APIFlask, cast: Cast) -> list[tuple[str, str | None, str | None]]:
    with app.app_context():
        found = agenda_content.draft(cast.meeting_id).sessions
        return [
            (one.title, one.starts_at and f"{one.starts_at:%H:%M}", one.ends_at and f"{one.ends_at:%H:%M}")
            for one in found
        ]


def hidden(page: str) -> dict[str, str]:
    """What a form carries unseen."""
    found = re.findall(r'<input id="(version|seen)" name="\w+" type="hidden" value="([^"]*)"', page)
    return {name: value.replace("&#34;", '"') for name, value in found}


def ids(app: APIFlask, cast: Cast) -> list[int]:
    with app.app_context():
        return [one.id for one in agenda_content.draft(cast.meeting_id).sessions]


def test_an_agenda_is_made_changed_and_taken_apart(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/agenda"
    assert "还没有场次" in desk.get(base).text
    answer = desk.post(f"{base}/sessions/new", data=GOOD | CHAIR | {"and_another": "1"})
    assert answer.status_code == 303
    following = desk.get(answer.location).text
    assert 'value="08:50"' in following  # the next one begins where this one ends
    assert (
        desk.post(f"{base}/sessions/new", data=GOOD | {"title": "讲话", "begins": "8：50", "ends": "9:10"}).status_code
        == 303
    )
    assert plan(app, cast) == [("开幕", "00:30", "00:50"), ("讲话", "00:50", "01:10")]
    first, second = ids(app, cast)

    form = desk.get(f"{base}/sessions/{first}").text
    assert 'value="李然"' in form
    assert 'data-text="李然" data-note="主任"' in desk.get(f"{base}/people/find?q=李").text  # shown beside who is taken
    longer = GOOD | CHAIR | hidden(form) | {"ends": "9:00", "follows": "y", "title": "开幕式"}
    assert desk.post(f"{base}/sessions/{first}", data=longer).status_code == 303
    page = desk.get(base).text
    assert "已保存“开幕式”。 时间变了：“讲话”由 08:50 改到 09:00" in page
    assert plan(app, cast) == [("开幕式", "00:30", "01:00"), ("讲话", "01:00", "01:20")]

    talk = {"unit": "呼和浩特市玉泉区", "title": "共建", "kind": "experience", "minutes": "15"}
    speaker = {"roles-0-role": "speaker", "roles-0-name": "李然", "roles-0-person_id": ""}
    assert desk.post(f"{base}/sessions/{second}/talks/new", data=talk | speaker).status_code == 303
    with app.app_context():
        made = db.session().scalars(sa.select(Talk)).one()
        talk_id, unit_id = made.id, made.unit_id
        agenda = agenda_content.draft(cast.meeting_id)
        assert [one.name for one in agenda.people] == ["李然"]
        assert [one.role for one in agenda.sessions[1].talks[0].roles] == [AgendaRoleKind.SPEAKER]
    assert unit_id == cast.yuquan_id
    one = f"{base}/sessions/{second}/talks/{talk_id}"
    assert desk.post(one, data=talk | speaker | hidden(desk.get(one).text) | {"minutes": "20"}).status_code == 303
    assert desk.post(f"{one}/copy").status_code == 303
    assert desk.post(f"{one}/down").status_code == 303
    assert desk.post(f"{one}/drop", data={"before": str(talk_id + 1)}).status_code == 303
    assert "前移或后移" in desk.get(f"{base}/sessions/new").text

    assert desk.post(f"{base}/sessions/{second}/up").status_code == 303
    assert [title for title, *_ in plan(app, cast)] == ["讲话", "开幕式"]
    assert desk.post(f"{base}/sessions/{second}/drop", data={"after": str(first)}).status_code == 303
    assert plan(app, cast) == [("开幕式", "00:30", "01:00"), ("讲话", "01:00", "01:20")]
    moved = {"starts_at": "2027-05-10T10:00", "room": ""}
    assert desk.post(f"{base}/sessions/{second}/time", data=moved).status_code == 303
    assert "10:00–10:20" in desk.get(f"{base}/days").text
    assert desk.post(f"{base}/sessions/{second}/copy").status_code == 303
    assert len(plan(app, cast)) == 3
    question = desk.get(f"{base}/sessions/{second}/away").text
    assert "里面的 2 个发言一起删掉" in question
    seen = {name: html.unescape(value) for name, value in re.findall(ASKED, question)}
    assert desk.post(f"{base}/sessions/{second}/away", data=seen).status_code == 303
    assert desk.post(f"{base}/sessions/{second}/away").status_code == 404  # a repeat
    assert [title for title, *_ in plan(app, cast)] == ["开幕式", "讲话"]
    record = desk.get(f"/desk/{cast.slug}/activity").text
    assert "移动场次" in record
    assert "主持 李然" in record


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "请填写"),
        ({"title": "长" * 201}, "太长"),
        ({"ends": ""}, "请填写"),
        ({"begins": ""}, "请填写"),
        ({"begins": "25:00"}, "不是可用的时间"),
        ({"ends": "8:30"}, "结束必须晚于开始"),
        ({"kind": "party"}, "不在可选"),
        ({"room": "999"}, "不在可选"),
        ({"roles-0-role": "chair", "roles-0-name": "李" * 51}, "太长"),
    ],
)
def test_a_bad_session_is_told_so_and_keeps_what_was_typed(
    app: APIFlask, desk: FlaskClient, cast: Cast, wrong: dict[str, str], said: str
) -> None:
    answer = desk.post(f"/desk/{cast.slug}/agenda/sessions/new", data=GOOD | {"detail": "请准时"} | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "请准时" in answer.text
    assert plan(app, cast) == []


def test_rows_of_people_come_and_go_without_a_script(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/agenda/sessions/new"
    more = desk.post(address, data=GOOD | CHAIR | {"add_row": "1"}).text
    assert 'name="roles-1-name"' in more
    assert 'value="李然"' in more
    assert 'value="李然"' not in desk.post(address, data=GOOD | CHAIR | {"drop_row": "0"}).text
    assert plan(app, cast) == []


def test_who_saves_later_is_shown_what_others_made_of_it(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/agenda/sessions"
    desk.post(f"{base}/new", data=GOOD)
    [id_] = ids(app, cast)
    opened = hidden(desk.get(f"{base}/{id_}").text)
    first = GOOD | opened | {"title": "大会开幕", "ends": "+30"}
    assert desk.post(f"{base}/{id_}", data=first).status_code == 303
    late = desk.post(f"{base}/{id_}", data=GOOD | opened | {"title": "开幕仪式"})
    assert late.status_code == 422
    assert "现在是“大会开幕”" in late.text
    assert "09:00”，您没有改，会保留" in late.text
    assert 'value="开幕仪式"' in late.text
    assert plan(app, cast) == [("大会开幕", "00:30", "01:00")]
    assert desk.post(f"{base}/{id_}", data=GOOD | hidden(late.text) | {"title": "开幕仪式"}).status_code == 303
    assert plan(app, cast) == [("开幕仪式", "00:30", "01:00")]


def test_what_holds_a_session_is_named_instead_of_the_button(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/agenda/sessions"
    desk.post(f"{base}/new", data=GOOD)
    [id_] = ids(app, cast)
    with app.app_context():
        facts = checkpoints.CheckpointFacts("分会场门口", CheckpointKind.SESSION, session_id=id_)
        checkpoints.add(cast.meeting_id, facts, Doing(SYSTEM, db.session().get_one(AgendaSession, id_).starts_at, ""))  # type: ignore[arg-type]
    page = desk.get(f"{base}/{id_}/away").text
    assert "签到点“分会场门口”" in page
    assert 'name="seen"' not in page
    assert desk.post(f"{base}/{id_}/away").status_code == 303
    assert len(plan(app, cast)) == 1


def test_the_draft_is_changed_by_organisers_alone(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast, as_role: Callable[[Role], FlaskClient]
) -> None:
    base = f"/desk/{cast.slug}/agenda"
    desk.post(f"{base}/sessions/new", data=GOOD)
    [id_] = ids(app, cast)
    acts = ["sessions/new", *(f"sessions/{id_}{tail}" for tail in ("", "/copy", "/away", "/up", "/drop", "/time"))]
    acts.append(f"sessions/{id_}/talks/new")
    door, viewer = as_role(Role.DOOR), as_role(Role.VIEWER)
    for act in acts:
        assert door.post(f"{base}/{act}", data=GOOD).status_code == 403
        assert viewer.post(f"{base}/{act}", data=GOOD).status_code == 403
        assert client.post(f"{base}/{act}", data=GOOD).status_code in {302, 303, 401, 403}
    assert plan(app, cast) == [("开幕", "00:30", "00:50")]
    assert door.get(base).status_code == 403
    seen = viewer.get(base).text
    assert "开幕" in seen
    assert f"{base}/sessions" not in seen  # nothing to press


def test_a_list_of_three_asks_no_more_than_a_list_of_one(desk: FlaskClient, cost: Cost, cast: Cast) -> None:
    costs = []
    for n in range(3):
        desk.post(f"/desk/{cast.slug}/agenda/sessions/new", data=GOOD | CHAIR | {"title": f"第 {n} 场"})
        desk.get(f"/desk/{cast.slug}/agenda")  # takes what the last act had to say
        costs.append(cost(f"/desk/{cast.slug}/agenda"))
    assert costs[0] == costs[2]


def test_many_at_one_time_are_counted_not_written_out(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        room = agenda_rooms.add(cast.meeting_id, RoomFacts("主会场"), Doing(SYSTEM, now, "")).id
    for n in range(9):
        desk.post(f"/desk/{cast.slug}/agenda/sessions/new", data=GOOD | {"title": f"第 {n} 场", "room": str(room)})
    for page in ("", "/days"):
        text = desk.get(f"/desk/{cast.slug}/agenda{page}", headers={"X-Requested-With": "agenda"}).text
        assert text.count("还有 4 处没有列出。") == 9  # with eight others, and out of the meeting's time


def test_a_talk_that_came_meanwhile_is_not_taken_away_unseen(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/agenda/sessions"
    desk.post(f"{base}/new", data=GOOD)
    [id_] = ids(app, cast)
    away = f"{base}/{id_}/away"
    seen = {name: html.unescape(value) for name, value in re.findall(ASKED, desk.get(away).text)}
    desk.post(f"{base}/{id_}/talks/new", data={"title": "共建", "kind": "experience"})
    assert "别人改过" in desk.post(away, data=seen, follow_redirects=True).text
    assert plan(app, cast) == [("开幕", "00:30", "00:50")]
    seen = {name: html.unescape(value) for name, value in re.findall(ASKED, desk.get(away).text)}
    desk.post(away, data=seen)
    assert plan(app, cast) == []


def test_many_are_pasted_looked_at_and_added_once(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/agenda/paste"
    text = {
        "text": "时间\t内容\t主持\r\n08:30-08:50\t致辞\t周宁\r\n10:00-9:00\t讲话\r\n\r\n08:50\t合影\t请着正装",
        "day": "2027-05-10",
    }
    looked = desk.post(address, data=text | {"look": "1"}).text
    assert "添加这 2 场" in looked
    assert "结束必须晚于开始" in looked
    assert "主持：周宁" in looked
    assert plan(app, cast) == []
    version = re.search(r'name="version" value="(\d+)"', looked)
    assert version
    add = text | {"add": "1", "version": version[1]}
    assert desk.post(address, data=add).status_code == 303
    again = desk.post(address, data=add)  # sent twice
    assert again.status_code == 422
    assert "别人改过" in again.text
    assert plan(app, cast) == [("致辞", "00:30", "00:50"), ("合影", "00:50", "01:50")]
    assert desk.post(address, data={"text": "", "look": "1"}).status_code == 422
    with app.app_context():
        query = sa.select(AgendaPerson.name, AgendaRole.role).join(AgendaRole, AgendaRole.person_id == AgendaPerson.id)
        assert db.session().execute(query).all() == [("周宁", AgendaRoleKind.CHAIR)]
        db.release()
