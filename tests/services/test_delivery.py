"""The outbox against a real SMTP server: sent once, tried again after a failure, nothing without an address."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message

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
from conference.services import activity, delivery, registration
from conference.vocabulary import MessageState, Mode, Origin
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
