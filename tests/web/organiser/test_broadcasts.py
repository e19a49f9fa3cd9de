"""The broadcast at the desk: what is shown online, where, to whom; and who may say so."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Meeting
from conference.services import broadcasts
from conference.services.broadcasts import BroadcastFacts, OutsideRoom, Stream
from conference.vocabulary import MeetingStatus, Role, Viewership
from tests.agendas import Morning, a_morning
from tests.cast import Cast
from tests.web.organiser.test_meetings import GOOD

ROOM = {
    "room_name": "腾讯会议",
    "url": "https://meeting.tencent.com/dm/secret1",
    "number": "123-456-789",
    "password": "8866",
}
SRT = "1\n00:00:01,000 --> 00:00:02,000\n各位好\n"


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/desk/{cast.slug}/broadcast"


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now + timedelta(hours=1))
        db.release()
    return made


def held(app: APIFlask, cast: Cast) -> BroadcastFacts:
    with app.app_context():
        found = broadcasts.of(cast.meeting_id)
        db.release()
        return found


def stamp(desk: FlaskClient, address: str, action: str) -> str:
    """The `seen` of the form that is posted to `action`."""
    form = desk.get(address).text.partition(f'action="{action}"')[2].partition("</form>")[0]
    found = re.search(r'name="seen"[^>]* value="([^"]+)"', form)
    assert found is not None
    return html.unescape(found[1])


def test_an_outside_room_is_set_shown_as_delegates_see_it_and_never_in_the_text_to_forward(
    app: APIFlask, desk: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast, base: str
) -> None:
    page = desk.get(f"{base}/").text
    assert ("还没有可看的" in page, "议程里还没有线上场次" in page) == (True, True)
    answer = desk.post(f"{base}/room", data=ROOM | {"url": "javascript:alert(1)", "room_name": ""})
    assert (answer.status_code, "要一个 https:// 开头的完整网址" in answer.text) == (422, True)
    assert 'value="8866"' in answer.text  # what was typed is there
    invitation = f"周宁 邀请您参加腾讯会议 会议主题：推进会 点击链接入会：{ROOM['url']}，会议号：123-456-789"
    assert desk.post(f"{base}/room", data=ROOM | {"url": invitation}).location == f"{base}/#the-room"
    room = OutsideRoom("腾讯会议", ROOM["url"], "123-456-789", "8866")
    assert held(app, cast).room == room
    page = desk.get(f"{base}/").text
    assert ("还没有可看的" in page, "打开 meeting.tencent.com" in page) == (False, True)
    share = page.partition('id="broadcast-share"')[2].partition("</textarea>")[0]
    assert f"/m/{cast.slug}/live" in share
    assert not [one for one in ("tencent", "123-456", "8866") if one in share]
    seen_by_others = as_role(Role.VIEWER).get(f"{base}/").text
    assert ("腾讯会议" in seen_by_others, "secret1" in seen_by_others, "8866" in seen_by_others) == (True, False, False)
    assert desk.post(f"{base}/room/away", data={"seen": "older"}).status_code == 303
    assert held(app, cast).room == room  # somebody changed it meanwhile
    gone = desk.post(f"{base}/room/away", data={"seen": held(app, cast).stamp("room")}, follow_redirects=True)
    assert ("已去掉会议室" in gone.text, held(app, cast).room) == (True, None)


def test_lines_are_added_put_in_order_and_dropped_without_scripts(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str
) -> None:
    seen = stamp(desk, f"{base}/", f"{base}/streams")
    rows = {"seen": seen, "name-0": "", "url-0": "", "name-1": "主线", "url-1": "http://live.example.org/a.m3u8"}
    answer = desk.post(f"{base}/streams", data=rows)
    assert (answer.status_code, "浏览器不放 http:// 的视频" in answer.text) == (422, True)
    assert 'value="http://live.example.org/a.m3u8"' in answer.text
    answer = desk.post(f"{base}/streams", data=rows | {"url-1": "https://live.example.org/a.m3u8", "hosts-1": "*.cn"})
    assert (answer.status_code, "写域名，例如 cdn.example.org" in answer.text) == (422, True)
    rows |= {"hosts-1": "CDN.example.org，https://b.example.net:8443/x/1.ts"}
    ended = desk.post(f"{base}/streams", data=rows | {"url-1": "https://live.example.org/a.mp4?t=1"})
    assert (ended.status_code, "这是录像文件，不是直播" in ended.text) == (422, True)
    rows |= {"url-1": "https://live.example.org/a.m3u8", "name-3": "", "url-3": "http://localhost:8080/b.m3u8"}
    assert desk.post(f"{base}/streams", data=rows).location == f"{base}/#the-streams"
    pieces = ("https://cdn.example.org", "https://b.example.net:8443")
    main = Stream("主线", "https://live.example.org/a.m3u8", pieces)
    spare = Stream("线路 2", "http://localhost:8080/b.m3u8")
    assert held(app, cast).streams == (main, spare)
    clash = desk.post(f"{base}/streams", data=rows | {"name-1": "别的"})
    assert (clash.status_code, "别人改过这里" in clash.text, 'value="别的"' in clash.text) == (422, True, True)
    form = {"seen": held(app, cast).stamp("streams")}
    assert desk.post(f"{base}/streams/1/up", data=form).status_code == 303
    assert desk.post(f"{base}/streams/1/up", data=form).status_code == 303  # a second click of the same page
    assert held(app, cast).streams == (spare, main)
    desk.post(f"{base}/streams/0/away", data={"seen": held(app, cast).stamp("streams")})
    assert held(app, cast).streams == (main,)
    assert "别人改过这里" in desk.post(f"{base}/streams/3/down", data=form, follow_redirects=True).text
    assert desk.post(f"{base}/streams/99/down", data=form).status_code == 404


def test_who_watches_and_what_counts_is_said_with_the_sessions_of_the_release(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, morning: Morning
) -> None:
    wanted = {
        "seen": stamp(desk, f"{base}/", f"{base}/watching"),
        "audience": "public",
        "checks": "2",
        "threshold_percent": "75",
        "threshold_session_ids": [str(morning.opening)],
    }
    for wrong in ({"checks": "3"}, {"threshold_percent": "101"}, {"threshold_percent": ""}, {"audience": "all"}):
        assert desk.post(f"{base}/watching", data=wanted | wrong).status_code == 422
    assert desk.post(f"{base}/watching", data=wanted | {"threshold_session_ids": ["9999"]}).status_code == 422
    assert desk.post(f"{base}/watching", data=wanted).status_code == 303
    found = held(app, cast)
    assert (found.audience, found.checks, found.threshold_percent) == (Viewership.PUBLIC, 2, 75)
    assert (found.threshold_session_ids, found.questions_open) == ((morning.opening,), False)
    assert re.search(rf'value="{morning.opening}" checked', desk.get(f"{base}/").text)
    assert desk.post(f"{base}/watching", data=wanted).status_code == 303  # sent twice
    assert desk.post(f"{base}/watching", data=wanted | {"checks": "0"}).status_code == 422  # from an older page


def test_captions_are_looked_into_and_can_be_had_again(app: APIFlask, desk: FlaskClient, cast: Cast, base: str) -> None:
    def sent(content: bytes, name: str = "字幕.srt") -> dict[str, object]:
        return {"captions": (io.BytesIO(content), name)}

    assert desk.post(f"{base}/captions", data={}).status_code == 422
    hostile = desk.post(f"{base}/captions", data=sent((SRT + "\n2\n<img onerror=alert(1)>\n").encode(), "a.vtt"))
    assert (hostile.status_code, "第 6 行：这里该是时间" in hostile.text) == (422, True)
    assert desk.get(f"{base}/captions.vtt").status_code == 404
    assert desk.post(f"{base}/captions", data=sent(SRT.encode("gb18030"))).location == f"{base}/#the-captions"
    kept = desk.get(f"{base}/captions.vtt")
    assert kept.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n各位好\n"
    older = {"seen": BroadcastFacts().stamp("captions_id")}  # somebody put these while another form was open
    answer = desk.post(f"{base}/captions", data=sent(SRT.replace("好", "早").encode()) | older)
    assert (answer.status_code, "别人改过这里" in answer.text) == (422, True)
    assert "别人改过这里" in desk.post(f"{base}/captions/away", data=older, follow_redirects=True).text
    assert desk.get(f"{base}/captions.vtt").text == kept.text
    assert (kept.mimetype, "attachment" in kept.headers["Content-Disposition"]) == ("text/vtt", True)
    assert desk.post(f"{base}/captions/away").status_code == 303
    assert desk.get(f"{base}/captions.vtt").status_code == 404


def test_outsiders_and_an_archived_meeting(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, office: FlaskClient, cast: Cast, base: str
) -> None:
    other = office.post("/desk/new", data=GOOD).location
    assert office.get(f"{other}broadcast/").status_code == 200
    for address in (f"{other}broadcast/room", f"{other}broadcast/streams", f"{other}broadcast/captions/away"):
        assert desk.post(address, data=ROOM).status_code == 404
    assert desk.get(f"{other}broadcast/").status_code == 404
    assert urlsplit(client.post(f"{base}/room", data=ROOM).location).path == "/sign-in"
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    answer = desk.post(f"{base}/room", data=ROOM)
    assert (answer.status_code, "归档的会议只供查阅" in answer.text) == (409, True)
    assert held(app, cast) == BroadcastFacts()
