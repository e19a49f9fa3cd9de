"""`demo`: an open meeting two weeks ahead, with units that answered and did not, and a door that can be tried at once.

What its units and people did since they were invited stands in `unit_ways` and `people_ways`.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import clock, db
from conference.models import Delegate, OutboxMessage, Participation, SignInLink, Unit
from conference.services import accounts, desks, links, meetings, units
from conference.services.delegates import Doing
from conference.services.demonstration import agendas, loading, online_ways, people_ways, unit_ways, visits_ways
from conference.services.demonstration.agendas import Item, Room, Said
from conference.services.demonstration.loading import ACTOR, Arrangement, Tell
from conference.services.demonstration.people import MARK, Invention, Person, phone
from conference.services.meetings import Host, Plan
from conference.services.substitution import NewPerson
from conference.services.units import UnitFacts
from conference.vocabulary import (
    ACTIVE_STATUSES,
    AgendaKind,
    AgendaRoleKind,
    DelegateStatus,
    HostRole,
    MeetingStatus,
    Mode,
    OpenTo,
    Role,
    UnitKind,
)

SLUG = "demo"
TIMEZONE = "Asia/Shanghai"
SEED = 20260101
PEOPLE = 40
FIRST_PHONE = 9_000_000  # the others of these telephone numbers are the people's of Datong
VISITS_PHONE = 9_700_000  # of leaders and hosts
UNITS = (
    UnitFacts("示例·呼和浩特市社会工作协会", "150000", UnitKind.MEMBER, "呼和浩特市", delegate_limit=8),
    UnitFacts("示例·东营市社区发展促进会", "370000", UnitKind.MEMBER, "东营市", delegate_limit=8),
    UnitFacts("示例·大同市社区治理服务中心", "140000", UnitKind.MEMBER, "大同市"),
    UnitFacts("示例·太原市社会工作协会", "140000", UnitKind.MEMBER, "太原市"),
    UnitFacts("示例·鹤壁市邻里互助服务社", "410000", UnitKind.MEMBER, "鹤壁市"),
    UnitFacts("示例·北京市海淀区城乡社区研究院", "110000", UnitKind.INSTITUTION, "北京市海淀区"),
    UnitFacts("示例·天津市南开区社会组织联合会", "120000", UnitKind.RELATED, "天津市南开区"),
    UnitFacts("示例·石家庄市社区志愿服务队", "130000", UnitKind.RELATED, "石家庄市"),
    UnitFacts("示例·苏州市社区治理服务中心", "320000", UnitKind.MEMBER, "苏州市"),
    UnitFacts("示例·杭州市社区发展促进会", "330000", UnitKind.MEMBER, "杭州市"),
    UnitFacts("示例·成都市社会工作协会", "510000", UnitKind.MEMBER, "成都市"),
    UnitFacts("示例·广州市社会工作协会", "440000", UnitKind.MEMBER, "广州市"),
)
# 李然 comes in person, 陈卓 is of another unit: (name, which unit, mode, position). 王敏 is to attend online; the
# liaison of the first unit entered her, and she has not answered.
CAST = (("李然", 0, Mode.IN_PERSON, "项目主管"), ("陈卓", 1, Mode.IN_PERSON, "秘书长"))
ENTERED = Person(f"王敏{MARK}", phone(FIRST_PHONE + len(CAST)), "社会工作师")
STAFF = (("zhouning@example.org", "周宁", Role.ORGANISER), ("hejing@example.org", "何静", Role.DOOR))
ROOMS = (Room("主会场", "会议中心二楼", 400), Room("分会场", "会议中心三楼", 60, walk_minutes=5))
TALKS = ("一站式议事厅", "楼门长的一天", "老旧小区加装电梯", "社区食堂可持续运营", "五社联动的账本")
NOTICE = "这是供试用的示例会议，单位和人员均为虚构，可以随意报名、改签、签到。请勿填写真实的个人信息。"


def load(*, public_url: str, now: datetime, tell: Tell) -> bool:
    """Load it in one transaction; False where it is there."""
    if loading.existing(SLUG) is not None:
        return False
    doing = Doing(ACTOR, now, public_url)
    day = clock.local(now, TIMEZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=14)
    chance = random.Random(SEED)  # noqa: S311 — the same people every time, nothing secret
    invention = Invention(chance, first_phone=FIRST_PHONE + len(CAST) + 1)
    with db.transaction() as session:
        meeting_id = meetings.make(_plan(day, now), doing).id
        unit_ids = [
            units.add(meeting_id, facts, doing)[0].unit_id for facts in (*UNITS, unit_ways.DECLINED, *unit_ways.SILENT)
        ]
        loading.register(meeting_id, _arranged(invention, unit_ids, now), public_url=public_url)
        agendas.write(session, meeting_id, _agenda(day), now=now, rooms=ROOMS)
        visits_ways.drive(meeting_id, day.replace(hour=14), doing, seed=SEED + 2, first_phone=VISITS_PHONE)
        _go_on(session, meeting_id, unit_ids, invention, doing)
        _seat(session, meeting_id)
        # Nobody is to be written to: these people do not exist.
        session.execute(sa.delete(OutboxMessage).where(OutboxMessage.meeting_id == meeting_id))
        for email, name, role in STAFF:
            account, _ = accounts.create(
                email, name=f"{name}{MARK}", role=role, meeting_id=meeting_id, actor=ACTOR, now=now
            )
            # Nobody was given the link that came with it; an administrator makes one when somebody wants to try.
            session.execute(sa.delete(SignInLink).where(SignInLink.account_id == account.id))
        people = session.scalar(sa.select(sa.func.count()).where(Delegate.meeting_id == meeting_id))
    tell(f"{SLUG}: open, {people} people registered")
    return True


def ways_in(*, public_url: str, now: datetime) -> dict[str, str]:
    """Fresh private links to try, by who they are for; none where the demonstration is not there, or is over.

    They open the pages of invented people alone.
    """
    meeting = loading.existing(SLUG)
    if meeting is None or not meeting.demonstration or meeting.status is not MeetingStatus.OPEN:
        return {}
    with db.transaction() as session:
        found: dict[str, str] = {}
        part = session.scalars(
            sa.select(Participation)
            .join(Unit, Unit.id == Participation.unit_id)
            .where(Participation.meeting_id == meeting.id, Unit.name == UNITS[0].name)
        ).first()
        if part is not None:
            found["a unit's liaison: its desk"] = desks.address(session, part, public_url=public_url, now=now)
        for name, whom in (
            ("李然", f"a delegate with a place (phone {phone(FIRST_PHONE)})"),
            ("王敏", f"whom the liaison entered, asked to confirm (phone {ENTERED.phone})"),
        ):
            delegate_id = _active(session, meeting.id, f"{name}{MARK}")
            if delegate_id is not None:
                found[f"{name}, {whom}"] = links.address(session, delegate_id, public_url=public_url, now=now)
        return found


def _go_on(session: Session, meeting_id: int, unit_ids: list[int], invention: Invention, doing: Doing) -> None:
    """What units and people did since: everything that an organiser, a liaison and a delegate may come upon."""
    invited = unit_ways.invite(meeting_id, unit_ids, invention, doing)
    there, declined, opened = invited[: len(UNITS)], invited[len(UNITS)], invited[-1]
    unit_ways.answer(session, there[:8], declined, opened, doing)
    entered = NewPerson(ENTERED.name, phone=ENTERED.phone, position=ENTERED.position)
    unit_ways.enter(there[0], entered, Mode.ONLINE, doing)
    unit_ways.enter_people(there, invention, doing)
    unit_ways.send_reply_form(session, there[unit_ways.FORM_OF], invention, doing)
    unit_ways.ask_for_places(session, there[unit_ways.WANTS_MORE], doing)
    unit_ways.come_uninvited(meeting_id, invention, doing)
    # From now on the public page lets people in without a review.
    meeting = meetings.edit(meeting_id, {"open_to": OpenTo.ANYONE}, doing)
    asked = people_ways.ask_questions(meeting_id, doing)
    liran, chenzhuo = (_active(session, meeting_id, f"{name}{MARK}") for name, *_ in CAST)
    assert liran is not None  # noqa: S101  # both registered above
    assert chenzhuo is not None  # noqa: S101
    people_ways.tell(session, liran, chenzhuo, asked, doing)
    people_ways.ask_for_a_change(meeting_id, chenzhuo, doing)
    people_ways.wait_in_line(session, meeting_id, there, invention, doing)
    people_ways.come_twice(session, meeting_id, there[4], invention, doing)
    online_ways.go_online(session, meeting_id, liran, chenzhuo, unit_ids[5], doing)
    people_ways.set_terms(meeting_id, meeting.starts_at, doing)
    people_ways.write_notice(meeting_id, doing)


def _active(session: Session, meeting_id: int, name: str) -> int | None:
    """The place of somebody of that name."""
    query = sa.select(Delegate.id).where(
        Delegate.meeting_id == meeting_id, Delegate.name == name, Delegate.status.in_(ACTIVE_STATUSES)
    )
    return session.scalars(query.order_by(Delegate.id)).first()


def _plan(day: datetime, now: datetime) -> Plan:
    return Plan(
        slug=SLUG,
        title="示例推进会：城乡社区共建共治共享经验交流",
        theme="共建共治共享（示例）",
        place="示例会堂",
        province="140000",
        timezone=TIMEZONE,
        starts_at=day + timedelta(hours=8, minutes=30),
        ends_at=day + timedelta(hours=17, minutes=30),
        registration_opens_at=now - timedelta(days=7),
        registration_closes_at=day - timedelta(hours=6),
        capacity={Mode.IN_PERSON: 360, Mode.ONLINE: 3000},
        status=MeetingStatus.OPEN,
        open_to=OpenTo.LINK,
        notice=NOTICE,
        hosts=(Host("示例·城乡社区工作委员会", HostRole.HOST), Host("示例·社会工作联合会", HostRole.CO_ORGANISER)),
        demonstration=True,
    )


def _agenda(day: datetime) -> list[Item]:
    def item(kind: AgendaKind, title: str, begins: str, ends: str, *talks: Said, **more: Any) -> Item:  # as Item has it
        return Item(kind, title, talks=talks, starts_at=_at(day, begins), ends_at=_at(day, ends), **more)

    hall, beside, chair = ROOMS[0].name, ROOMS[1].name, ((AgendaRoleKind.CHAIR, f"李然{MARK}"),)
    spoken = tuple(Said(unit.name, title=title, minutes=18) for unit, title in zip(UNITS, TALKS, strict=False))
    expert = ((AgendaRoleKind.EXPERT, f"陈卓{MARK}"),)
    return [
        item(AgendaKind.ADDRESS, "致辞", "08:30", "09:00", detail="示例会议，不设真实致辞人。", room=hall, roles=chair),
        item(AgendaKind.SPEECH, "主旨讲话", "09:00", "09:30", room=hall),
        item(AgendaKind.BREAK, "茶歇", "09:30", "09:50"),
        item(AgendaKind.EXCHANGE, "经验交流", "09:50", "11:20", *spoken, room=hall, roles=chair),
        item(AgendaKind.COMMENTARY, "专家点评", "11:20", "11:40", room=hall, roles=expert),
        item(AgendaKind.AWARD, "颁发点评证书", "11:40", "11:50", room=hall),
        item(AgendaKind.PLEDGE, "联合发起倡议", "11:50", "12:00", room=hall),
        item(AgendaKind.BREAK, "午餐", "12:00", "13:00"),
        item(
            AgendaKind.EXCHANGE,
            "小组交流：一老一小",
            "13:00",
            "13:40",
            detail="限额，请先报名。",
            room=beside,
            places=40,
        ),
        item(AgendaKind.VISIT, "参访学习", "14:00", "17:30", detail="示例社区三处，分批乘车前往。"),
    ]


def _at(day: datetime, clock_time: str) -> datetime:
    hours, minutes = clock_time.split(":")
    return day.replace(hour=int(hours), minute=int(minutes))


def _arranged(invention: Invention, unit_ids: list[int], now: datetime) -> list[Arrangement]:
    """The cast and the invented, registered over the last days."""
    chance = invention.chance
    arranged = [
        Arrangement(Person(f"{name}{MARK}", phone(FIRST_PHONE + n), position), unit_ids[unit], mode, now)
        for n, (name, unit, mode, position) in enumerate(CAST)
    ]
    for n in range(PEOPLE):
        which = n % len(UNITS) if n < len(UNITS) else chance.randrange(2, len(UNITS))
        mode = Mode.ONLINE if chance.random() < 0.4 else Mode.IN_PERSON
        at = now - timedelta(minutes=chance.randrange(10, 6 * 24 * 60))
        arranged.append(Arrangement(invention.person(UNITS[which].province), unit_ids[which], mode, at))
    return sorted(arranged, key=lambda one: one.at)


def _seat(session: Session, meeting_id: int) -> None:
    """Twelve seats in a row, in the order of the numbers."""
    in_hall = sa.select(Delegate).where(
        Delegate.meeting_id == meeting_id,
        Delegate.mode == Mode.IN_PERSON,
        Delegate.status == DelegateStatus.CONFIRMED,
    )
    for n, delegate in enumerate(session.scalars(in_hall.order_by(Delegate.number))):
        delegate.seat = f"{n // 12 + 3}排{n % 12 + 1}座"
