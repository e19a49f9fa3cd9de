"""Recordings for the public and for delegates, and what their pages may load."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Replay
from conference.services import replays
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.replays import ReplayFacts
from conference.vocabulary import Viewership
from conference.web import headers
from tests.agendas import a_morning
from tests.cast import Cast


@pytest.fixture
def recorded(app: APIFlask, cast: Cast, now: datetime) -> tuple[int, int]:
    """One for everybody, one for delegates."""
    with app.app_context():
        morning = a_morning(cast.meeting_id, begins=now - timedelta(hours=3))
        doing = Doing(SYSTEM, now, cast.public_url)
        facts = [
            ReplayFacts("上午全程", "https://video.example.org:8443/am.m3u8?key=1", None, Viewership.PUBLIC, None),
            ReplayFacts("分组讨论", "https://video.example.org/pm.mp4", morning.exchange, Viewership.DELEGATES, None),
        ]
        first, second = (replays.add(cast.meeting_id, one, doing).id for one in facts)
        with db.transaction() as session:
            mark = {"session_id": morning.opening, "talk_id": morning.talks[0], "seconds": 3725}
            session.get_one(Replay, first).marks = [mark]
        db.release()
    return first, second


def test_the_public_sees_what_is_for_everybody_and_a_delegate_all(
    client: FlaskClient, app: APIFlask, cast: Cast, recorded: tuple[int, int]
) -> None:
    first, second = recorded
    address = f"/m/{cast.slug}/replays"
    page = client.get(address).text
    assert "上午全程" in page
    assert "分组讨论" not in page
    assert "另有 1 段只对参会代表开放" in page
    shown = client.get(f"{address}/{first}").text
    assert 'href="#t=3725"' in shown
    assert "1:02:05" in shown
    refused = client.get(f"{address}/{second}")
    assert refused.status_code == 403
    assert "分组讨论" not in refused.text
    assert client.get(f"{address}/999").status_code == 404

    delegate = app.test_client()
    delegate.get(f"/p/{cast.liran_token}")
    assert "分组讨论" in delegate.get(address).text
    assert "pm.mp4" in delegate.get(f"{address}/{second}").text

    with app.app_context(), db.transaction() as session:
        for one in session.query(Replay):
            one.removed_at = one.created_at
    assert "还没有回放" in client.get(address).text
    assert client.get(f"{address}/{first}").status_code == 404


def test_a_page_of_a_video_site_is_a_way_out_and_may_load_nothing(
    client: FlaskClient, app: APIFlask, cast: Cast, recorded: tuple[int, int]
) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Replay, recorded[0]).url = "https://v.example.org/x/page/a1.html"
    link = 'href="https://v.example.org/x/page/a1.html" target="_blank" rel="noopener"'
    assert link in client.get(f"/m/{cast.slug}/replays").text
    shown = client.get(f"/m/{cast.slug}/replays/{recorded[0]}")
    assert (link in shown.text, "1:02:05" in shown.text, "<video" in shown.text) == (True, True, False)
    assert "example.org" not in shown.headers["Content-Security-Policy"]


def test_only_the_page_that_plays_may_load_from_elsewhere(
    client: FlaskClient, cast: Cast, recorded: tuple[int, int]
) -> None:
    policy = client.get(f"/m/{cast.slug}/replays/{recorded[0]}").headers["Content-Security-Policy"]
    assert "media-src 'self' blob: https://video.example.org:8443;" in policy
    assert "connect-src 'self' https://video.example.org:8443;" in policy
    assert "key" not in policy
    assert policy.count("example.org") == 2
    for address in ("", "/replays", "/agenda"):
        assert "example.org" not in client.get(f"/m/{cast.slug}{address}").headers["Content-Security-Policy"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_hostile_gets_into_the_policy(app: APIFlask) -> None:
    hostile = [
        "https://a.example.org; script-src *",
        "https://a.example.org\r\nX-Other: 1/",
        "https://*/x",
        "https://*.example.org/x",
        "https://'unsafe-inline'/x",
        "https://a,b/x",
        "https://[::1/x",
        "https://a.example.org:99999/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example.org/x",
        "https:///x",
        "",
    ]

    with app.test_request_context("/"):
        headers.allow_media([*hostile, "http://user:word@live.例子.cn:81/a b;c.m3u8"])
        answer = app.process_response(app.make_response(""))
    policy = answer.headers["Content-Security-Policy"]
    host = "http://live.xn--fsqu00a.cn:81"
    assert f"media-src 'self' blob: {host}; connect-src 'self' {host}; object-src" in policy
