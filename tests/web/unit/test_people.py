"""A unit's people at its desk: entered, mended, moved, given up, exchanged; nobody else's are seen or touched."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import ChangeRequest, Delegate, Meeting, OutboxMessage, Participation, RepeatEntry
from conference.services import activity, change_requests, delegates, meetings, registration, units
from conference.services.delegates import Doing
from conference.vocabulary import (
    ActorKind,
    Category,
    ChangeWish,
    DelegateStatus,
    InvitationAnswer,
    MessageKind,
    Mode,
    OpenTo,
    Origin,
)
from tests.cast import Cast
from tests.recount import assert_whole

ZHAO = {
    "name": "赵敏",
    "position": "科长",
    "mode": "in_person",
    "phone": "139 0000 0001",
    "email": "",
    "category": "delegate",
}


def _rows(app: APIFlask, cast: Cast) -> dict[str, Delegate]:
    """Everybody of 玉泉, by number."""
    with app.app_context():
        found = db.session().scalars(sa.select(Delegate).where(Delegate.unit_id == cast.yuquan_id)).all()
        db.session().expunge_all()
        return {row.number: row for row in found}


def _edit_meeting(app: APIFlask, cast: Cast, now: datetime, **changes: object) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, changes, Doing(activity.SYSTEM, now, cast.public_url))


def _whole(app: APIFlask, cast: Cast) -> None:
    with app.app_context():
        assert_whole(cast.meeting_id)


def test_the_home_shows_the_units_people_and_nobody_elses(client: FlaskClient, desk: str) -> None:
    page = client.get(desk).text
    for text in ("李然", "王敏", "2 人", "截止", "1380000••••"):
        assert text in page
    for text in ("陈卓", "13800000001"):
        assert text not in page


@pytest.mark.parametrize(
    ("show", "seen"),
    [
        ("all", ["李然", "王敏"]),
        ("in_person", ["李然"]),
        ("online", ["王敏"]),
        ("over", []),
        ("unanswered", []),
        ("?", ["李然", "王敏"]),
    ],
)
def test_the_list_is_narrowed(client: FlaskClient, desk: str, show: str, seen: list[str]) -> None:
    page = client.get(f"{desk}?show={show}").text
    assert [name for name in ("李然", "王敏") if name in page] == seen


def test_somebody_is_added_and_the_unit_takes_part(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    answer = client.post(f"{desk}people/new", data=ZHAO)
    assert (answer.status_code, answer.location) == (303, f"{desk}#p-0004")
    row = _rows(app, cast)["0004"]
    assert (row.name, row.position, row.status, row.origin) == (
        "赵敏",
        "科长",
        DelegateStatus.CONFIRMED,
        Origin.LIAISON,
    )
    assert row.acknowledged_at is None
    page = client.get(desk).text
    assert "赵敏已登记，名额已确认" in page
    assert "13900000001" in page
    with app.app_context():
        part = db.session().scalars(sa.select(Participation).where(Participation.unit_id == cast.yuquan_id)).one()
        assert part.answer is InvitationAnswer.ACCEPTED
    _whole(app, cast)


def test_one_after_the_other(client: FlaskClient, desk: str) -> None:
    answer = client.post(f"{desk}people/new", data=ZHAO | {"more": "1", "mode": "online"})
    assert answer.location == f"{desk}people/new?mode=online"
    page = client.get(answer.location).text
    assert "赵敏已登记" in page
    assert re.search(r'value="online" checked', page)


def test_the_same_form_twice_gives_one_person(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    for _ in range(2):
        assert client.post(f"{desk}people/new", data=ZHAO).location == f"{desk}#p-0004"
    assert sorted(_rows(app, cast)) == ["0001", "0002", "0004"]
    assert "赵敏已经在名单里了" in client.get(desk).text
    _whole(app, cast)


def test_a_colleagues_number_is_refused_beside_its_field(client: FlaskClient, desk: str) -> None:
    answer = client.post(f"{desk}people/new", data=ZHAO | {"phone": "13800000002"})
    assert (answer.status_code, "已有一个名额" in answer.text, "科长" in answer.text) == (422, True, True)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"name": ""}, "请填写"),
        ({"phone": "12"}, "手机号"),
        ({"phone": ""}, "手机号和邮箱至少填一项"),
        ({"mode": "walking"}, "请从"),
        ({"category": "leader"}, "请从"),
        ({"name": "赵\u202e敏"}, "不能"),
        ({"name": "敏" * 51}, "太长"),
        ({"position": "\x00"}, "不能"),
    ],
)
def test_a_bad_form_is_told_so_and_keeps_what_was_typed(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, wrong: dict[str, str], word: str
) -> None:
    answer = client.post(f"{desk}people/new", data=ZHAO | wrong)
    assert answer.status_code == 422
    assert "有几处需要改一下" in answer.text
    assert len(_rows(app, cast)) == 2


def test_another_units_number_is_taken_as_a_fresh_one(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast
) -> None:
    """陈卓 is 垦利's: the desk shows a row like any other, and all that can be done to one can be done to it."""
    theirs = ZHAO | {"name": "陈卓", "phone": "13800000003"}
    assert client.post(f"{desk}people/new", data=theirs).location == f"{desk}#p-0004"
    fresh = client.post(f"{desk}people/new", data=ZHAO)
    assert fresh.location == f"{desk}#p-0005"
    page = client.get(desk).text
    rows = {number: _row_of(page, number) for number in ("0004", "0005")}
    alike = rows["0004"].replace("0004", "0005").replace("陈卓", "赵敏").replace("13800000003", "13900000001")
    assert alike.replace("/4/", "/5/").replace("edit=4", "edit=5") == rows["0005"]
    assert client.post(f"{desk}people/new", data=theirs | {"name": "陈小卓"}).status_code == 422
    assert client.post(f"{desk}people/new", data=theirs).location == f"{desk}#p-0004"
    with app.app_context():
        repeat = db.session().scalars(sa.select(RepeatEntry)).one()
        assert (repeat.origin, repeat.unit_id) == (Origin.LIAISON, cast.yuquan_id)
    for path in ("", "mode", "cancel", "substitute"):
        assert client.get(f"{desk}people/4/{path}").status_code == 200
    changed = {"name": "陈卓", "position": "主任", "phone": "13800000003", "email": "", "category": "observer"}
    assert client.post(f"{desk}people/4/edit", data=changed).status_code == 303
    assert "主任 · 列席" in _row_of(client.get(desk).text, "0004")
    client.post(f"{desk}people/4/mode/online")
    assert "线上" in _row_of(client.get(desk).text, "0004")
    client.post(f"{desk}people/4/cancel")
    assert "陈卓" in client.get(f"{desk}?show=over").text
    with app.app_context():
        assert db.session().get_one(Delegate, cast.chenzhuo_id).status is DelegateStatus.CONFIRMED
    _whole(app, cast)


