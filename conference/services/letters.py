"""What the messages of the outbox say: composed of what is true now, when they are looked at or sent.

No link is made here. Where a message carries one, `link` says what stands in its place: the fresh link when it is sent
or copied, a word when it is only looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from conference import clock, db
from conference.models import (
    AgendaRelease,
    Delegate,
    Liaison,
    Meeting,
    Notice,
    NoticeTemplate,
    OneTimeCode,
    OutboxMessage,
    RepeatEntry,
)
from conference.notices import texts
from conference.notices.texts import Message, Template
from conference.sealing import unseal
from conference.services import agenda_news
from conference.services.outbox import Address
from conference.vocabulary import Channel, DelegateStatus, MessageKind, MessageState, Missing, Mode, SendingTrouble
from conference.wording import say

PAGE = 50
UNSEEN = {"zh": "（个人链接，发出或复制时才生成）", "en": "(a private link, made when it is sent or copied)"}
UNSEEN_CODE = "······"
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Letter:
    """A message as an organiser sees it; `to` is None where neither e-mail nor phone is known."""

    id: int
    kind: MessageKind
    state: MessageState
    channel: Channel | None
    name: str
    to: Address
    subject: str
    text: str
    carries_link: bool
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None
    attempts: int
    trouble: SendingTrouble | None
    last_error: str | None
    delegate_id: int | None


@dataclass(frozen=True)
class Page:
    items: Sequence[Letter]
    older: int | None


def page(
    meeting_id: int, *, public_url: str, before_id: int | None = None, states: Iterable[MessageState] | None = None
) -> Page:
    """The newest messages first, `PAGE` at a time; one-time codes are nobody's to read."""
    query = sa.select(OutboxMessage).where(
        OutboxMessage.meeting_id == meeting_id, OutboxMessage.kind != MessageKind.ONE_TIME_CODE
    )
    if states is not None:
        query = query.where(OutboxMessage.state.in_(list(states)))
    if before_id is not None:
        query = query.where(OutboxMessage.id < before_id)
    session = db.session()
    found = session.scalars(query.order_by(OutboxMessage.id.desc()).limit(PAGE + 1)).all()
    composer = Composer(session, public_url)
    composer.load(found[:PAGE])
    return Page(
        [composer.letter(message) for message in found[:PAGE]], found[PAGE - 1].id if len(found) > PAGE else None
    )


def one(meeting_id: int, message_id: int, *, public_url: str) -> Letter:
    """Raises Missing."""
    session = db.session()
    found = session.scalars(
        sa.select(OutboxMessage).where(
            OutboxMessage.id == message_id,
            OutboxMessage.meeting_id == meeting_id,
            OutboxMessage.kind != MessageKind.ONE_TIME_CODE,
        )
    ).first()
    if found is None:
        raise Missing
    return Composer(session, public_url).letter(found)


