"""The outbox against a real SMTP server: sent once, tried again after a failure, nothing without an address."""

from __future__ import annotations

import email
import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from apiflask import APIFlask

from conference import db
from conference.models import OutboxMessage
from conference.notices import mail
from conference.notices.channels import Channels
from conference.rules import sending
from conference.services import activity, delegates, delivery, doubts, links, meetings, notices, registration, ways
from conference.services.delegates import Doing
from conference.vocabulary import Channel, MessageKind, MessageState, Mode, Origin, SendingTrouble
from tests.cast import Cast

SENDER = "office@example.org"
PUBLIC_URL = "http://localhost"


def mail_to(smtp_url: str) -> Channels:
    return Channels(PUBLIC_URL, smtp_url=f"{smtp_url}?from={SENDER}")


class Mailbox:
    """What a mail server received; `answer` is what it says to the next message."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.answer = "250 OK"
        self.refused = ""

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refused:
            return self.refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 — aiosmtpd's name
        if self.answer.startswith("250"):
            self.received.append(envelope)
        return self.answer

    @property
    def letters(self) -> list[Message]:
        return [email.message_from_bytes(bytes(envelope.content or b"")) for envelope in self.received]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp_url(mailbox: Mailbox) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()


@pytest.fixture
def written(app: APIFlask, cast: Cast, now: datetime) -> int:
    """A message to 马骉, who has an e-mail address; the cast have none."""
    with app.app_context():
        registration.register(
            cast.meeting_id,
            registration.Entry(name="马骉", unit_id=cast.kenli_id, mode=Mode.ONLINE, email="Mabiao@Example.org"),
            actor=activity.STRANGER,
            origin=Origin.PUBLIC,
            public_url=cast.public_url,
            now=now,
        )
        newest = db.session().scalar(sa.select(sa.func.max(OutboxMessage.id)))
        db.release()
    assert newest is not None
    return newest


def one(message_id: int) -> OutboxMessage:
    db.release()
    return db.session().get_one(OutboxMessage, message_id)


def test_a_message_is_sent_once(
    context: APIFlask, written: int, mailbox: Mailbox, smtp_url: str, cast: Cast, now: datetime
) -> None:
    assert delivery.deliver(mail_to(smtp_url), now=now) == 1
    assert delivery.deliver(mail_to(smtp_url), now=now + timedelta(days=1)) == 0
    [letter] = mailbox.letters
    assert (letter["From"], letter["To"]) == (SENDER, "Mabiao@example.org")
    assert str(make_header(decode_header(letter["Subject"]))).endswith("城乡社区治理推进会")
    text = letter.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "马骉" in text
    assert f"{cast.public_url}/p/" in text
    message = one(written)
    assert (message.sent_at, message.attempts, message.last_error) == (now, 1, None)


def test_people_without_an_address_are_not_written_to(
    context: APIFlask, cast: Cast, mailbox: Mailbox, smtp_url: str, now: datetime
) -> None:
    assert delivery.deliver(mail_to(smtp_url), now=now + timedelta(days=9)) == 0
    assert mailbox.received == []
    assert {(m.state, m.attempts) for m in db.session().scalars(sa.select(OutboxMessage))} == {
        (MessageState.BY_HAND, 0)
    }


def test_a_failure_is_tried_again_with_growing_pauses(
    context: APIFlask, written: int, mailbox: Mailbox, smtp_url: str, now: datetime
) -> None:
    mailbox.answer = "451 later, please"
    assert delivery.deliver(mail_to(smtp_url), now=now) == 0
    message = one(written)
    first = message.next_attempt_at
    assert first is not None
    assert (message.sent_at, message.attempts) == (None, 1)
    assert "451" in (message.last_error or "")
    assert delivery.deliver(mail_to(smtp_url), now=first - timedelta(seconds=1)) == 0
    assert one(written).attempts == 1
    assert delivery.deliver(mail_to(smtp_url), now=first) == 0
    second = one(written).next_attempt_at
    assert second is not None
    assert second - first > first - now
    mailbox.answer = "250 OK"
    assert delivery.deliver(mail_to(smtp_url), now=second) == 1
    message = one(written)
    assert (message.sent_at, message.attempts, message.last_error) == (second, 3, None)
    assert len(mailbox.received) == 1


def test_a_server_that_is_away_is_no_end(context: APIFlask, written: int, now: datetime) -> None:
    moment = now
    for attempt in range(1, sending.ATTEMPTS + 1):
        assert delivery.deliver(mail_to("smtp://127.0.0.1:1"), now=moment) == 0
        message = one(written)
        assert message.attempts == attempt
        assert "refused" in (message.last_error or "").lower()
        moment = message.next_attempt_at or moment
    assert one(written).next_attempt_at is None  # given up; organisers see it with its error
    assert delivery.deliver(mail_to("smtp://127.0.0.1:1"), now=moment + timedelta(days=30)) == 0
    assert one(written).attempts == sending.ATTEMPTS


def test_two_workers_do_not_send_twice(
    app: APIFlask, written: int, mailbox: Mailbox, smtp_url: str, now: datetime
) -> None:
    def deliver(_: int) -> int:
        with app.app_context():
            try:
                return delivery.deliver(mail_to(smtp_url), now=now)
            finally:
                db.release()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(deliver, range(4))) == 1
    assert len(mailbox.received) == 1


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp://mail.example.org:25?from=%E4%BC%9A%E5%8A%A1%20%3Coffice@example.org%3E", "会务 <office@example.org>"),
        ("smtps://office%40example.org:secret@mail.example.org", "office@example.org"),
        ("smtp+starttls://office:secret@mail.example.org:587", "office@mail.example.org"),
        ("smtp://mail.example.org", "conference@mail.example.org"),
    ],
)
def test_whom_messages_come_from(url: str, sender: str) -> None:
    assert mail.sender(url) == sender


def test_who_moves_up_and_who_gave_up_are_both_told(
    context: APIFlask, cast: Cast, mailbox: Mailbox, smtp_url: str, now: datetime
) -> None:
    """The last place is given up: the first in line has it at once, and a mail to each says so."""
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 3}}, doing)  # 李然 and 陈卓 have two
    made = {}
    for name in ("holder", "waiting"):
        made[name] = registration.register(
            cast.meeting_id,
            registration.Entry(name, cast.kenli_id, Mode.IN_PERSON, email=f"{name}@example.org", language="en"),
            actor=activity.STRANGER,
            origin=Origin.PUBLIC,
            public_url=cast.public_url,
            now=now,
        )
    delivery.deliver(mail_to(smtp_url), now=now)
    delegates.cancel(cast.meeting_id, made["holder"].delegate.id, doing)
    assert delivery.deliver(mail_to(smtp_url), now=now) == 2
    told = {str(letter["To"]): letter.get_payload(decode=True).decode() for letter in mailbox.letters[2:]}  # type: ignore[union-attr]
    assert set(told) == {"holder@example.org", "waiting@example.org"}
    assert "was cancelled" in told["holder@example.org"]
    assert "is confirmed" in told["waiting@example.org"]
    found = re.search(rf"{cast.public_url}/p/(\S+)", told["waiting@example.org"])
    assert found is not None
    link = links.by_token(found[1])
    assert link is not None
    assert link.delegate_id == made["waiting"].delegate.id
    assert f"{cast.public_url}/p/" not in told["holder@example.org"]


def test_a_letter_is_whole_as_it_was_written(
    context: APIFlask, written: int, mailbox: Mailbox, smtp_url: str, cast: Cast, now: datetime
) -> None:
    """Lines that begin with a dot, long lines and rare characters arrive as they are; the identifier is the same."""
    body = "{name}\n.\n..两点\n.一点\n" + "长" * 700 + "\n𠮷野家 é"
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    notices.set_template(
        cast.meeting_id, MessageKind.REGISTERED, "zh", subject="题：{meeting}\u3000𠮷", body=body, doing=doing
    )
    mailbox.answer = "451 later"
    delivery.deliver(mail_to(smtp_url), now=now)
    assert one(written).state is MessageState.WAITING
    mailbox.answer = "250 OK"
    again = one(written).next_attempt_at
    assert again is not None
    delivery.deliver(mail_to(smtp_url), now=again)
    [letter] = mailbox.letters
    text = letter.get_payload(decode=True).decode().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert text.rstrip("\n") == body.replace("{name}", "马骉")
    assert str(make_header(decode_header(letter["Subject"]))) == "题：城乡社区治理推进会 𠮷"
    assert letter["Message-ID"] == f"<{delivery.key_of(written)}@example.org>"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("550 no such user Mabiao@example.org", SendingTrouble.CONTENT_REFUSED),
        ("554 spam", SendingTrouble.CONTENT_REFUSED),
    ],
)
def test_a_no_for_good_is_not_tried_again(
    context: APIFlask,
    written: int,
    mailbox: Mailbox,
    smtp_url: str,
    now: datetime,
    answer: str,
    trouble: SendingTrouble,
) -> None:
    mailbox.answer = answer
    delivery.deliver(mail_to(smtp_url), now=now)
    message = one(written)
    assert (message.state, message.trouble, message.next_attempt_at) == (MessageState.FAILED, trouble, None)
    assert "Mabiao" not in (message.last_error or "")  # an address is kept nowhere in the open
    assert delivery.deliver(mail_to(smtp_url), now=now + timedelta(days=30)) == 0


def test_an_address_that_is_refused_says_so(
    context: APIFlask, written: int, mailbox: Mailbox, smtp_url: str, now: datetime
) -> None:
    mailbox.refused = "550 unknown"
    delivery.deliver(mail_to(smtp_url), now=now)
    assert (one(written).state, one(written).trouble) == (MessageState.FAILED, SendingTrouble.ADDRESS_REFUSED)


def test_the_latest_address_counts(
    context: APIFlask, written: int, mailbox: Mailbox, smtp_url: str, cast: Cast, now: datetime
) -> None:
    delegate_id = one(written).delegate_id
    assert delegate_id is not None
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    delegates.edit(cast.meeting_id, delegate_id, {"email": "new@example.org", "name": "马彪"}, doing)
    assert delivery.deliver(mail_to(smtp_url), now=now) == 1
    [letter] = mailbox.letters
    assert letter["To"] == "new@example.org"
    assert "马彪，您好" in letter.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_a_way_without_balance_is_left_alone_and_no_message_blamed(
    context: APIFlask, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    """Three messages wait for an SMS; the first is told that the account is empty, the others are not even tried."""
    gateway = Channels(PUBLIC_URL, sms_url="aliyun+http://KEY:SECRET@127.0.0.1:1", instance=tmp_path)
    (tmp_path / "sms.json").write_text("not JSON")  # as an account in trouble, before anything is asked
    delivery.deliver(gateway, now=now)
    rows = db.session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(m.state, m.attempts, m.forgiven, m.trouble) for m in rows] == [
        (MessageState.WAITING, 1, 1, SendingTrouble.MISCONFIGURED),
        (MessageState.WAITING, 0, 0, None),
        (MessageState.WAITING, 0, 0, None),
    ]
    assert ways.trouble(now) == {Channel.SMS: SendingTrouble.MISCONFIGURED}
    until = max(m.next_attempt_at for m in rows if m.next_attempt_at)
    db.release()
    assert delivery.deliver(gateway, now=now + timedelta(minutes=1)) == 0
    file = Channels(PUBLIC_URL, sms_url=(tmp_path / "sms.jsonl").as_uri())
    assert delivery.deliver(file, now=until) == 3


def test_a_doubtful_sms_is_asked_for_and_found(context: APIFlask, cast: Cast, now: datetime, tmp_path: Path) -> None:
    file = tmp_path / "sms.jsonl"
    channels = Channels(PUBLIC_URL, sms_url=file.as_uri())
    assert delivery.deliver(channels, now=now) == 3
    first, second, _ = db.session().scalars(sa.select(OutboxMessage.id).order_by(OutboxMessage.id)).all()
    with db.transaction() as session:
        session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id.in_([first, second]))
            .values(state=MessageState.IN_DOUBT, sent_at=None, claimed_at=now)
        )
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(line for line in lines if delivery.key_of(second) not in line) + "\n", "utf-8")
    assert doubts.ask_after_doubtful(channels, now=now + timedelta(minutes=9)) == 0  # records come late
    assert doubts.ask_after_doubtful(channels, now=now + timedelta(minutes=11)) == 1
    assert (one(first).state, one(second).state) == (MessageState.SENT, MessageState.IN_DOUBT)
    assert delivery.deliver(channels, now=now + timedelta(days=1)) == 0


def test_where_nothing_is_set_up_messages_are_left_to_people(context: APIFlask, cast: Cast, now: datetime) -> None:
    assert delivery.deliver(Channels(PUBLIC_URL), now=now) == 0
    assert set(db.session().scalars(sa.select(OutboxMessage.state))) == {MessageState.BY_HAND}


def test_a_repeat_entry_is_told_by_the_way_a_fresh_one_would_be(
    context: APIFlask, cast: Cast, mailbox: Mailbox, smtp_url: str, now: datetime, tmp_path: Path
) -> None:
    """With a number that is 李然's and a fresh address: the typed address gets a mail, and 李然 an SMS."""
    registration.register(
        cast.meeting_id,
        registration.Entry("某人", cast.kenli_id, Mode.ONLINE, phone="13800000001", email="other@example.org"),
        actor=activity.STRANGER,
        origin=Origin.PUBLIC,
        public_url=cast.public_url,
        now=now,
    )
    file = tmp_path / "sms.jsonl"
    delivery.deliver(Channels(PUBLIC_URL, smtp_url=f"{smtp_url}?from={SENDER}", sms_url=file.as_uri()), now=now)
    [letter] = mailbox.letters
    assert letter["To"] == "other@example.org"
    assert "某人，您好！您已报名" in letter.get_payload(decode=True).decode()  # type: ignore[union-attr]
    sent = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["kind"] for line in sent if line["phone"] == "+8613800000001"] == ["registered", "registered_again"]