def test_somebody_is_mended_in_their_row(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    client.post(f"{desk}people/new", data=ZHAO)
    opened = client.get(f"{desk}?edit=4").text
    assert 'action="' + desk + 'people/4/edit"' in opened
    changed = {
        "name": "赵小敏",
        "position": "处长",
        "phone": "13900000009",
        "email": "zhao@example.org",
        "category": "observer",
    }
    assert client.post(f"{desk}people/4/edit", data=changed).location == f"{desk}#p-0004"
    row = _rows(app, cast)["0004"]
    assert (row.name, row.position, row.category) == ("赵小敏", "处长", Category.OBSERVER)
    with app.app_context():
        assert delegates.phone_of(row) == "+8613900000009"
    bad = client.post(f"{desk}people/4/edit", data=changed | {"name": "", "phone": "13800000002"})
    assert (bad.status_code, "处长" in bad.text) == (422, True)
    colleague = client.post(f"{desk}people/4/edit", data=changed | {"phone": "13800000002"})
    assert (colleague.status_code, "已有一个名额" in colleague.text) == (422, True)


def test_the_second_of_two_tabs_is_shown_what_the_first_changed(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast
) -> None:
    client.post(f"{desk}people/new", data=ZHAO)
    seen = re.search(r'name="opened" type="hidden" value="([^"]+)"', client.get(f"{desk}?edit=4").text)
    assert seen is not None
    form = {"name": "赵敏", "position": "科长", "phone": "13900000001", "email": "", "category": "delegate"}
    form["opened"] = seen[1]
    client.post(f"{desk}people/4/edit", data=form | {"position": "处长"})
    answer = client.post(f"{desk}people/4/edit", data=form | {"position": "主任"})
    assert (answer.status_code, "用对方的：处长" in answer.text, "主任" in answer.text) == (409, True, True)
    assert _rows(app, cast)["0004"].position == "处长"
    assert client.post(f"{desk}people/4/edit", data=form | {"name": "赵小敏"}).status_code == 303
    row = _rows(app, cast)["0004"]
    assert (row.name, row.position) == ("赵小敏", "处长")


def test_another_units_number_may_be_written_into_a_row(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast
) -> None:
    client.post(f"{desk}people/new", data=ZHAO)
    changed = {"name": "赵敏", "position": "科长", "phone": "13800000003", "email": "", "category": "delegate"}
    assert client.post(f"{desk}people/4/edit", data=changed).status_code == 303
    row = _rows(app, cast)["0004"]
    with app.app_context():
        assert (delegates.phone_of(row), row.phone_index) == ("+8613800000003", None)
        told = db.session().scalars(
            sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.REGISTERED_AGAIN)
        )
        assert list(told) == [cast.chenzhuo_id]


