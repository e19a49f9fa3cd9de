"""What the people of `demo` did: answered questions, told their needs, wait, came twice, asked for a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import AccessLink, Delegate, Meeting, Question
from conference.rules.details import Needs, Stay
from conference.rules.question_drafts import Choice, Draft
from conference.services import (
    capacities,
    change_requests,
    delegates,
    duplicates,
    links,
    meetings,
    notices,
    own_answers,
    own_details,
    privacy,
    question_making,
    terms,
)
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.demonstration import unit_ways
from conference.services.demonstration.people import MARK, Invention
from conference.services.demonstration.unit_ways import Unit
from conference.services.notices import Words
from conference.services.registration import ConsentGiven
from conference.services.substitution import NewPerson
from conference.vocabulary import (
    ActorKind,
    Category,
    ChangeWish,
    ConsentPurpose,
    DelegateStatus,
    Gender,
    Mode,
    QuestionKind,
    QuestionStage,
    Role,
    Room,
)

WAITING = 3
NOTICE = Words(
    subject="会前须知",
    body="{name}您好：\n{meeting}将于{when}在{place}举行。请提前十五分钟到场，凭参会码入场。\n您的参会页：{link}",
    subject_en="Before the meeting",
    body_en="Dear {name},\n{meeting} is held at {place}, {when}. Please come a quarter of an hour early and show your "
    "code.\nYour page: {link}",
)


def set_terms(meeting_id: int, starts_at: datetime, doing: Doing) -> None:
    """Changes are asked for from three days before the meeting, the line stands still from the day before."""
    agreed = terms.Terms(
        frozen_at=starts_at - timedelta(days=3),
        line_moves_until=starts_at - timedelta(days=1),
        kept_until=None,
        uncounted=(Category.STAFF,),
    )
    terms.change(meeting_id, agreed, doing)


def ask_questions(meeting_id: int, doing: Doing) -> Sequence[Question]:
    """Three: one at once, one that depends on it, one later on one's own page."""
    visit = question_making.add(
        meeting_id,
        Draft(
            QuestionKind.ONE_OF,
            QuestionStage.AT_ONCE,
            "下午是否参加参访学习？",
            "Will you join the visit in the afternoon?",
            choices=(Choice("", "参加", "Yes"), Choice("", "不参加", "No")),
            seen_by=(Role.REGISTRATION, Role.TRAVEL),
        ),
        doing,
    )
    stop = question_making.add(
        meeting_id,
        Draft(
            QuestionKind.ONE_OF,
            QuestionStage.AT_ONCE,
            "最想看哪一处？",
            "Which community would you like to see most?",
            choices=(
                Choice("", "示例社区一：议事协商", "Community 1: deliberation"),
                Choice("", "示例社区二：为老服务", "Community 2: services for the elderly"),
                Choice("", "示例社区三：社会组织孵化", "Community 3: fostering associations"),
            ),
            shown_if_id=visit.id,
            shown_if_value=visit.choices[0]["value"],
            seen_by=(Role.TRAVEL,),
        ),
        doing,
    )
    topic = question_making.add(
        meeting_id,
        Draft(
            QuestionKind.LONG_TEXT,
            QuestionStage.LATER,
            "想请交流单位或点评专家谈什么问题？",
            "What would you like the speakers or experts to talk about?",
            hint="会前汇总给交流单位，会后 90 天删除。",
            seen_by=(Role.REGISTRATION,),
            kept_days=90,
        ),
        doing,
    )
    return visit, stop, topic