def test_where_that_way_is_the_holders_nothing_else_is_sent(
    context: APIFlask, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    """Without a mail server a fresh entry would be told by SMS at the typed number, which is 李然's."""
    registration.register(
        cast.meeting_id,
        registration.Entry("某人", cast.kenli_id, Mode.ONLINE, phone="13800000001", email="other@example.org"),
        actor=activity.STRANGER,
        origin=Origin.PUBLIC,
        public_url=cast.public_url,
        now=now,
    )
    file = tmp_path / "sms.jsonl"
    delivery.deliver(Channels(PUBLIC_URL, sms_url=file.as_uri()), now=now)
    kinds = [json.loads(line)["kind"] for line in file.read_text("utf-8").splitlines()]
    assert sorted(kinds) == ["registered"] * 3 + ["registered_again"]
    withdrawn = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.repeat_id.is_not(None))).one()
    assert withdrawn.state is MessageState.WITHDRAWN


def test_a_kind_without_a_template_is_left_to_people(
    context: APIFlask, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    (tmp_path / "sms.json").write_text('{"sign": "x", "templates": {}}')
    gateway = Channels(PUBLIC_URL, sms_url="aliyun+http://KEY:SECRET@127.0.0.1:1", instance=tmp_path)
    assert delivery.deliver(gateway, now=now) == 0
    found = db.session().execute(sa.select(OutboxMessage.state, OutboxMessage.trouble)).all()
    assert found == [(MessageState.BY_HAND, SendingTrouble.NO_TEMPLATE)] * 3