def test_who_had_answered_is_asked_again_and_keeps_their_own_number(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast
) -> None:
    assert "会请本人再确认一次" in client.get(f"{desk}?edit=1").text
    before = _rows(app, cast)["0001"]
    changed = {"name": "李冉", "position": "科员", "phone": "13900000009", "category": "delegate"}
    client.post(f"{desk}people/1/edit", data=changed)
    row = _rows(app, cast)["0001"]
    assert (row.name, row.phone_index, row.acknowledged_at) == ("李冉", before.phone_index, None)
    with app.app_context():
        last = db.session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
        assert (last.delegate_id, last.kind) == (cast.liran_id, MessageKind.ANSWER_WANTED)


def test_a_category_of_the_organisers_is_left_alone(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        doing = Doing(activity.SYSTEM, now, cast.public_url)
        delegates.edit(cast.meeting_id, cast.liran_id, {"category": Category.LEADER}, doing)
    assert 'name="category"' not in client.get(f"{desk}?edit=1").text
    client.post(f"{desk}people/1/edit", data={"name": "李然", "position": "", "category": "observer"})
    assert _rows(app, cast)["0001"].category is Category.LEADER


@pytest.mark.parametrize(
    "path", ["", "edit", "mode", "mode/online", "cancel", "substitute", "link", "confirm", "disown", "withdraw/mode"]
)
@pytest.mark.parametrize("number", [3, 99, 2**40])
def test_other_units_people_are_not_there(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, path: str, number: int
) -> None:
    address = f"{desk}people/{number}/{path}"
    answers = {client.get(address).status_code, client.post(address, data=ZHAO).status_code}
    assert answers <= {404, 405, 303}
    assert client.post(address, data=ZHAO).status_code in {404, 405}
    stranger = app.test_client()
    assert stranger.post(address).status_code in {403, 405}
    with app.app_context():
        row = db.session().get_one(Delegate, cast.chenzhuo_id)
        assert (row.status, row.mode, row.name) == (DelegateStatus.CONFIRMED, Mode.IN_PERSON, "陈卓")


def test_changing_the_mode_asks_first(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    asked = client.get(f"{desk}people/1/mode").text
    assert "李然改为线上参会？" in asked
    assert "现场名额空出来，不一定能再拿回来" in asked
    for _ in range(2):
        assert client.post(f"{desk}people/1/mode/online").location == f"{desk}people/1/"
        assert "已改为线上参会。" in client.get(f"{desk}people/1/").text
    assert _rows(app, cast)["0001"].mode is Mode.ONLINE
    _whole(app, cast)


def test_cancelling_asks_first_and_keeps_the_reason(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    assert "取消李然的报名？" in client.get(f"{desk}people/1/cancel").text
    assert client.post(f"{desk}people/1/cancel", data={"reason": "敏" * 201}).status_code == 422
    for _ in range(2):
        client.post(f"{desk}people/1/cancel", data={"reason": "出差"})
    assert _rows(app, cast)["0001"].status is DelegateStatus.CANCELLED
    with app.app_context():
        acts = activity.page(cast.meeting_id).items
        act = next(act for act in acts if act.verb == "delegate.cancelled")
        assert (act.after["reason"], act.actor_kind, act.actor_name) == ("出差", ActorKind.LIAISON, "孙立")
    _whole(app, cast)


def test_somebody_else_comes_instead(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    assert "参会码和个人链接马上失效" in client.get(f"{desk}people/1/substitute").text
    new = {"name": "赵敏", "position": "科长", "phone": "13900000001", "email": ""}
    for _ in range(2):
        assert client.post(f"{desk}people/1/substitute", data=new).status_code == 303
    rows = _rows(app, cast)
    assert (rows["0001"].status, rows["0004"].status) == (DelegateStatus.CANCELLED, DelegateStatus.CONFIRMED)
    assert rows["0001"].replaced_by_id == rows["0004"].id
    assert "由赵敏接替" in client.get(f"{desk}?show=over").text
    assert client.post(f"{desk}people/2/substitute", data=new).status_code == 422
    assert client.post(f"{desk}people/1/substitute", data=new | {"name": "孙悦"}).status_code == 422
    assert len(_rows(app, cast)) == 3
    _whole(app, cast)


def test_a_strangers_entry_waits_for_the_liaisons_word(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    _edit_meeting(app, cast, now, open_to=OpenTo.LINK)
    for name, phone in (("赵敏", "13900000001"), ("周一", "13900000002"), ("陈卓", "13800000003")):
        with app.app_context():
            registration.register(
                cast.meeting_id,
                registration.Entry(name, cast.yuquan_id, Mode.IN_PERSON, phone=phone),
                actor=activity.STRANGER,
                origin=Origin.PUBLIC,
                public_url=cast.public_url,
                now=now,
            )
    page = client.get(desk).text
    assert "有人以本单位名义报了名，请核对" in page
    assert "下面 3 人" in page
    for _ in range(2):
        client.post(f"{desk}people/4/confirm")
        client.post(f"{desk}people/6/confirm")
        client.post(f"{desk}people/5/disown")
    rows = _rows(app, cast)
    assert (rows["0004"].status, rows["0005"].status) == (DelegateStatus.CONFIRMED, DelegateStatus.DECLINED)
    assert "已确认" in _row_of(client.get(desk).text, "0006")
    client.post(f"{desk}people/1/disown")
    assert _rows(app, cast)["0001"].status is DelegateStatus.CONFIRMED
    _whole(app, cast)


def test_after_the_freeze_changes_are_asked_for(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).frozen_at = now - timedelta(minutes=1)
    assert "名单已定稿" in client.get(desk).text
    client.post(f"{desk}people/1/mode/online")
    client.post(f"{desk}people/1/edit", data={"name": "李冉", "position": "科员", "category": "delegate"})
    client.post(f"{desk}people/2/cancel", data={"reason": "出差"})
    client.post(f"{desk}people/2/substitute", data={"name": "赵敏", "position": "", "phone": "13900000001"})
    rows = _rows(app, cast)
    assert len(rows) == 2
    assert (rows["0001"].mode, rows["0001"].name, rows["0002"].status) == (
        Mode.IN_PERSON,
        "李然",
        DelegateStatus.CONFIRMED,
    )
    with app.app_context():
        asked = db.session().scalars(sa.select(ChangeRequest).order_by(ChangeRequest.id)).all()
        assert [one.wish for one in asked] == [
            ChangeWish.MODE,
            ChangeWish.EDIT,
            ChangeWish.CANCEL,
            ChangeWish.SUBSTITUTE,
        ]
        assert {one.asked_by for one in asked} == {ActorKind.LIAISON}
    page = client.get(desk).text
    for text in ("已申请：更换参会方式", "已申请：换人"):
        assert text in page
    for _ in range(2):
        client.post(f"{desk}people/1/withdraw/mode")
    assert "已申请：更换参会方式" not in client.get(desk).text


def test_what_became_of_the_liaisons_requests_stands_at_the_desk_for_a_while(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).frozen_at = now - timedelta(minutes=1)
    client.post(f"{desk}people/1/cancel", data={"reason": "出差"})
    client.post(f"{desk}people/2/mode/in_person")
    assert "会务组的答复" not in client.get(desk).text
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    with app.app_context():
        mode, cancel = (
            db.session().scalars(sa.select(ChangeRequest.id).where(ChangeRequest.wish == wish)).one()
            for wish in (ChangeWish.MODE, ChangeWish.CANCEL)
        )
        change_requests.decide(cast.meeting_id, cancel, False, "请另派人参加", doing)
        change_requests.decide(cast.meeting_id, mode, True, "", doing)
    page = client.get(desk).text
    answers = page[page.index("会务组的答复") : page.index("people-title")]
    for text in ("李然：取消报名", "没有同意", "请另派人参加", "王敏：更换参会方式", "已同意"):
        assert text in answers
    with app.app_context(), db.transaction() as session:
        session.execute(sa.update(ChangeRequest).values(settled_at=now - timedelta(days=15)))
    assert "会务组的答复" not in client.get(desk).text


def test_a_unit_with_people_answers_its_invitation_and_may_change_its_mind(client: FlaskClient, desk: str) -> None:
    assert "本单位还没有答复是否参加" in client.get(desk).text
    client.post(f"{desk}accept")
    assert "改为不参加" in client.get(desk).text
    client.post(f"{desk}decline", data={"reason": "当天有检查"})
    page = client.get(desk).text
    assert "本单位已答复不参加：当天有检查" in page
    assert "改为参加" in page


def test_when_registration_is_closed_nobody_is_added(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    _edit_meeting(app, cast, now, registration_closes_at=now - timedelta(minutes=1))
    assert "现在不在报名时间内" in client.get(desk).text
    answer = client.post(f"{desk}people/new", data=ZHAO)
    assert (answer.status_code, "现在不在报名时间内" in answer.text, "赵敏" in answer.text) == (422, True, True)


def test_a_full_unit_says_so(app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime) -> None:
    with app.app_context():
        doing = Doing(activity.SYSTEM, now, cast.public_url)
        units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 2}, doing)
    assert "2 / 2，余 0" in client.get(desk).text
    assert client.post(f"{desk}people/new", data=ZHAO).status_code == 422
    assert client.post(f"{desk}people/1/substitute", data=ZHAO).status_code == 303
    _whole(app, cast)


def test_after_the_meeting_nothing_can_be_changed(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    _edit_meeting(app, cast, now, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    client.post(f"{desk}people/1/cancel")
    client.post(f"{desk}people/1/mode/online")
    assert client.post(f"{desk}people/1/substitute", data=ZHAO).status_code == 422
    row = _rows(app, cast)["0001"]
    assert (row.status, row.mode) == (DelegateStatus.CONFIRMED, Mode.IN_PERSON)
    assert "会议已结束" in client.get(desk).text


@pytest.mark.parametrize("places", [100, 2], ids=["confirmed", "waiting"])
def test_a_list_of_many_costs_as_many_queries_as_a_list_of_one(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime, places: int
) -> None:
    _edit_meeting(app, cast, now, capacity={Mode.IN_PERSON: places})
    asked = []
    with app.app_context():
        engine = db.db.engine
        sa.event.listen(engine, "before_cursor_execute", lambda *_: asked.append(1))
    cost = []
    for n in (1, 4):
        for phone in range(n):
            client.post(f"{desk}people/new", data=ZHAO | {"name": f"代表{n}{phone}", "phone": f"1390000{n}00{phone}"})
        client.get(desk)
        asked.clear()
        page = client.get(desk).text
        cost.append(len(asked))
        assert (f"第 {n} 位" in page) is (places == 2)
    assert cost[0] == cost[1]


def _row_of(page: str, number: str) -> str:
    found = re.search(rf'<tr role="row" id="p-{number}">.*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]
