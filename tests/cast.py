"""The fixed cast: 李然 comes in person, 王敏 online, 陈卓 is of another unit, 周宁 organises, 何静 keeps the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from conference.services import accounts, activity, checkpoints, meetings, registration, tokens, units
from conference.services.delegates import Doing
from conference.vocabulary import MeetingStatus, Mode, OpenTo, Origin, Role, Scope, UnitKind

PASSWORD = "同行 走得远 2026"


@dataclass(frozen=True)
class Cast:
    """Ids and secrets. The meeting is open to anyone, confirms at once, and has places for 100 people in person."""

    public_url: str
    meeting_id: int
    slug: str
    yuquan_id: int
    kenli_id: int
    yuquan_link: str
    kenli_link: str
    venue_id: int
    liran_id: int
    liran_code: str
    liran_token: str
    wangmin_id: int
    wangmin_code: str
    wangmin_token: str
    chenzhuo_id: int
    chenzhuo_code: str
    chenzhuo_token: str
    zhouning_id: int
    zhouning_email: str
    hejing_id: int
    hejing_email: str
    administrator_email: str
    organise: str
    checkin: str
    read: str

    @staticmethod
    def make(now: datetime, *, public_url: str) -> Cast:
        doing = Doing(activity.SYSTEM, now, public_url)
        meeting = meetings.make(
            meetings.Plan(
                slug="promotion-2026",
                title="城乡社区治理推进会",
                theme="共建共治共享",
                place="大同会堂",
                province="140000",
                starts_at=now + timedelta(hours=1),
                ends_at=now + timedelta(hours=9),
                registration_opens_at=now - timedelta(days=7),
                registration_closes_at=now + timedelta(hours=8),
                capacity={Mode.IN_PERSON: 100, Mode.ONLINE: None},
                status=MeetingStatus.OPEN,
                open_to=OpenTo.ANYONE,
                hosts=[],
            ),
            doing,
        )
        yuquan, _ = units.add(
            meeting.id, units.UnitFacts("呼和浩特市玉泉区民政局", "150000", UnitKind.MEMBER, "呼和浩特市玉泉区"), doing
        )
        kenli, _ = units.add(
            meeting.id, units.UnitFacts("东营市垦利区民政局", "370000", UnitKind.MEMBER, "东营市垦利区"), doing
        )
        people = {}
        for key, name, unit, mode, phone in (
            ("liran", "李然", yuquan, Mode.IN_PERSON, "13800000001"),
            ("wangmin", "王敏", yuquan, Mode.ONLINE, "13800000002"),
            ("chenzhuo", "陈卓", kenli, Mode.IN_PERSON, "13800000003"),
        ):
            made = registration.register(
                meeting.id,
                registration.Entry(name=name, unit_id=unit.unit_id, mode=mode, phone=phone, position="科员"),
                actor=activity.SYSTEM,
                origin=Origin.UNIT_LINK,
                public_url=public_url,
                now=now,
            )
            people[f"{key}_id"] = made.delegate.id
            people[f"{key}_code"] = made.delegate.codes[0].code
            people[f"{key}_token"] = made.token
        zhouning, _ = accounts.create(
            "zhouning@example.org",
            name="周宁",
            role=Role.ORGANISER,
            meeting_id=meeting.id,
            actor=activity.SYSTEM,
            now=now,
            password=PASSWORD,
        )
        hejing, _ = accounts.create(
            "hejing@example.org",
            name="何静",
            role=Role.DOOR,
            meeting_id=meeting.id,
            actor=activity.SYSTEM,
            now=now,
            password=PASSWORD,
        )
        administrator, _ = accounts.create(
            "office@example.org",
            name="办公室",
            role=Role.ADMINISTRATOR,
            meeting_id=None,
            actor=activity.SYSTEM,
            now=now,
            password=PASSWORD,
        )
        bearers = {
            scope.value: tokens.create(
                f"{scope.value} 测试", scope, meeting_id=meeting.id, actor=activity.SYSTEM, now=now
            )
            for scope in Scope
        }
        return Cast(
            public_url=public_url,
            meeting_id=meeting.id,
            slug=meeting.slug,
            yuquan_id=yuquan.unit_id,
            kenli_id=kenli.unit_id,
            yuquan_link=units.link_token(yuquan),
            kenli_link=units.link_token(kenli),
            venue_id=checkpoints.listed(meeting.id)[0].id,
            zhouning_id=zhouning.id,
            zhouning_email=zhouning.email,
            hejing_id=hejing.id,
            hejing_email=hejing.email,
            administrator_email=administrator.email,
            **people,
            **bearers,
        )
