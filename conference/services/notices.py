"""Notices (通知): what organisers write themselves to many, and their own words for what the system sends.

    notice = notices.write(meeting_id, Words(subject, body), doing)
    notices.preview(notice, delegate, public_url=…)                what they would get, a word in the link's place
    notices.send(meeting_id, notice.id, delegate_ids, doing)       into the outbox, to each person once
    notices.put(session, notice, delegate_ids, now=…)              the same inside the transaction of another verb

The words may hold the placeholders of `rules.placeholders`; an unknown one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Notice, NoticeTemplate, OutboxMessage
from conference.models.notices import BODY_LIMIT
from conference.notices import texts
from conference.notices.texts import Message, Template
from conference.rules import placeholders
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.services import activity, letters, outbox
from conference.services.delegates import Doing
from conference.services.selections import SHOWN
from conference.vocabulary import ACTIVE_STATUSES, Fault, Malformed, MessageKind, MessageState, Missing
from conference.wording import LANGUAGES

# The kinds whose words organisers may change; a one-time code says what it must, a notice is their own already.
EDITABLE = tuple(kind for kind in MessageKind if kind not in {MessageKind.NOTICE, MessageKind.ONE_TIME_CODE})
_DECIDED = frozenset({MessageKind.CHANGE_DECIDED, MessageKind.PLACES_DECIDED})
_ENDED = frozenset({MessageKind.DECLINED, MessageKind.CANCELLED})
_OF_A_PLACE = {MessageKind.MOVED_UP, MessageKind.VISIT_CANCELLED, MessageKind.SEAT_GIVEN, MessageKind.SWAP_ASKED}
AT_ONCE = 500


@dataclass(frozen=True)
class Words:
    """A notice in Chinese, and in English where somebody reads that."""

    subject: str
    body: str
    subject_en: str = ""
    body_en: str = ""


@dataclass(frozen=True)
class Listed:
    """A notice, and how many messages of it stand how."""

    notice: Notice
    counts: Mapping[MessageState, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Audience:
    """Of the people that were chosen, how many will get it, have it, or have no place any more."""

    fresh: int
    already: int
    over: int
    first: Sequence[Delegate] = field(default=(), compare=False)  # of the fresh ones, for showing


def write(meeting_id: int, words: Words, doing: Doing) -> Notice:
    """A new notice; nobody has it yet. Raises Malformed by the names of `Words`."""
    _read(words)
    with db.transaction() as session:
        notice = Notice(meeting_id=meeting_id, created_at=doing.now, changed_at=doing.now, **vars(words))
        session.add(notice)
        session.flush()
        _record(session, doing, "notice.written", "notice", notice.id, meeting_id)
        return notice


def rewrite(meeting_id: int, notice_id: int, words: Words, doing: Doing) -> Notice:
    """Other words; those that were sent stay sent, those that wait will have these. Raises Malformed and Missing."""
    _read(words)
    with db.transaction() as session:
        notice = _held(session, meeting_id, notice_id)
        for name, value in vars(words).items():
            setattr(notice, name, value)
        notice.changed_at = doing.now
        _record(session, doing, "notice.rewritten", "notice", notice.id, meeting_id)
        return notice


def subject_of(notice: Notice, meeting: str) -> str:
    """How a notice is called in a list: of what stands for each person's own, the place stays open."""
    values = dict.fromkeys(placeholders.OPEN, "…") | {"meeting": meeting}
    return " ".join(placeholders.filled(notice.subject, values).split())


def one(meeting_id: int, notice_id: int) -> Notice:
    """Raises Missing."""
    found = (
        db.session().scalars(sa.select(Notice).where(Notice.id == notice_id, Notice.meeting_id == meeting_id)).first()
    )
    if found is None:
        raise Missing
    return found


