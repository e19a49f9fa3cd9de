"""The outbox, as organisers read and settle it."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AccessLink, Activity, OutboxMessage
from conference.notices.channels import Channels
from conference.services import delivery, links
from conference.vocabulary import Channel, MessageState, Role, SendingTrouble
from tests.cast import Cast
from tests.web.organiser.conftest import Browser


@pytest.fixture
def message_id(app: APIFlask, cast: Cast) -> int:
    """What 李然 was told on registering."""
    with app.app_context():
        found = (
            db.session().scalars(sa.select(OutboxMessage.id).where(OutboxMessage.delegate_id == cast.liran_id)).one()
        )
        db.release()
        return found


def stands(app: APIFlask, message_id: int, **changes: object) -> None:
    with app.app_context(), db.transaction() as session:
        session.execute(sa.update(OutboxMessage).where(OutboxMessage.id == message_id).values(**changes))


def state(app: APIFlask, message_id: int) -> MessageState:
    with app.app_context():
        found = db.session().get_one(OutboxMessage, message_id).state
        db.release()
        return found


def with_sms(app: APIFlask, tmp_path: object) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, sms_url=f"file://{tmp_path}/sms.jsonl")


def test_each_message_is_there_and_can_be_found_by_its_state(
    app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int
) -> None:
    address = f"/desk/{cast.slug}/outbox"
    page = desk.get(address).text
    assert page.count('id="letter-') == 3
    assert "李然，您好！您已报名“城乡社区治理推进会”。" in page
    assert "没有配置发信" in page
    assert page.count("请人工转发") >= 3
    stands(app, message_id, state=MessageState.FAILED, next_attempt_at=None)
    with app.app_context():
        delivery.deliver(Channels(cast.public_url), now=datetime.now().astimezone())  # leaves the others to people
        db.release()
    found = {
        name: desk.get(f"{address}?state={name}").text.count('id="letter-') for name in ("failed", "by_hand", "sent")
    }
    assert found == {"failed": 1, "by_hand": 2, "sent": 0}
    for odd in ("no-such", "\x00", "９"):
        assert desk.get(address, query_string={"state": odd}).status_code == 200


def test_a_message_has_its_text_and_no_link_until_it_is_asked_for(
    app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int
) -> None:
    address = f"/desk/{cast.slug}/outbox/{message_id}"
    page = desk.get(address)
    assert "（个人链接，发出或复制时才生成）" in page.text
    assert f"{cast.public_url}/p/" not in page.text
    copied = desk.post(f"{address}/text")
    assert copied.headers["Cache-Control"] == "no-store"
    found = re.search(rf"{cast.public_url}/p/([\w-]{{32}})", copied.text)
    assert found is not None
    with app.app_context():
        link = links.by_token(found[1])
        assert link is not None
        assert link.delegate_id == cast.liran_id
        assert links.by_token(cast.liran_token) is not None  # the earlier ones go on working
        acts = db.session().scalars(sa.select(Activity.verb).where(Activity.subject_id == cast.liran_id)).all()
        assert acts.count("message.copied") == 1
        db.release()
    assert desk.get(f"{address}/text").location == address
    assert f"{cast.public_url}/p/" not in desk.get(address).text


def test_a_failure_is_tried_again_on_an_organisers_word(
    app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int, tmp_path: object, now: datetime
) -> None:
    with_sms(app, tmp_path)
    stands(
        app,
        message_id,
        state=MessageState.FAILED,
        channel=Channel.SMS,
        attempts=8,
        trouble=SendingTrouble.ADDRESS_REFUSED,
        next_attempt_at=None,
    )
    address = f"/desk/{cast.slug}/outbox/{message_id}"
    page = desk.get(address).text
    assert "对方地址或号码收不到" in page
    assert "现在再发" in page
    for _ in range(2):  # twice is as good as once
        assert desk.post(f"{address}/again").status_code == 303
    assert state(app, message_id) is MessageState.WAITING
    with app.app_context():
        moment = datetime.now().astimezone()
        assert delivery.deliver(Channels(cast.public_url, sms_url=f"file://{tmp_path}/sms.jsonl"), now=moment) == 3
        db.release()
    assert state(app, message_id) is MessageState.SENT
    again = desk.post(f"{address}/again", follow_redirects=True)
    assert "已经发出、转发或作废" in again.text


def test_a_doubtful_message_is_sent_again_only_when_asked_twice(
    app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int, tmp_path: object
) -> None:
    with_sms(app, tmp_path)
    stands(app, message_id, state=MessageState.IN_DOUBT, channel=Channel.SMS, attempts=1, next_attempt_at=None)
    page = desk.get(f"/desk/{cast.slug}/outbox?state=in_doubt").text
    assert page.count('id="letter-') == 1
    address = f"/desk/{cast.slug}/outbox/{message_id}"
    assert f'href="{address}/again"' in desk.get(address).text
    assert "对方可能收到两条" in desk.get(f"{address}/again").text
    assert state(app, message_id) is MessageState.IN_DOUBT
    desk.post("/desk/" + cast.slug + "/outbox/again")  # all that failed: none of those in doubt
    assert state(app, message_id) is MessageState.IN_DOUBT
    desk.post(f"{address}/again")
    assert state(app, message_id) is MessageState.WAITING


@pytest.mark.parametrize(
    ("act", "after"), [("forwarded", MessageState.FORWARDED), ("withdraw", MessageState.WITHDRAWN)]
)
def test_a_message_is_put_aside(
    app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int, act: str, after: MessageState
) -> None:
    address = f"/desk/{cast.slug}/outbox/{message_id}"
    for _ in range(2):
        assert desk.post(f"{address}/{act}").status_code == 303
    assert state(app, message_id) is after
    with app.app_context():
        verbs = db.session().scalars(sa.select(Activity.verb).where(Activity.verb.startswith("message."))).all()
        db.release()
    assert len(verbs) == 1


def test_all_that_have_a_way_now_are_sent(
    app: APIFlask, desk: FlaskClient, cast: Cast, tmp_path: object, message_id: int
) -> None:
    with app.app_context():
        delivery.deliver(Channels(cast.public_url), now=datetime.now().astimezone())
        db.release()
    assert state(app, message_id) is MessageState.BY_HAND
    assert "没有可以再发的消息" in desk.post(f"/desk/{cast.slug}/outbox/again", follow_redirects=True).text
    with_sms(app, tmp_path)
    assert "3 条消息马上再发" in desk.post(f"/desk/{cast.slug}/outbox/again", follow_redirects=True).text
    assert state(app, message_id) is MessageState.WAITING


def test_trouble_of_a_way_is_said_on_top(app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int) -> None:
    later = datetime.now().astimezone().replace(year=2100)
    stands(app, message_id, channel=Channel.SMS, trouble=SendingTrouble.NO_BALANCE, next_attempt_at=later)
    assert "短信账户欠费或余量用完" in desk.get(f"/desk/{cast.slug}/outbox").text


@pytest.mark.parametrize("id_", ["0", "999999", str(2**63 - 1), str(2**63), "9" * 40])
def test_messages_of_nobody_are_not_found(desk: FlaskClient, cast: Cast, id_: str) -> None:
    for path in (id_, f"{id_}/again"):
        assert desk.get(f"/desk/{cast.slug}/outbox/{path}").status_code == 404
    for path in ("text", "again", "forwarded", "withdraw"):
        assert desk.post(f"/desk/{cast.slug}/outbox/{id_}/{path}").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(
    app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int
) -> None:
    def queries() -> int:
        seen = []
        with app.app_context():
            engine = db.db.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        try:
            assert desk.get(f"/desk/{cast.slug}/outbox").status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    many = queries()
    with app.app_context(), db.transaction() as session:
        session.execute(sa.delete(OutboxMessage).where(OutboxMessage.id != message_id))
    assert queries() == many


def test_links_are_not_kept_by_looking(app: APIFlask, desk: FlaskClient, cast: Cast, message_id: int) -> None:
    def made() -> int:
        with app.app_context():
            n = db.session().scalar(sa.select(sa.func.count()).select_from(AccessLink))
            db.release()
            return n or 0

    before = made()
    desk.get(f"/desk/{cast.slug}/outbox")
    desk.get(f"/desk/{cast.slug}/outbox/{message_id}")
    assert made() == before


def test_what_a_machine_said_is_folded_for_those_who_run_the_meeting(
    app: APIFlask, desk: FlaskClient, as_role: Browser, cast: Cast, message_id: int
) -> None:
    said = "ConnectionRefusedError: [Errno 111]"
    stands(app, message_id, state=MessageState.FAILED, next_attempt_at=None, last_error=said)
    address = f"/desk/{cast.slug}/outbox/{message_id}"
    assert f'<summary>技术信息</summary><p class="code small preview-body">{said}</p>' in desk.get(address).text
    assert said not in as_role(Role.REGISTRATION).get(address).text
