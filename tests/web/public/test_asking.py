"""The asking page: who may come in, and the inside that everybody shares, which holds nothing of anybody's own."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, Meeting
from conference.services import asking as boards
from conference.services import hall_question_asking, meetings, polls
from conference.vocabulary import DelegateStatus, MeetingStatus, Viewership
from tests import asked
from tests.agendas import a_morning
from tests.cast import PASSWORD, Cast

HIDDEN = "这句话还没有人看过"


@pytest.fixture
def question(app: APIFlask, cast: Cast, now: datetime) -> int:
    """Of 王敏, who signed it, shown; 陈卓 voted for it. Beside it one of 陈卓 without a name, and one that waits."""
    with app.app_context():
        made = asked.a_question(cast, cast.wangmin_id, now)
        asked.show(cast, made, now)
        other = asked.a_question(cast, cast.chenzhuo_id, now, text="楼道里的广告谁来管？", named=False)
        asked.show(cast, other, now)
        asked.a_question(cast, cast.chenzhuo_id, now, text=HIDDEN)
        hall_question_asking.vote(cast.meeting_id, cast.chenzhuo_id, made, now=now)
        db.release()
    return made


def test_who_has_no_place_is_told_how_to_come_in(client: FlaskClient, cast: Cast, question: int) -> None:
    page = client.get(_page(cast))
    assert (page.status_code, "互动只给参会代表" in page.text, asked.COMMUNITY in page.text) == (403, True, False)
    assert "个人链接" in page.text
    assert client.get(_page(cast, "/mine")).status_code == 403


def test_a_place_that_is_not_confirmed_waits(app: APIFlask, cast: Cast, question: int) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Delegate, cast.liran_id).status = DelegateStatus.PENDING
    page = _phone(app, cast.liran_token).get(_page(cast))
    assert (page.status_code, "您的报名还没有确认" in page.text) == (403, True)


def test_hall_and_online_ask_and_vote_by_plain_forms(app: APIFlask, cast: Cast, now: datetime, question: int) -> None:
    with app.app_context():
        poll = asked.a_poll(cast, now)
        a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))
        db.release()
    hall = _phone(app, cast.liran_token)
    page = hall.get(_page(cast)).text
    assert page.index("下一届推进会在哪里开？") < page.index(asked.COMMUNITY)
    assert page.count(f'action="/m/{cast.slug}/asking/questions/{question}/vote"') == 1
    assert "开幕和主旨发言" in page
    sent = hall.post(
        _page(cast, "/questions"), data={"text": "能不能多放一把椅子？", "to": "unnamed", "back": "asking"}
    )
    assert (sent.status_code, sent.location) == (303, f"/m/{cast.slug}/asking#asking")
    assert hall.post(_page(cast, f"/questions/{question}/vote"), data={"back": "asking"}).status_code == 303
    assert hall.post(_page(cast, f"/polls/{poll}"), data={"option": "1", "back": "asking"}).status_code == 303
    after = hall.get(_page(cast)).text
    assert "能不能多放一把椅子？" in after[after.index("我的提问") :]
    assert f'action="/m/{cast.slug}/asking/questions/{question}/unvote"' in after
    assert re.search(r'id="poll-\d+-1" name="option" value="1" checked', after)
    own = hall.get(_page(cast, "/mine")).json
    assert own is not None
    assert (own["voted"], own["chosen"]) == ([question], {str(poll): [1]})
    assert "能不能多放一把椅子？" in own["own"]
    others = _phone(app, cast.chenzhuo_token).get(_page(cast, "/mine")).json
    assert others is not None
    assert (others["chosen"], "能不能多放一把椅子？" in others["own"]) == ({}, False)


def test_what_is_shared_is_the_same_for_everybody_and_is_not_sent_twice(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, question: int
) -> None:
    hall, online = _phone(app, cast.liran_token), _phone(app, cast.wangmin_token)
    address = _shared(hall.get(_page(cast)).text)
    assert address == _shared(online.get(_page(cast)).text)
    first, theirs, nobodys = hall.get(address), online.get(address), client.get(address)
    assert first.data == theirs.data == nobodys.data
    assert first.headers["ETag"] == theirs.headers["ETag"] == nobodys.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=3"
    for answer in (first, theirs, nobodys):
        assert ("Set-Cookie" in answer.headers, answer.headers["Vary"]) == (False, "Accept-Encoding")
    for there in (asked.COMMUNITY, "王敏", "楼道里的广告谁来管？"):
        assert there in first.text
    for absent in ("陈卓", HIDDEN, "csrf_token", 'aria-pressed="true"', "checked"):
        assert absent not in first.text
    known = {"If-None-Match": first.headers["ETag"]}
    assert (client.get(address, headers=known).status_code, client.get(address, headers=known).data) == (304, b"")
    with app.app_context():
        hall_question_asking.vote(cast.meeting_id, cast.liran_id, question, now=now)
        db.release()
    changed = client.get(address, headers=known)
    assert (changed.status_code, 'data-votes="2"' in changed.text) == (200, True)
    with app.app_context():
        poll = asked.a_poll(cast, now)
        polls.choose(cast.meeting_id, poll, cast.liran_id, {0}, now=now)
        db.release()


def test_the_page_itself_is_what_is_shared_with_ones_own_over_it(app: APIFlask, cast: Cast, question: int) -> None:
    online = _phone(app, cast.wangmin_token)
    page = online.get(_page(cast)).text
    tag = re.search(r'data-tag="([^"]+)"', page)
    assert tag is not None
    assert online.get(_shared(page), headers={"If-None-Match": f'"{tag[1]}"'}).status_code == 304


def test_the_key_is_the_meetings_and_ends_with_its_audience(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, question: int
) -> None:
    address = _shared(_phone(app, cast.liran_token).get(_page(cast)).text)
    key = address.split("/")[-2]
    with app.app_context():
        doing = asked.doing(cast, now)
        meetings.make(_another(now), doing)
        db.release()
    assert client.get(f"/m/another/asking/now/{key}/zh").status_code == 404
    assert client.get(address.replace(key, "0" * len(key))).status_code == 404
    assert client.get(address.replace(key, "钥匙")).status_code == 404
    assert client.get(address.replace("/zh", "/fr")).status_code == 404
    english = client.get(address.replace("/zh", "/en"))
    assert (english.status_code, english.headers["ETag"] == client.get(address).headers["ETag"]) == (200, False)
    with app.app_context():
        asked.audience(cast, Viewership.PUBLIC, now)
    page = client.get(_page(cast))
    assert page.status_code == 200
    assert (_shared(page.text) == address, client.get(address).status_code) == (False, 404)
    assert client.get(_shared(page.text)).status_code == 200


def test_the_public_reads_and_is_told_why_it_cannot_act(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, question: int
) -> None:
    with app.app_context():
        asked.audience(cast, Viewership.PUBLIC, now)
        poll = asked.a_poll(cast, now)
    page = client.get(_page(cast))
    assert (page.status_code, asked.COMMUNITY in page.text) == (200, True)
    assert "请先在这台设备上打开一次您的个人链接" in page.text
    assert ("csrf_token" in page.text, "data-asking-ask" in page.text, "Set-Cookie" in page.headers) == (False,) * 3
    for path in (f"/questions/{question}/vote", f"/polls/{poll}"):
        said = client.post(_page(cast, path), data={"option": "0"}, headers={"X-Requested-With": "asking"})
        assert (said.status_code, bool((said.json or {}).get("error"))) == (403, True)
    assert client.get(_page(cast, "/mine")).status_code == 403


def test_an_organiser_may_look(app: APIFlask, cast: Cast, question: int) -> None:
    desk = app.test_client()
    desk.post("/sign-in", data={"email": cast.zhouning_email, "password": PASSWORD})
    page = desk.get(_page(cast))
    assert (page.status_code, asked.COMMUNITY in page.text, "data-asking-ask" in page.text) == (200, True, False)


def test_a_draft_meeting_is_not_there(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    with app.app_context(), db.transaction() as session:
        meeting = session.get_one(Meeting, cast.meeting_id)
        meeting.status = MeetingStatus.DRAFT
        key = boards.key(meeting)
    for path in ("", "/mine", f"/now/{key}/zh"):
        assert client.get(_page(cast, path)).status_code == 404


def test_nothing_asked_yet_says_what_will_be_here(app: APIFlask, cast: Cast) -> None:
    page = _phone(app, cast.liran_token).get(_page(cast)).text
    assert "还没有展示的提问" in page
    assert "投票" not in page[page.index("data-board") : page.index("data-asking-own")]


def _page(cast: Cast, path: str = "") -> str:
    return f"/m/{cast.slug}/asking{path}"


def _phone(app: APIFlask, token: str) -> FlaskClient:
    phone = app.test_client()
    phone.get(f"/p/{token}")
    return phone


def _shared(page: str) -> str:
    found = re.search(r'data-address="([^"]+)"', page)
    assert found is not None
    return found[1]


def _another(now: datetime) -> meetings.Plan:
    return meetings.Plan(
        slug="another",
        title="另一届推进会",
        theme="",
        place="大同",
        province="140000",
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        registration_opens_at=now - timedelta(hours=1),
        registration_closes_at=now + timedelta(hours=1),
        capacity={},
        status=MeetingStatus.OPEN,
        hosts=[],
    )


def test_once_the_meeting_is_put_away_nothing_is_offered_that_is_refused(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, question: int
) -> None:
    with app.app_context():
        poll = asked.a_poll(cast, now)
        with db.transaction() as session:
            session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
        db.release()
    phone = _phone(app, cast.chenzhuo_token)
    page = phone.get(_page(cast)).text
    assert ("会议已结束，不再收提问和投票" in page, asked.COMMUNITY in page) == (True, True)
    assert "楼道里的广告谁来管？" in page[page.index("我的提问") :]
    region = page[page.index('id="asking"') : page.index("我的提问")]
    assert ("data-choose" in region, "asking-send" in page, "进行中" in region) == (False, False, False)
    vote = region[region.index(f"/questions/{question}/vote") :].partition("</form>")[0]
    assert " disabled" in vote
    assert phone.post(_page(cast, f"/polls/{poll}"), data={"option": "1"}, headers={"X-Requested-With": "x"}).json
    own = phone.get(f"/p/{cast.chenzhuo_token}", follow_redirects=True).text
    assert ("看回放" in own, "看直播" in own, "提问和投票" in own) == (True, False, False)
    meeting = client.get(f"/m/{cast.slug}/").text
    assert (f"/m/{cast.slug}/replays" in meeting, f"/m/{cast.slug}/live" in meeting) == (True, False)
