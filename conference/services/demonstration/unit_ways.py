"""What the units of `demo` did: invited, they answered or kept silent, entered people, sent a form, want places."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Delegate, Participation
from conference.services import (
    delegates,
    desks,
    invitations,
    liaisons,
    own_registration,
    places_requests,
    privacy,
    reply_forms,
    unit_people,
    unit_places,
    units,
)
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.demonstration.people import MARK, Invention
from conference.services.liaisons import LiaisonFacts
from conference.services.substitution import NewPerson
from conference.services.units import UnitFacts
from conference.vocabulary import ActorKind, Category, ConsentPurpose, Mode, UnitKind

DECLINED = UnitFacts("示例·武汉市社区志愿服务队", "420000", UnitKind.RELATED, "武汉市")
SILENT = (
    UnitFacts("示例·西安市社会工作协会", "610000", UnitKind.MEMBER, "西安市", delegate_limit=6),
    UnitFacts("示例·宝鸡市邻里互助服务社", "610000", UnitKind.MEMBER, "宝鸡市", delegate_limit=6),
)
# What a stranger calls a unit that is on the list under another spelling.
TYPED, TYPED_PROVINCE = "示例·太原社会工作协会", "140000"
# (which unit, how many of its people the liaison enters in the hall and online)
ENTERED = ((0, 2, 1), (1, 1, 1), (3, 2, 0))
FORM_OF, WANTS_MORE = 5, 2
REPLY_HEADER = "序号,姓名,职务,手机号码,参会方式"
DECLINE_REASON = "会期与本省年会冲突，无法派人参加，预祝会议圆满成功。"
PLACES_REASON = "本单位两个社区的书记也希望到现场交流，申请增加两个名额。"


@dataclass(frozen=True)
class Unit:
    """A unit of the demonstration, and who speaks for it."""

    part: Participation
    liaison: Actor


def invite(meeting_id: int, unit_ids: list[int], invention: Invention, doing: Doing) -> list[Unit]:
    """Every unit has a liaison and is invited. Returns them in the order of `unit_ids`."""
    made = []
    for unit_id in unit_ids:
        part = units.one(meeting_id, unit_id)
        liaison = invention.person(part.unit.province)
        liaisons.hand_over(meeting_id, unit_id, LiaisonFacts(liaison.name, phone=liaison.phone), doing)
        made.append(Unit(part, Actor(ActorKind.LIAISON, part.id, liaison.name)))
    invitations.send(meeting_id, unit_ids, doing)
    return made


def answer(session: Session, there: list[Unit], declined: Unit, opened: Unit, doing: Doing) -> None:
    """Those of `there` take part, one is too far away that day, one has looked and said nothing."""
    for unit in [*there, declined, opened]:
        desk = desks.by_token(desks.issue(session, unit.part, now=doing.now))
        if desk is not None:
            desks.note_opened(desk.id, now=doing.now)
    for unit in there:
        invitations.accept(unit.part.id, Doing(unit.liaison, doing.now, doing.public_url))
    invitations.decline(declined.part.id, DECLINE_REASON, Doing(declined.liaison, doing.now, doing.public_url))


def enter_people(there: list[Unit], invention: Invention, doing: Doing) -> None:
    """People whom liaisons entered at their desks; none of them has answered for themselves."""
    for which, in_hall, online in ENTERED:
        unit = there[which]
        for mode in [Mode.IN_PERSON] * in_hall + [Mode.ONLINE] * online:
            person = invention.person(unit.part.unit.province)
            enter(unit, NewPerson(person.name, phone=person.phone, position=person.position), mode, doing)


def enter(unit: Unit, person: NewPerson, mode: Mode, doing: Doing) -> None:
    """One of them."""
    said_by = Doing(unit.liaison, doing.now, doing.public_url)
    unit_people.add(unit.part, person, mode, Category.DELEGATE, said_by)


def send_reply_form(session: Session, unit: Unit, invention: Invention, doing: Doing) -> None:
    """A form of six: four go in, two rows have problems that its page shows."""
    people = [invention.person(unit.part.unit.province) for _ in range(6)]
    modes = ["现场", "现场", "线上", "现场", "现场", ""]
    rows = [
        f"{n},{person.name},{person.position},{person.phone if n != 5 else '1540900'},{mode}"
        for n, (person, mode) in enumerate(zip(people, modes, strict=True), 1)
    ]
    form = "\r\n".join([f"{unit.part.unit.name}参会回执", REPLY_HEADER, *rows, ""]).encode("utf-8-sig")
    said_by = Doing(unit.liaison, doing.now, doing.public_url)
    meeting_id, unit_id = unit.part.meeting_id, unit.part.unit_id
    form_id = reply_forms.receive(meeting_id, form, f"{unit.part.unit.name}参会回执.csv", said_by, unit_id=unit_id)
    reply_forms.bring_in(meeting_id, form_id, said_by, unit_id=unit_id)
    # A form's reader takes remarks in parentheses off a name; this one says that nobody of the name is real.
    entered = sa.select(Delegate).where(Delegate.unit_id == unit_id, Delegate.name.not_like(f"%{MARK}"))
    for delegate in session.scalars(entered.where(Delegate.meeting_id == meeting_id)).all():
        delegates.edit(meeting_id, delegate.id, {"name": f"{delegate.name}{MARK}"}, doing)


def ask_for_places(session: Session, unit: Unit, doing: Doing) -> None:
    """A unit that is full in both modes asks for two places more in the hall."""
    meeting_id, unit_id = unit.part.meeting_id, unit.part.unit_id
    there = unit_places.in_modes(session, meeting_id, [unit_id])
    in_hall, online = (there.get((unit_id, mode), 0) for mode in Mode)
    limits = {"delegate_limit": in_hall + online, "in_person_limit": in_hall, "online_limit": online}
    units.edit(meeting_id, unit_id, limits, doing)
    said_by = Doing(unit.liaison, doing.now, doing.public_url)
    places_requests.ask(unit.part.id, in_person=2, online=0, reason=PLACES_REASON, doing=said_by)


def come_uninvited(meeting_id: int, invention: Invention, doing: Doing) -> None:
    """A stranger on the public page, of a unit that they spell in their own way: the entry waits for an organiser."""
    person = invention.person(TYPED_PROVINCE)
    own_registration.by_public_page(
        meeting_id,
        own_registration.Person(person.name, person.position, person.phone, "", Mode.IN_PERSON, "zh"),
        own_registration.UnitSaid(picked="", typed=TYPED, province=TYPED_PROVINCE, unlisted=True),
        sent={},
        consent=privacy.consent(ConsentPurpose.MEETING, "zh"),
        public_url=doing.public_url,
        now=doing.now,
    )