def listed(meeting_id: int) -> list[Listed]:
    """The newest first, at most a hundred."""
    session = db.session()
    found = session.scalars(
        sa.select(Notice).where(Notice.meeting_id == meeting_id).order_by(Notice.id.desc()).limit(100)
    ).all()
    counted = session.execute(
        sa.select(OutboxMessage.notice_id, OutboxMessage.state, sa.func.count())
        .where(OutboxMessage.meeting_id == meeting_id, OutboxMessage.notice_id.is_not(None))
        .group_by(OutboxMessage.notice_id, OutboxMessage.state)
    ).all()
    counts: dict[int, dict[MessageState, int]] = {}
    for notice_id, state, n in counted:
        if notice_id is not None:
            counts.setdefault(notice_id, {})[state] = n
    return [Listed(notice, counts.get(notice.id, {})) for notice in found]


def preview(notice: Notice, delegate: Delegate, *, public_url: str) -> Message:
    """What `delegate` would read; a private link is made when it is sent, and a word stands in its place."""
    return letters.Composer(db.session(), public_url).preview(notice, delegate)


def send(meeting_id: int, notice_id: int, delegate_ids: Sequence[int], doing: Doing) -> int:
    """Put the notice into the outbox for each of these people who has not got it yet; returns for how many it was."""
    with db.transaction() as session:
        notice = _held(session, meeting_id, notice_id)
        n = put(session, notice, delegate_ids, now=doing.now)
        if n:
            _record(session, doing, "notice.sent", "notice", notice.id, meeting_id, {"people": n})
        return n


def audience(notice: Notice, delegate_ids: Sequence[int]) -> Audience:
    """What sending it to these people would do."""
    session, ids = db.session(), set(delegate_ids)
    got = set(session.scalars(sa.select(OutboxMessage.delegate_id).where(OutboxMessage.notice_id == notice.id))) & ids
    over = set(session.scalars(_people_of(notice).where(Delegate.status.not_in(ACTIVE_STATUSES)))) & ids - got
    fresh = sorted(ids - got - over)
    first = session.scalars(sa.select(Delegate).where(Delegate.id.in_(fresh[:SHOWN])).order_by(Delegate.id)).all()
    return Audience(fresh=len(fresh), already=len(got), over=len(over), first=first)


def put(session: Session, notice: Notice, delegate_ids: Iterable[int], *, now: datetime) -> int:
    """A message for each; who has one of this notice, whose place is over, or is of another meeting is passed over."""
    ids = list(delegate_ids)
    made = sum(_put_some(session, notice, ids[first : first + AT_ONCE], now) for first in range(0, len(ids), AT_ONCE))
    if made:
        outbox.nudge(session)
    return made


def template(meeting_id: int, kind: MessageKind, language: str) -> tuple[Template, bool]:
    """The words for a kind of message, and whether they are the organisers' own."""
    theirs = db.session().scalars(_template_of(meeting_id, kind, language)).first()
    return (texts.ours(kind, language), False) if theirs is None else (Template(theirs.subject, theirs.body), True)


def templates(meeting_id: int) -> dict[MessageKind, frozenset[str]]:
    """For each kind that may be changed, the languages in which it was."""
    rows = db.session().execute(
        sa.select(NoticeTemplate.kind, NoticeTemplate.language).where(NoticeTemplate.meeting_id == meeting_id)
    )
    found: dict[MessageKind, set[str]] = {kind: set() for kind in EDITABLE}
    for kind, language in rows:
        found.setdefault(kind, set()).add(language)
    return {kind: frozenset(languages) for kind, languages in found.items()}


def placeholders_of(kind: MessageKind) -> tuple[str, ...]:
    """What may stand in the words of a kind."""
    if kind in _DECIDED:
        return (*placeholders.OPEN, "decision", "reason")
    if kind is MessageKind.AGENDA_CHANGED:
        return (*placeholders.OPEN, "changes", "changed", "note", "agenda")
    if kind is MessageKind.VISIT_CHANGED:
        return (*placeholders.OPEN, "place", "when", "boards", "leader")
    if kind in _OF_A_PLACE:
        return (*placeholders.OPEN, "place", "when")
    return (*placeholders.OPEN, "reason") if kind in _ENDED else placeholders.OPEN


