"""Requests for a change at the desk: read, accepted, declined, several at once; and what the overview says waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db, wording
from conference.services import change_requests, duplicates, meetings, people, registration, terms
from conference.services.activity import SYSTEM, Actor
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, ChangeWish, DelegateStatus, FreedPlace, Mode, Origin, Role
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.organiser.conftest import Browser

LIAISON = Actor(ActorKind.LIAISON, 1, "玉泉区民政局")


@pytest.fixture
def asked(app: APIFlask, cast: Cast, now: datetime) -> list[int]:
    """李然 wishes another position, 王敏 to come in person, 陈卓 to cancel."""
    wishes = (
        (cast.liran_id, ChangeWish.EDIT, {"position": "主任"}),
        (cast.wangmin_id, ChangeWish.MODE, {"mode": "in_person"}),
        (cast.chenzhuo_id, ChangeWish.CANCEL, {}),
    )
    with app.app_context():
        made = [
            change_requests.ask(cast.meeting_id, id_, wish, said, actor=LIAISON, reason="临时调整", now=now)
            for id_, wish, said in wishes
        ]
        db.release()
        return made


def test_what_is_asked_is_shown_before_and_after(desk: FlaskClient, cast: Cast, asked: list[int]) -> None:
    page = desk.get(f"/desk/{cast.slug}/requests").text
    assert "<del>科员</del> → <ins>主任</ins>" in page
    assert "<del>线上</del> → <ins>现场</ins>" in page
    assert page.count("临时调整") == 3
    only = desk.get(f"/desk/{cast.slug}/requests?wish=mode").text
    assert "王敏" in only
    assert "李然" not in only
    assert "还没有答复过的申请" in desk.get(f"/desk/{cast.slug}/requests?state=settled&wish=x&before=y").text


def test_one_is_answered_with_a_note(app: APIFlask, desk: FlaskClient, cast: Cast, asked: list[int]) -> None:
    address = f"/desk/{cast.slug}/requests/{asked[0]}"
    assert "李然：" in desk.get(address).text
    assert desk.post(address, data={"accept": "yes", "note": "长" * 501}).status_code == 422
    assert desk.post(address, data={"accept": "perhaps"}).status_code == 200
    assert desk.post(address, data={"accept": "yes", "note": "同意，已改。"}).status_code == 303
    again = desk.post(address, data={"accept": "no"})
    assert again.status_code == 422
    assert "已经答复：同意。" in again.text
    with app.app_context():
        assert people.one(cast.meeting_id, cast.liran_id).position == "主任"
    settled = desk.get(f"/desk/{cast.slug}/requests?state=settled").text
    assert "同意，已改。" in settled


def test_several_are_answered_together_and_a_repeat_changes_nothing(
    app: APIFlask, desk: FlaskClient, cast: Cast, asked: list[int]
) -> None:
    address = f"/desk/{cast.slug}/requests"
    assert "先勾选" in desk.get(desk.post(address, data={"accept": "yes"}).location).text
    sent = {"request": [str(asked[0]), str(asked[2]), "999999", "x", str(2**63)], "accept": "yes", "note": ""}
    said = desk.get(desk.post(address, data=sent).location).text
    assert "已同意 2 条。" in said
    again = desk.get(desk.post(address, data=sent).location).text
    assert "已同意 0 条。" in again
    assert "2 条没有办成" in again
    declined = desk.get(desk.post(address, data={"request": str(asked[1]), "accept": "no"}).location).text
    assert "已回绝 1 条。" in declined
    with app.app_context():
        found = [people.one(cast.meeting_id, id_) for id_ in (cast.liran_id, cast.wangmin_id, cast.chenzhuo_id)]
        assert [(one.position, one.mode, one.status) for one in found] == [
            ("主任", Mode.IN_PERSON, DelegateStatus.CONFIRMED),
            ("科员", Mode.ONLINE, DelegateStatus.CONFIRMED),
            ("科员", Mode.IN_PERSON, DelegateStatus.CANCELLED),
        ]
        assert_whole(cast.meeting_id)


def test_outsiders_are_refused(desk: FlaskClient, as_role: Browser, cast: Cast, asked: list[int]) -> None:
    assert desk.get(f"/desk/{cast.slug}/requests/999999").status_code == 404
    assert desk.get(f"/desk/{cast.slug}/requests/{2**63}").status_code == 404
    travel = as_role(Role.TRAVEL)
    assert travel.get(f"/desk/{cast.slug}/requests").status_code == 403
    assert travel.post(f"/desk/{cast.slug}/requests", data={"request": str(asked[0])}).status_code == 403


def test_the_overview_says_all_that_waits(
    app: APIFlask, desk: FlaskClient, cast: Cast, asked: list[int], now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
        terms.change(cast.meeting_id, terms.Terms(None, now - timedelta(hours=1), None, ()), doing)
        for n, name in enumerate(("陈卓", "陈卓")):
            registration.register(
                cast.meeting_id,
                registration.Entry(name, cast.kenli_id, Mode.IN_PERSON, phone=f"1391111000{n}"),
                actor=SYSTEM,
                origin=Origin.LIAISON,
                public_url=cast.public_url,
                now=now,
            )
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 3}}, doing)
        duplicates.look(cast.meeting_id, now=now)
        db.release()
    page = desk.get(f"/desk/{cast.slug}/").text
    for n, said in (
        (3, "条变更申请待答复"),
        (2, "人还没有本人确认"),
        (3, "组可能是同一个人"),
        (1, "个名额空着，候补要由会务组递补"),
    ):
        assert f">{n}</span> {said}" in page, said
    assert "去答复" in page


def test_what_becomes_of_a_freed_place_is_told_as_the_line_stands(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    pages = [f"delegates/{cast.liran_id}/cancel", f"delegates/{cast.liran_id}/erase", "delegates/bulk/cancel?whom=all"]

    def said() -> list[FreedPlace]:
        texts = [desk.get(f"/desk/{cast.slug}/{page}").text for page in pages]
        return [freed for text in texts for freed in FreedPlace if wording.say(freed, "zh") in text]

    assert said() == [FreedPlace.NOBODY_WAITS] * 3
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
        registration.register(
            cast.meeting_id,
            registration.Entry("陈卓", cast.kenli_id, Mode.IN_PERSON, phone="13911110000"),
            actor=SYSTEM,
            origin=Origin.LIAISON,
            public_url=cast.public_url,
            now=now,
        )
        db.release()
    assert said() == [FreedPlace.TO_THE_LINE] * 3
    with app.app_context():
        terms.change(cast.meeting_id, terms.Terms(None, now - timedelta(hours=1), None, ()), doing)
        db.release()
    assert said() == [FreedPlace.TO_THE_DESK] * 3
