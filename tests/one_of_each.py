"""One of each thing that a page of the desk can be about, and with them the address of every endpoint.

The addresses are made from the routes themselves, so that no page is left out of a test that walks all of them. A page
about something new wants one of it here: its address cannot be filled before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.routing import AnyConverter, Rule

from conference import db
from conference.models import Delegate, OutboxMessage
from conference.rules.question_drafts import READERS, Draft
from conference.services import (
    bulk,
    change_requests,
    duplicates,
    files,
    liaisons,
    meetings,
    notices,
    places_requests,
    question_making,
    questions,
    registration,
    reply_forms,
    saved_filters,
    units,
)
from conference.services.activity import STRANGER, SYSTEM
from conference.services.delegates import Doing
from conference.services.liaisons import LiaisonFacts
from conference.vocabulary import BulkAct, ChangeWish, FileKind, Mode, Origin, QuestionKind, QuestionStage
from tests.cast import Cast

REPLY = Path(__file__).parent / "replies" / "a-one-unit.xlsx"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

# What an address has besides its path. Without it the page asks for it, or leads somewhere else.
QUERIES = {
    "organiser.units.find": "q=玉泉",
    "organiser.bulk.ask": "whom=all",
}
Ids = Mapping[str, object]


def make(cast: Cast, now: datetime) -> Ids:
    """The arguments of addresses, by name; where two blueprints mean different things by one, `blueprint.name`."""
    doing = Doing(SYSTEM, now, cast.public_url)
    session = db.session()
    liaisons.appoint(cast.meeting_id, cast.kenli_id, LiaisonFacts("陈卓", "13800000003"), doing)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    waiting = _enter(cast, "孙明", "13900000001", now).delegate
    twin = _enter(cast, "陈卓", "13900000002", now).delegate
    repeat = _enter(cast, "李然", "13800000001", now, origin=Origin.PUBLIC).repeat
    assert repeat is not None
    duplicates.look(cast.meeting_id, now=now)
    asked = change_requests.ask(
        cast.meeting_id, cast.liran_id, ChangeWish.EDIT, {"position": "主任"}, actor=SYSTEM, reason="", now=now
    )
    part = units.one(cast.meeting_id, cast.kenli_id)
    places = places_requests.ask(part.id, in_person=2, online=0, reason="两位专家", doing=doing)
    question = question_making.add(cast.meeting_id, _DRAFT, doing)
    with db.transaction() as writing:
        liran = writing.get_one(Delegate, cast.liran_id)
        questions.keep_answers(writing, liran, {question.id: files.look("发言稿.pdf", PDF)}, by=SYSTEM, now=now)
    ids = [cast.wangmin_id]
    deed_id = bulk.begin(
        cast.meeting_id,
        cast.zhouning_id,
        BulkAct.REMIND,
        ids,
        facts={},
        nonce="one-of-each",
        seen=bulk.fingerprint(ids),
        doing=doing,
    )
    notice = notices.write(cast.meeting_id, notices.Words("会前提醒", "{{name}}，请于八点到。"), doing)
    kept = saved_filters.keep(cast.meeting_id, cast.zhouning_id, "线上", "mode=online", doing)
    return {
        "slug": cast.slug,
        "unit_id": cast.yuquan_id,
        "other_id": cast.kenli_id,
        "delegate_id": cast.liran_id,
        "waiting.delegate_id": waiting.id,
        "first_id": cast.chenzhuo_id,
        "second_id": twin.id,
        "repeat_id": repeat.id,
        "request_id": asked,
        "places_requests.request_id": places.id,
        "question_id": question.id,
        "form_id": reply_forms.receive(cast.meeting_id, REPLY.read_bytes(), "回执.xlsx", doing),
        "filter_id": kept.id,
        "deed_id": deed_id,
        "notice_id": notice.id,
        "message_id": session.scalars(sa.select(sa.func.min(OutboxMessage.id))).one(),
        "checkpoint_id": cast.venue_id,
        "account_id": cast.hejing_id,
        "accounts.role": "door",
    }


@dataclass(frozen=True)
class Place:
    """One endpoint, and an address of it that leads to something."""

    endpoint: str
    address: str
    methods: frozenset[str]


def places(app: APIFlask, audience: str, ids: Ids) -> Iterator[Place]:
    """Every endpoint of an audience; of several values that a word in its address can have, each in turn."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{audience}."):
            query = QUERIES.get(rule.endpoint)
            for address in _addresses(rule, ids):
                methods = frozenset(rule.methods or ()) & {"GET", "POST"}
                yield Place(rule.endpoint, f"{address}?{query}" if query else address, methods)


_DRAFT = Draft(
    QuestionKind.FILE,
    QuestionStage.LATER,
    "发言稿",
    seen_by=READERS,
    file_kinds=(FileKind.PDF,),
    largest_bytes=1024 * 1024,
)


def _enter(
    cast: Cast, name: str, phone: str, now: datetime, *, origin: Origin = Origin.PROGRAM
) -> registration.Registered:
    return registration.register(
        cast.meeting_id,
        registration.Entry(name, cast.yuquan_id if name == "李然" else cast.kenli_id, Mode.IN_PERSON, phone=phone),
        actor=STRANGER if origin is Origin.PUBLIC else SYSTEM,
        origin=origin,
        public_url=cast.public_url,
        now=now,
    )


def _addresses(rule: Rule, ids: Ids) -> Iterator[str]:
    blueprint = rule.endpoint.split(".")[-2]
    filled: list[dict[str, object]] = [{}]
    for name, converter in rule._converters.items():
        known = ids.get(f"{blueprint}.{name}", ids.get(name))
        values = sorted(converter.items) if isinstance(converter, AnyConverter) and known is None else [known]
        assert values != [None], f"{rule.endpoint}: make one for <{name}> in tests/one_of_each.py"
        filled = [{**arguments, name: value} for arguments in filled for value in values]
    for arguments in filled:
        built = rule.build(arguments)
        assert built is not None, rule.endpoint
        yield built[1]
