"""The outbox (待发箱): a message is written in the transaction of the deed that it tells of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, OutboxMessage, RepeatEntry
from conference.notices import mail, texts
from conference.sealing import seal, unseal
from conference.vocabulary import MessageKind

PAGE = 50
ATTEMPTS = 8
BATCH = 50


def put(
    session: Session, kind: MessageKind, delegate: Delegate, *, link: str | None, public_url: str, now: datetime
) -> None:
    """Write a message to `delegate`; addressed by e-mail where they have one, else kept as text to forward."""
    facts = texts.Facts(
        language=delegate.language,
        name=delegate.name,
        meeting=delegate.meeting.title,
        mode=delegate.mode,
        status=delegate.status,
        meeting_url=f"{public_url}/m/{delegate.meeting.slug}",
        link=link,
    )
    to = unseal(delegate.email_sealed) if delegate.email_sealed else None
    _write(session, kind, delegate, texts.compose(kind, facts), to=to, now=now)


def put_like_fresh(
    session: Session,
    repeat: RepeatEntry,
    holder: Delegate,
    *,
    to: str,
    language: str,
    link: str,
    public_url: str,
    now: datetime,
) -> None:
    """What a fresh entry would be told, to the address that a stranger typed into a repeat entry."""
    facts = texts.Facts(
        language=language,
        name=repeat.name,
        meeting=holder.meeting.title,
        mode=repeat.mode,
        status=repeat.status,
        meeting_url=f"{public_url}/m/{holder.meeting.slug}",
        link=link,
    )
    kind = MessageKind.REGISTERED
    _write(session, kind, holder, texts.compose(kind, facts), to=to, now=now)


def _write(
    session: Session, kind: MessageKind, delegate: Delegate, message: texts.Message, *, to: str | None, now: datetime
) -> None:
    session.add(
        OutboxMessage(
            meeting_id=delegate.meeting_id,
            delegate_id=delegate.id,
            kind=kind,
            content_sealed=seal(json.dumps({"to": to, "subject": message.subject, "text": message.text})),
            created_at=now,
            next_attempt_at=now if to else None,
        )
    )


def forget_person(session: Session, delegate_id: int) -> None:
    """Take out every message to a delegate, sent or not."""
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.delegate_id == delegate_id))


@dataclass(frozen=True)
class Letter:
    """A message as an organiser sees it; `to` is None where no e-mail is known."""

    id: int
    kind: MessageKind
    to: str | None
    subject: str
    text: str
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str | None
    delegate_id: int | None


@dataclass(frozen=True)
class Page:
    items: Sequence[Letter]
    older: int | None


def page(meeting_id: int, *, before_id: int | None = None) -> Page:
    """The newest messages first, `PAGE` at a time."""
    query = sa.select(OutboxMessage).where(OutboxMessage.meeting_id == meeting_id)
    if before_id is not None:
        query = query.where(OutboxMessage.id < before_id)
    found = db.session().scalars(query.order_by(OutboxMessage.id.desc()).limit(PAGE + 1)).all()
    return Page([_letter(message) for message in found[:PAGE]], found[PAGE - 1].id if len(found) > PAGE else None)


def deliver(smtp_url: str, *, sender: str, now: datetime) -> int:
    """Send what is due, at most `BATCH`; returns how many went out. A failure is tried again with growing pauses."""
    due = (
        db.session()
        .scalars(
            sa.select(OutboxMessage.id)
            .where(OutboxMessage.sent_at.is_(None), OutboxMessage.next_attempt_at <= now)
            .order_by(OutboxMessage.next_attempt_at)
            .limit(BATCH)
        )
        .all()
    )
    db.release()
    return sum(_deliver_one(message_id, smtp_url, sender=sender, now=now) for message_id in due)


def _deliver_one(message_id: int, smtp_url: str, *, sender: str, now: datetime) -> bool:
    """Claim the message first, so that two workers do not send it twice; a crash in between sends it again later."""
    with db.transaction() as session:
        message = session.scalars(db.lock(sa.select(OutboxMessage).where(OutboxMessage.id == message_id))).first()
        if message is None or message.sent_at or message.next_attempt_at is None or message.next_attempt_at > now:
            return False
        letter = _letter(message)
        message.attempts += 1
        pause = timedelta(seconds=min(30 * 4**message.attempts, 6 * 3600))
        message.next_attempt_at = now + pause if message.attempts < ATTEMPTS else None
    error = mail.send(smtp_url, sender=sender, to=letter.to or "", subject=letter.subject, text=letter.text)
    with db.transaction() as session:
        message = session.get(OutboxMessage, message_id)
        if message is not None:
            message.last_error = error
            message.sent_at = None if error else now
    return error is None


def _letter(message: OutboxMessage) -> Letter:
    content = json.loads(unseal(message.content_sealed))
    return Letter(
        id=message.id,
        kind=message.kind,
        to=content["to"],
        subject=content["subject"],
        text=content["text"],
        created_at=message.created_at,
        sent_at=message.sent_at,
        attempts=message.attempts,
        last_error=message.last_error,
        delegate_id=message.delegate_id,
    )
