"""A meeting's terms at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import meetings, terms
from conference.services.terms import Terms
from conference.vocabulary import Category, Role
from tests.cast import Cast


def kept(app: APIFlask, cast: Cast) -> Terms:
    with app.app_context():
        return terms.of(meetings.by_id(cast.meeting_id))


def test_terms_are_set_and_taken_away(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/settings/terms"
    with app.app_context():
        end = meetings.by_id(cast.meeting_id).ends_at
    day = f"{end:%Y-%m-%d}"
    data = {"frozen_at": f"{day}T00:30", "kept_until": "2099-01-01T00:00", "uncounted": ["staff", "media"]}
    assert desk.post(address, data=data).status_code == 303
    found = kept(app, cast)
    assert found.frozen_at is not None
    assert found.uncounted == (Category.MEDIA, Category.STAFF)
    page = desk.get(address).text
    assert f'value="{day}T00:30"' in page
    assert page.count(" checked") == 2
    assert desk.post(address, data={"frozen_at": "", "kept_until": ""}).status_code == 303
    assert kept(app, cast) == Terms(None, None, None, ())
    assert "不计入现场人数的身份" in desk.get(f"/desk/{cast.slug}/activity").text


def test_the_overview_says_who_is_left_out(desk: FlaskClient, cast: Cast) -> None:
    desk.post(f"/desk/{cast.slug}/settings/terms", data={"uncounted": ["staff"]})
    assert "不含工作人员" in desk.get(f"/desk/{cast.slug}/").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"frozen_at": "2099-01-01T00:00"}, "不能晚于会议结束"),
        ({"line_moves_until": "2099-01-01T00:00"}, "不能晚于会议结束"),
        ({"kept_until": "2020-01-01T00:00"}, "不能早于会议结束"),
        ({"frozen_at": "昨天"}, "不是可用的时间"),
        ({"uncounted": [c.value for c in Category]}, "项数不在允许范围内"),
    ],
)
def test_bad_terms_are_told_so(
    app: APIFlask, desk: FlaskClient, cast: Cast, data: dict[str, object], words: str
) -> None:
    answer = desk.post(f"/desk/{cast.slug}/settings/terms", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert kept(app, cast) == Terms(None, None, None, ())


def test_only_who_runs_the_meeting_sets_them(app: APIFlask, as_role: Callable[[Role], FlaskClient], cast: Cast) -> None:
    for role in (Role.REGISTRATION, Role.VIEWER):
        answer = as_role(role).post(f"/desk/{cast.slug}/settings/terms", data={"uncounted": ["staff"]})
        assert answer.status_code == 403
    assert kept(app, cast).uncounted == ()
