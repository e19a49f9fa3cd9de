"""What organisers do with messages: look, try again, copy the text with a fresh link, put aside."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import OutboxMessage
from conference.notices.channels import Channels
from conference.rules import messages as rules
from conference.services import activity, delivery, letters, outbox
from conference.services.delegates import Doing
from conference.services.letters import Letter
from conference.services.places import refuse
from conference.vocabulary import MessageKind, MessageState, Missing


def try_again(meeting_id: int, message_id: int, doing: Doing) -> None:
    """Send one that failed, is left to people, or is in doubt: in doubt it may arrive twice, so a page asks first.

    Raises Missing and Refused (message_settled) where nothing is left to send.
    """
    with db.transaction() as session:
        message = _held(session, meeting_id, message_id)
        refuse(rules.refusal_to_try_again(message.state))
        before = message.state
        _due_again(message, doing)
        outbox.nudge(session)
        _record(session, "message.tried_again", message, doing, {"state": before})


def try_all_again(meeting_id: int, channels: Channels, doing: Doing) -> int:
    """Send all that failed, and all left to people that have a way now; none that is in doubt. Returns how many."""
    with db.transaction() as session:
        found = session.scalars(
            db.lock(
                sa.select(OutboxMessage)
                .where(
                    OutboxMessage.meeting_id == meeting_id,
                    OutboxMessage.state.in_([MessageState.FAILED, MessageState.BY_HAND]),
                    OutboxMessage.kind != MessageKind.ONE_TIME_CODE,
                )
                .order_by(OutboxMessage.id)
            )
        ).all()
        composer = letters.Composer(session, channels.public_url)
        composer.load(found)
        due = [message for message in found if _has_way(composer, message, channels)]
        for message in due:
            _due_again(message, doing)
        if due:
            outbox.nudge(session)
            activity.record(
                session,
                doing.actor,
                "message.tried_again",
                "message",
                None,
                meeting_id=meeting_id,
                now=doing.now,
                after={"people": len(due)},
            )
        return len(due)


def copy(meeting_id: int, message_id: int, doing: Doing) -> Letter:
    """The text to forward, with a private link made for it where the message carries one; no one else's to see again.

    The earlier links of the place go on working. Raises Missing.
    """
    with db.transaction() as session:
        message = _held(session, meeting_id, message_id)
        composer = letters.Composer(session, doing.public_url)
        link = delivery.fresh_link(session, composer, message, public_url=doing.public_url, now=doing.now)
        if link:
            _record(session, "message.copied", message, doing, {})
        return composer.letter(message, link=link or None)


def mark_forwarded(meeting_id: int, message_id: int, doing: Doing) -> None:
    """An organiser has passed it on, or found that it did arrive. Raises Missing and Refused (message_settled)."""
    _settle(meeting_id, message_id, MessageState.FORWARDED, "message.forwarded", doing)


def withdraw(meeting_id: int, message_id: int, doing: Doing) -> None:
    """It is not to be sent any more. Raises Missing and Refused (message_settled)."""
    _settle(meeting_id, message_id, MessageState.WITHDRAWN, "message.withdrawn", doing)


def counts(meeting_id: int) -> Mapping[MessageState, int]:
    """How many messages of a meeting stand how."""
    rows = db.session().execute(
        sa.select(OutboxMessage.state, sa.func.count())
        .where(OutboxMessage.meeting_id == meeting_id, OutboxMessage.kind != MessageKind.ONE_TIME_CODE)
        .group_by(OutboxMessage.state)
    )
    return dict(rows.all())


def _settle(meeting_id: int, message_id: int, state: MessageState, verb: str, doing: Doing) -> None:
    with db.transaction() as session:
        message = _held(session, meeting_id, message_id)
        if message.state is state:  # a repeat is harmless
            return
        refuse(rules.refusal_to_settle(message.state))
        before = message.state
        message.state, message.next_attempt_at = state, None
        message.sent_at = doing.now if state is MessageState.FORWARDED else None
        _record(session, verb, message, doing, {"state": before})


def _due_again(message: OutboxMessage, doing: Doing) -> None:
    message.state, message.next_attempt_at = MessageState.WAITING, doing.now
    message.forgiven, message.trouble, message.last_error = message.attempts, None, None


def _has_way(composer: letters.Composer, message: OutboxMessage, channels: Channels) -> bool:
    to = composer.address(message)
    return channels.way(phone=to.phone, email=to.email) is not None


def _held(session: Session, meeting_id: int, message_id: int) -> OutboxMessage:
    found = session.scalars(
        db.lock(
            sa.select(OutboxMessage).where(
                OutboxMessage.id == message_id,
                OutboxMessage.meeting_id == meeting_id,
                OutboxMessage.kind != MessageKind.ONE_TIME_CODE,
            )
        )
    ).first()
    if found is None:
        raise Missing
    return found


def _record(session: Session, verb: str, message: OutboxMessage, doing: Doing, before: Mapping[str, object]) -> None:
    """On the person's own trail where it is to a delegate, so that it is found, and forgotten, with them."""
    about = ("delegate", message.delegate_id) if message.delegate_id else ("message", message.id)
    after = {"message": message.kind, **({"state": message.state} if before else {})}
    activity.record(
        session, doing.actor, verb, *about, meeting_id=message.meeting_id, now=doing.now, before=before, after=after
    )