def tell(session: Session, liran: int, chenzhuo: int, asked: Sequence[Question], doing: Doing) -> None:
    """李然 and 陈卓 share a room, one of them needs other food, both answer the questions."""
    visit, stop, topic = asked
    hers, theirs = _own_link(session, liran, doing), _own_link(session, chenzhuo, doing)
    meeting = session.get_one(Delegate, liran).meeting
    for link, companion in ((hers, "陈卓"), (theirs, "李然")):
        _agree(link, ConsentPurpose.HOTEL, doing, _stay(meeting, f"{companion}{MARK}"))
        yes = [visit.choices[0]["value"]]
        own_answers.keep(link, {visit.id: yes, stop.id: [stop.choices[1]["value"]]}, now=doing.now)
    _agree(hers, ConsentPurpose.CATERING, doing, Needs(diet="素食，不吃鸡蛋", access=""))
    own_details.give(hers, ConsentPurpose.DIRECTORY, _consent(ConsentPurpose.DIRECTORY), now=doing.now)
    own_answers.keep(hers, {topic.id: ["居民议事会怎样吸引年轻人参加？"]}, now=doing.now)
    for delegate_id in (liran, chenzhuo):
        links.revoke_own(session, delegate_id, now=doing.now)  # nobody was given these


def ask_for_a_change(meeting_id: int, chenzhuo: int, doing: Doing) -> None:
    """陈卓 would like to stand with another position."""
    change_requests.ask(
        meeting_id,
        chenzhuo,
        ChangeWish.EDIT,
        {"position": "会长"},
        actor=Actor(ActorKind.DELEGATE, chenzhuo, f"陈卓{MARK}"),
        reason="本月换届，职务有变。",
        now=doing.now,
    )


def wait_in_line(session: Session, meeting_id: int, there: list[Unit], invention: Invention, doing: Doing) -> None:
    """Online everything is taken: some wait, and somebody of the hall waits to change."""
    taken = capacities.lines(meeting_id)[Mode.ONLINE].taken
    meetings.edit(meeting_id, {"capacity": {Mode.ONLINE: taken}}, doing)
    for unit in there[6 : 6 + WAITING]:
        person = invention.person(unit.part.unit.province)
        entered = NewPerson(person.name, phone=person.phone, position=person.position)
        unit_ways.enter(unit, entered, Mode.ONLINE, doing)
    wishing = _in_hall(session, there[3])
    delegates.edit(meeting_id, wishing.id, {"mode": Mode.ONLINE}, doing)


def come_twice(session: Session, meeting_id: int, unit: Unit, invention: Invention, doing: Doing) -> None:
    """The liaison enters somebody who registered before, under another telephone."""
    before = _in_hall(session, unit)
    again = NewPerson(before.name, phone=invention.person(unit.part.unit.province).phone, position=before.position)
    unit_ways.enter(unit, again, Mode.IN_PERSON, doing)
    duplicates.look(meeting_id, now=doing.now)


def write_notice(meeting_id: int, doing: Doing) -> None:
    """Written, and sent to nobody yet."""
    notices.write(meeting_id, NOTICE, doing)


def _in_hall(session: Session, unit: Unit) -> Delegate:
    """The first of a unit with a place in the hall."""
    query = sa.select(Delegate).where(
        Delegate.meeting_id == unit.part.meeting_id,
        Delegate.unit_id == unit.part.unit_id,
        Delegate.mode == Mode.IN_PERSON,
        Delegate.status == DelegateStatus.CONFIRMED,
    )
    return session.scalars(query.order_by(Delegate.number).limit(1)).one()


def _own_link(session: Session, delegate_id: int, doing: Doing) -> AccessLink:
    made = links.make(session, delegate_id, now=doing.now)
    found = links.by_id(made.id)
    assert found is not None  # noqa: S101  # it was made just now
    return found


def _stay(meeting: Meeting, companion: str) -> Stay:
    return Stay(
        room=Room.SHARED,
        share_with=companion,
        gender=Gender.FEMALE,
        arrives_at=meeting.starts_at - timedelta(hours=16),
        arrives_by="G2500",
        leaves_at=meeting.ends_at + timedelta(hours=15),
        leaves_by="G2501",
    )


def _agree(link: AccessLink, purpose: ConsentPurpose, doing: Doing, told: Stay | Needs) -> None:
    consent = _consent(purpose)
    if isinstance(told, Stay):
        own_details.keep_stay(link, told, consent=consent, now=doing.now)
    else:
        own_details.keep_needs(link, told, consent=consent, now=doing.now)


def _consent(purpose: ConsentPurpose) -> ConsentGiven:
    return privacy.consent(purpose, "zh")