class Composer:
    """Composes messages, and reads what they share but once."""

    def __init__(self, session: Session, public_url: str) -> None:
        self.session = session
        self.public_url = public_url
        self._templates: dict[tuple[int, MessageKind, str], Template] = {}

    def load(self, messages: Sequence[OutboxMessage]) -> None:
        """Read what many messages speak of in a few queries."""
        delegates = {message.delegate_id for message in messages if message.delegate_id}
        liaisons = {message.liaison_id for message in messages if message.liaison_id}
        repeats = {message.repeat_id for message in messages if message.repeat_id}
        notices = {message.notice_id for message in messages if message.notice_id}
        # Held, so that the session's weak map keeps them.
        self._held = [
            *(self.session.scalars(sa.select(Delegate).where(Delegate.id.in_(delegates))) if delegates else ()),
            *(self.session.scalars(sa.select(RepeatEntry).where(RepeatEntry.id.in_(repeats))) if repeats else ()),
            *(self.session.scalars(sa.select(Notice).where(Notice.id.in_(notices))) if notices else ()),
            *(
                self.session.scalars(
                    sa.select(Liaison).where(Liaison.id.in_(liaisons)).options(joinedload(Liaison.participation))
                )
                if liaisons
                else ()
            ),
        ]

    def letter(self, message: OutboxMessage, *, link: str | None = None) -> Letter:
        """With `link` in its place, else a word that says there will be one."""
        to = self.address(message)
        said = self.message(message, link=link or UNSEEN[to.language])
        return Letter(
            id=message.id,
            kind=message.kind,
            state=message.state,
            channel=message.channel,
            name=to.name,
            to=to,
            subject=said.subject,
            text=said.text,
            carries_link=self.carries_link(message),
            created_at=message.created_at,
            sent_at=message.sent_at,
            next_attempt_at=message.next_attempt_at,
            attempts=message.attempts,
            trouble=message.trouble,
            last_error=message.last_error,
            delegate_id=message.delegate_id,
        )

    def address(self, message: OutboxMessage) -> Address:
        """Where the message goes: what was typed into a repeat entry, else the person's address of now."""
        if message.private_sealed and (to := json.loads(unseal(message.private_sealed)).get("to")):
            return Address(**to)
        person: Delegate | Liaison | None = None
        if message.delegate_id is not None:
            person = self.session.get_one(Delegate, message.delegate_id)
        elif message.liaison_id is not None:
            person = self.session.get_one(Liaison, message.liaison_id)
        if person is None:
            return Address("")
        phone = unseal(person.phone_sealed) if person.phone_sealed else None
        email = unseal(person.email_sealed) if person.email_sealed else None
        if message.content_sealed:  # an older message goes where it was addressed
            email = json.loads(unseal(message.content_sealed))["to"] or email
        return Address(person.name, phone, email, person.language)

    def carries_link(self, message: OutboxMessage) -> bool:
        if message.content_sealed:
            return "{link}" in json.loads(unseal(message.content_sealed))["text"]
        if message.delegate_id is None and message.liaison_id is None:
            return False
        return texts.carries_link(self._template(message, self.address(message).language))

    def message(self, message: OutboxMessage, *, link: str, code: str = UNSEEN_CODE) -> Message:
        """Subject and text; a link stands where the message carries one."""
        if message.content_sealed:
            content = json.loads(unseal(message.content_sealed))
            return Message(content["subject"], content["text"].replace("{link}", link))
        to = self.address(message)
        template = self._template(message, to.language)
        return texts.compose(template, self.values(message, to, link=link, code=code))

    def preview(self, notice: Notice, delegate: Delegate) -> Message:
        """What a notice says to somebody who has not got it."""
        message = OutboxMessage(
            meeting_id=delegate.meeting_id, delegate_id=delegate.id, kind=MessageKind.NOTICE, facts={}
        )
        to = Address(delegate.name, language=delegate.language)
        values = self.values(message, to, link=UNSEEN[to.language], code="")
        return texts.compose(words_of(notice, to.language), values)

    def values(self, message: OutboxMessage, to: Address, *, link: str, code: str) -> dict[str, str]:
        """What the placeholders stand for."""
        language = to.language
        meeting = self.session.get_one(Meeting, message.meeting_id)
        facts: Mapping[str, Any] = dict(message.facts)
        if message.private_sealed:
            facts = {**facts, **json.loads(unseal(message.private_sealed)).get("facts", {})}
        values = {
            "name": to.name,
            "meeting": meeting.title,
            "page": f"{self.public_url}/m/{meeting.slug}",
            "when": _when(meeting.starts_at, meeting.timezone, language),
            "place": meeting.place,
            "deadline": _when(meeting.registration_closes_at, meeting.timezone, language),
            "unit": "",
            "number": "",
            "mode": "",
            "status": "",
            "reason": str(facts.get("reason", "")),
            "link": link if message.delegate_id or message.liaison_id else "",
            "code": code,
        }
        if message.delegate_id is not None:
            delegate = self.session.get_one(Delegate, message.delegate_id)
            values |= {"unit": delegate.unit.name, "number": delegate.number}
            values |= {"mode": say(delegate.mode, language), "status": say(delegate.status, language)}
        if message.repeat_id is not None:
            repeat = self.session.get_one(RepeatEntry, message.repeat_id)
            values |= {"unit": repeat.unit.name, "number": repeat.number}
        if message.liaison_id is not None:
            part = self.session.get_one(Liaison, message.liaison_id).participation
            values["unit"] = part.unit.name
            if part.reply_by is not None:
                values["deadline"] = _when(part.reply_by, meeting.timezone, language)
        if message.code_id is not None:
            values["purpose"] = say(self.session.get_one(OneTimeCode, message.code_id).purpose, language)
        if "mode" in facts:  # as it was when the deed was done
            values["mode"] = say(Mode(facts["mode"]), language)
        if "status" in facts:
            values["status"] = say(DelegateStatus(facts["status"]), language)
        if "accepted" in facts:
            values["decision"] = _decision(facts, language)
        if "session" in facts:
            values |= agenda_news.place(facts, meeting, language=language)
            values |= {key: str(facts.get(key, "")) for key in ("boards", "leader")}
        if message.agenda_release_id is not None:
            release = self.session.get_one(AgendaRelease, message.agenda_release_id)
            values |= agenda_news.values(release, meeting, facts["sessions"], language=language)
            values["agenda"] = f"{values['page']}/agenda"
        return values

    def _template(self, message: OutboxMessage, language: str) -> Template:
        if message.notice_id is not None:
            return words_of(self.session.get_one(Notice, message.notice_id), language)
        key = (message.meeting_id, message.kind, language)
        if key not in self._templates:
            theirs = self.session.scalars(
                sa.select(NoticeTemplate).where(
                    NoticeTemplate.meeting_id == message.meeting_id,
                    NoticeTemplate.kind == message.kind,
                    NoticeTemplate.language == language,
                )
            ).first()
            self._templates[key] = (
                texts.ours(message.kind, language) if theirs is None else Template(theirs.subject, theirs.body)
            )
        return self._templates[key]


def words_of(notice: Notice, language: str) -> Template:
    """An organiser's own words for a reader of `language`; the Chinese ones where there are no others."""
    if language == "en" and notice.body_en:
        return Template(notice.subject_en or notice.subject, notice.body_en)
    return Template(notice.subject, notice.body)


def _decision(facts: Mapping[str, Any], language: str) -> str:
    """The answer to a request; to one for more places with the numbers that were given."""
    said = _DECISIONS[bool(facts["accepted"])][0 if language == "zh" else 1]
    given = [(mode, facts.get(f"given_{mode.value}", 0)) for mode in Mode]
    if not facts["accepted"] or not any(n for _, n in given):
        return said
    if language == "zh":
        return said + "，增加" + "、".join(f"{say(mode, language)} {n} 人" for mode, n in given if n)
    return said + ", " + " and ".join(f"{n} more {say(mode, language).lower()}" for mode, n in given if n)


_DECISIONS = {True: ("已同意", "accepted"), False: ("未同意", "declined")}


def _when(moment: datetime, timezone: str, language: str) -> str:
    local = clock.local(moment, timezone)
    if language == "en":
        return f"{local:%A}, {local.day} {local:%B} {local.year}, {local:%H:%M}"
    return f"{local.year}年{local.month}月{local.day}日（星期{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"