def set_template(meeting_id: int, kind: MessageKind, language: str, *, subject: str, body: str, doing: Doing) -> None:
    """Say a kind of message in other words. Raises Malformed (subject, body) and Missing (a kind that is ours)."""
    _known(kind, language)
    known = placeholders_of(kind)
    if faults := _faults({"subject": subject, "body": body}, known):
        raise Malformed(faults)
    with db.transaction() as session:
        found = session.scalars(db.lock(_template_of(meeting_id, kind, language))).first()
        if found is None:
            found = NoticeTemplate(meeting_id=meeting_id, kind=kind, language=language)
            session.add(found)
        found.subject, found.body, found.changed_at = subject, body, doing.now
        session.flush()
        _record(session, doing, "notice.template_changed", "meeting", meeting_id, meeting_id, {"message": kind.value})


def reset_template(meeting_id: int, kind: MessageKind, language: str, doing: Doing) -> None:
    """Our own words again; where they are, nothing changes. Raises Missing."""
    _known(kind, language)
    with db.transaction() as session:
        found = session.scalars(db.lock(_template_of(meeting_id, kind, language))).first()
        if found is not None:
            session.delete(found)
            _record(session, doing, "notice.template_reset", "meeting", meeting_id, meeting_id, {"message": kind.value})


def _people_of(notice: Notice) -> sa.Select[int]:
    return sa.select(Delegate.id).where(Delegate.meeting_id == notice.meeting_id)


def _put_some(session: Session, notice: Notice, ids: list[int], now: datetime) -> int:
    table = cast(sa.Table, OutboxMessage.__table__)
    values = {
        "meeting_id": notice.meeting_id,
        "notice_id": notice.id,
        "kind": MessageKind.NOTICE,
        "state": MessageState.WAITING,
        "facts": {},
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": now,
    }
    columns = [table.c[name] for name in values]
    people = sa.select(
        Delegate.id, *(sa.literal(value, column.type) for column, value in zip(columns, values.values(), strict=True))
    ).where(Delegate.id.in_(ids), Delegate.meeting_id == notice.meeting_id, Delegate.status.in_(ACTIVE_STATUSES))
    statement = db.insert(session, table).from_select([table.c.delegate_id, *columns], people)
    once = statement.on_conflict_do_nothing(
        index_elements=["notice_id", "delegate_id"], index_where=sa.text("notice_id IS NOT NULL")
    )
    return session.connection().execute(once).rowcount


def _read(words: Words) -> None:
    texts_ = {"subject": words.subject, "body": words.body}
    faults = _faults(texts_, placeholders.OPEN)
    english = {"subject_en": words.subject_en, "body_en": words.body_en}
    faults |= _faults(english, placeholders.OPEN, required=False)
    if words.subject_en and not words.body_en and "body_en" not in faults:
        faults["body_en"] = Fault.REQUIRED
    if faults:
        raise Malformed(faults)


def _faults(said: Mapping[str, str], known: Sequence[str], *, required: bool = True) -> dict[str, Fault]:
    faults = {}
    for name, text in said.items():
        is_body = name.startswith("body")
        fault = fault_in(text, limit=BODY_LIMIT if is_body else SHORT_LIMIT, required=required, lines=is_body)
        if fault is None and placeholders.unknown(text, known):
            fault = Fault.UNKNOWN_PLACEHOLDER
        if fault is not None:
            faults[name] = fault
    return faults


def _known(kind: MessageKind, language: str) -> None:
    if kind not in EDITABLE or language not in LANGUAGES:
        raise Missing


def _held(session: Session, meeting_id: int, notice_id: int) -> Notice:
    found = session.scalars(
        db.lock(sa.select(Notice).where(Notice.id == notice_id, Notice.meeting_id == meeting_id))
    ).first()
    if found is None:
        raise Missing
    return found


def _template_of(meeting_id: int, kind: MessageKind, language: str) -> sa.Select[NoticeTemplate]:
    return sa.select(NoticeTemplate).where(
        NoticeTemplate.meeting_id == meeting_id, NoticeTemplate.kind == kind, NoticeTemplate.language == language
    )


def _record(
    session: Session,
    doing: Doing,
    verb: str,
    subject: str,
    subject_id: int,
    meeting_id: int,
    after: Mapping[str, object] | None = None,
) -> None:
    activity.record(session, doing.actor, verb, subject, subject_id, meeting_id=meeting_id, now=doing.now, after=after)
