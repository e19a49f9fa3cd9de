"""Questions and polls on a screen in the hall: what an organiser released, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from conference import db
from conference.models import Delegate
from conference.services import hall_question_asking, hall_question_desk, poll_making, polls, wall_names, walls
from conference.services.walls import WallFacts
from conference.vocabulary import WallKind
from tests import asked
from tests.cast import Cast

OTHER = "楼道里的广告谁来管？"


class Screen:
    """A browser that opened a wall."""

    def __init__(self, app: APIFlask, cast: Cast, now: datetime, *, surname_only: bool = False) -> None:
        with app.app_context():
            facts = WallFacts("主席台", WallKind.ASKING, surname_only=surname_only)
            wall = walls.add(cast.meeting_id, facts, asked.doing(cast, now))
            address, self._wall_id = walls.address(wall, public_url=""), wall.id
            db.release()
        self._browser = app.test_client()
        assert self._browser.get(address).status_code == 303

    def picture(self, known: str = "") -> TestResponse:
        return self._browser.get(f"/wall/{self._wall_id}/picture", headers={"If-None-Match": known})


@pytest.fixture
def hall(app: APIFlask, cast: Cast, now: datetime) -> Screen:
    return Screen(app, cast, now)


def test_with_nothing_to_show_it_leads_to_the_page_for_phones(hall: Screen, cast: Cast) -> None:
    picture = hall.picture()
    assert ("欢迎提问" in picture.text, f"/m/{cast.slug}/asking" in picture.text) == (True, True)
    assert "<path" in picture.text


def test_only_what_was_released_and_only_the_names_that_were_given(
    app: APIFlask, cast: Cast, now: datetime, hall: Screen
) -> None:
    with app.app_context():
        named = asked.a_question(cast, cast.wangmin_id, now)
        unnamed = asked.a_question(cast, cast.chenzhuo_id, now, text=OTHER, named=False)
        before = hall.picture()
        for one in (named, unnamed):
            asked.show(cast, one, now)
        asked.pin(cast, unnamed, now)
    assert (asked.COMMUNITY in before.text, OTHER in before.text) == (False, False)
    again = hall.picture(before.headers["ETag"])
    assert again.status_code == 200
    assert again.text.index("正在回应") < again.text.index(OTHER) < again.text.index(asked.COMMUNITY)
    assert ("陈卓" in again.text, "王敏" in again.text) == (False, True)
    shy = Screen(app, cast, now, surname_only=True).picture()
    assert ("王代表" in shy.text, "王敏" in shy.text) == (True, False)
    with app.app_context():
        wall_names.refuse(cast.meeting_id, {cast.wangmin_id: "王敏"}, asked.doing(cast, now))
        db.release()
    assert "王敏" not in hall.picture().text
    with app.app_context():
        hall_question_desk.settle(cast.meeting_id, unnamed, hall_question_desk.Step.HIDE, asked.doing(cast, now))
        db.release()
    assert OTHER not in hall.picture().text


def test_each_vote_changes_the_picture_though_it_stands_on_no_record(
    app: APIFlask, cast: Cast, now: datetime, hall: Screen
) -> None:
    with app.app_context():
        question = asked.a_question(cast, cast.wangmin_id, now)
        asked.show(cast, question, now)
        poll = asked.a_poll(cast, now, result=True)
    tag = hall.picture().headers["ETag"]
    with app.app_context():
        polls.choose(cast.meeting_id, poll, cast.liran_id, {0}, now=now)
        db.release()
    voted = hall.picture(tag)
    assert (voted.status_code, "100%" in voted.text) == (200, True)
    with app.app_context():
        hall_question_asking.vote(cast.meeting_id, cast.chenzhuo_id, question, now=now)
        db.release()
    assert hall.picture(voted.headers["ETag"]).status_code == 200


def test_a_result_is_there_when_it_is_shown_and_gives_way_to_what_is_pinned_later(
    app: APIFlask, cast: Cast, now: datetime, hall: Screen
) -> None:
    with app.app_context():
        question = asked.a_question(cast, cast.wangmin_id, now)
        asked.show(cast, question, now)
        asked.pin(cast, question, now)
        poll = asked.a_poll(cast, now)
        polls.choose(cast.meeting_id, poll, cast.liran_id, {0}, now=now)
        db.release()
    going = hall.picture().text
    assert ("正在投票" in going, "1 人参加" in going, "100%" in going) == (True, True, False)
    assert "扫码投票" in going
    later = asked.doing(cast, now + timedelta(minutes=1))
    with app.app_context():
        poll_making.close(cast.meeting_id, poll, later)
        db.release()
    closed = hall.picture().text
    assert (asked.WHERE.title in closed, "正在回应" in closed) == (False, True)
    with app.app_context():
        poll_making.show_result(cast.meeting_id, poll, later)
        db.release()
    told = hall.picture().text
    assert ("投票结果" in told, "100%" in told) == (True, True)
    with app.app_context():
        hall_question_desk.unpin(cast.meeting_id, question, later)
        asked.pin(cast, question, now + timedelta(minutes=2))
    assert "正在回应" in hall.picture().text


def test_blank_and_erased_show_nobody(app: APIFlask, cast: Cast, now: datetime, hall: Screen) -> None:
    with app.app_context():
        asked.show(cast, asked.a_question(cast, cast.wangmin_id, now), now)
        with db.transaction() as session:
            session.get_one(Delegate, cast.wangmin_id).erased_at = now
    assert "王敏" not in hall.picture().text
    with app.app_context():
        walls.blank(cast.meeting_id, asked.doing(cast, now))
        db.release()
    assert asked.COMMUNITY not in hall.picture().text
