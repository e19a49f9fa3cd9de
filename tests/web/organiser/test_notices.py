"""Writing to many, and changing the words of our messages, at the desk."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Notice, OutboxMessage
from tests.cast import Cast

WORDS = {"subject": "集合时间", "body": "{name}，请于八点到{place}。\n{link}"}


def sent_to(app: APIFlask) -> list[int | None]:
    with app.app_context():
        found = db.session().scalars(
            sa.select(OutboxMessage.delegate_id)
            .where(OutboxMessage.notice_id.is_not(None))
            .order_by(OutboxMessage.delegate_id)
        )
        people = list(found)
        db.release()
        return people


def asked(address: str) -> str:
    """Where the page behind `address` asks whether it is to be sent."""
    path, mark, query = address.partition("?")
    return f"{path}/send{mark}{query}"


def seen_in(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_the_list_names_the_meeting_where_a_subject_speaks_of_it(desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/notices"
    desk.post(f"{base}/new", data=WORDS | {"subject": "{name}，关于{meeting}的集合时间"})
    page = desk.get(base).text
    assert "…，关于城乡社区治理推进会的集合时间" in page
    assert "{meeting}" not in page


def test_a_notice_is_written_previewed_and_sent_once(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/notices"
    written = desk.post(f"{base}/new?mode=in_person", data=WORDS)
    assert written.status_code == 303
    assert "mode=in_person" in written.location
    page = desk.get(written.location).text
    assert "李然，请于八点到大同会堂。" in page
    assert "（个人链接，发出或复制时才生成）" in page
    assert "王敏" not in page  # she attends online
    assert desk.post(written.location).status_code == 405  # nothing is sent from here
    question = desk.get(asked(written.location)).text
    for said in ("把“集合时间”发给这 2 人？", "李然", "陈卓"):
        assert said in question, said
    assert sent_to(app) == []
    for _ in range(2):
        answer = desk.post(asked(written.location), data={"seen": seen_in(question)})
        assert (answer.status_code, answer.location) == (303, base)
    assert sent_to(app) == sorted([cast.liran_id, cast.chenzhuo_id])
    again = desk.get(written.location).text
    assert "这些人里没有要发的了" in again
    everybody = desk.get(asked(written.location).partition("?")[0]).text
    assert "发给这 1 人？" in everybody
    assert "王敏" in everybody
    assert "李然" not in everybody  # who has it is not among those who will get it
    assert "待发 <b" in desk.get(base).text


def test_the_ticked_people_alone(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    written = desk.post(f"/desk/{cast.slug}/notices/new?delegate={cast.wangmin_id}", data=WORDS)
    page = desk.get(asked(written.location)).text
    desk.post(asked(written.location), data={"seen": seen_in(page)})
    assert sent_to(app) == [cast.wangmin_id]


def test_a_list_that_changed_meanwhile_is_shown_again(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    written = desk.post(f"/desk/{cast.slug}/notices/new", data=WORDS)
    answer = desk.post(asked(written.location), data={"seen": "0" * 64})
    assert (answer.status_code, "名单刚刚变了" in answer.text) == (409, True)
    assert sent_to(app) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"subject": ""}, "标题"),
        ({"body": "{手机} {nmae}"}, "没有这样的占位符：{手机}、{nmae}"),
        ({"body": "\x00"}, "正文"),
        ({"subject_en": "Title"}, "英文正文"),
        ({"body": "字" * 2001}, "正文"),
    ],
)
def test_a_bad_notice_is_told_so_and_kept(
    app: APIFlask, desk: FlaskClient, cast: Cast, change: dict[str, str], said: str
) -> None:
    answer = desk.post(f"/desk/{cast.slug}/notices/new", data=WORDS | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "集合时间" in answer.text or "subject" in change
    with app.app_context():
        assert db.session().scalars(sa.select(Notice.id)).all() == []


def test_its_words_can_be_changed(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    written = desk.post(f"/desk/{cast.slug}/notices/new", data=WORDS)
    id_ = int(re.findall(r"notices/(\d+)", written.location)[0])
    address = f"/desk/{cast.slug}/notices/{id_}/edit"
    assert "请于八点到{place}" in desk.get(address).text
    assert desk.post(address, data=WORDS | {"subject": "新的时间"}).status_code == 303
    assert "新的时间" in desk.get(f"/desk/{cast.slug}/notices").text
    assert desk.post(address, data={"subject": "", "body": ""}).status_code == 422


def test_other_words_for_a_message_and_ours_again(desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/notices/words/registered/zh"
    page = desk.get(address).text
    assert "您已报名“{meeting}”" in page
    answer = desk.post(address, data={"subject": "收到", "body": "{name}，收到了。"})
    assert answer.status_code == 303
    assert "李然，收到了。" in desk.get(f"/desk/{cast.slug}/outbox").text
    assert "恢复原来的文字" in desk.get(address).text
    assert "没有这样的占位符：{decision}" in desk.post(address, data={"subject": "收到", "body": "{decision}"}).text
    assert desk.post(f"{address}/reset").status_code == 303
    assert "您已报名“城乡社区治理推进会”" in desk.get(f"/desk/{cast.slug}/outbox").text


@pytest.mark.parametrize(
    "path",
    [
        "notices/0",
        "notices/9223372036854775808",
        "notices/1/edit",
        "notices/words/one_time_code/zh",
        "notices/words/nothing/zh",
        "notices/words/registered/fr",
    ],
)
def test_what_is_not_there(desk: FlaskClient, cast: Cast, path: str) -> None:
    assert desk.get(f"/desk/{cast.slug}/{path}").status_code == 404


def test_a_notice_of_another_meeting_is_not_found(office: FlaskClient, desk: FlaskClient, cast: Cast) -> None:
    made = desk.post(f"/desk/{cast.slug}/notices/new", data=WORDS)
    id_ = re.findall(r"notices/(\d+)", made.location)[0]
    assert office.get(f"/desk/no-such/notices/{id_}").status_code == 404


def test_the_list_of_people_leads_here_with_those_who_were_chosen(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    chosen = f"/desk/{cast.slug}/delegates/bulk?act=notice&mode=in_person&delegate={cast.liran_id}"
    answer = desk.get(chosen)
    assert (answer.status_code, "/notices/new?" in answer.location) == (303, True)
    written = desk.post(answer.location, data=WORDS)
    page = desk.get(asked(written.location)).text
    desk.post(asked(written.location), data={"seen": seen_in(page)})
    assert sent_to(app) == [cast.liran_id]
