"""A released agenda for tests of the day: an opening of three talks, an exchange, and something without a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import AgendaPerson, AgendaRelease, AgendaRole, AgendaRoom, AgendaSession, Meeting, Talk
from conference.rules.agenda import written
from conference.services import agenda_content
from conference.vocabulary import AgendaKind, AgendaRoleKind, TalkKind

SPEAKERS = (("林一", "社区好管家"), ("白川", "多民族社区怎样议事"), ("孙立", "十五分钟服务圈"))


@dataclass(frozen=True)
class Morning:
    """Ids. The opening lasts an hour from `begins`, its talks twenty minutes each; the exchange follows for half an
    hour, then a break.
    """

    room: int
    opening: int
    talks: tuple[int, ...]
    exchange: int
    tea: int
    untimed: int


def noon(meeting_id: int, now: datetime) -> None:
    """Put the meeting where it is about noon, so that no test meets midnight."""
    ahead = 12 - now.astimezone(UTC).hour
    with db.transaction() as session:
        session.get_one(Meeting, meeting_id).timezone = f"Etc/GMT{-ahead:+d}"


def a_morning(meeting_id: int, *, begins: datetime) -> Morning:
    """Written into the draft and released as the next number."""
    with db.transaction() as session:
        there = session.scalar(sa.select(sa.func.count()).where(AgendaRoom.meeting_id == meeting_id))
        room = AgendaRoom(meeting_id=meeting_id, rank=0, name=f"大礼堂 {there}", location="一楼")
        session.add(room)
        session.flush()
        people = [AgendaPerson(meeting_id=meeting_id, name=name, created_at=begins) for name, _ in SPEAKERS]
        session.add_all(people)
        ids: list[int] = []
        talks: tuple[int, ...] = ()
        for rank, (kind, title, starts, minutes) in enumerate(
            (
                (AgendaKind.SPEECH, "开幕和主旨发言", 0, 60),
                (AgendaKind.EXCHANGE, "经验交流", 60, 30),
                (AgendaKind.BREAK, "茶歇", 90, 15),
                (AgendaKind.OTHER, "自由参观", None, 0),
            )
        ):
            starts_at = None if starts is None else begins + timedelta(minutes=starts)
            row = AgendaSession(
                meeting_id=meeting_id,
                rank=rank,
                kind=kind,
                title=title,
                starts_at=starts_at,
                ends_at=starts_at and starts_at + timedelta(minutes=minutes),
                room_id=room.id,
            )
            session.add(row)
            session.flush()
            ids.append(row.id)
            if rank:
                continue
            row.talks = [
                Talk(rank=n, kind=TalkKind.EXPERIENCE, title=title, minutes=20, unit_name="垦利区民政局")
                for n, (_, title) in enumerate(SPEAKERS)
            ]
            session.flush()
            talks = tuple(one.id for one in row.talks)
            row.roles = [
                AgendaRole(talk_id=talk, person_id=person.id, role=AgendaRoleKind.SPEAKER, rank=n)
                for n, (talk, person) in enumerate(zip(talks, people, strict=True))
            ]
        release(meeting_id, at=min(begins, datetime.now(UTC)))
    return Morning(room.id, ids[0], talks, ids[1], ids[2], ids[3])


def release(meeting_id: int, *, at: datetime | None = None) -> None:
    """The draft as it stands, as the next number; nobody is told."""
    with db.transaction() as session:
        session.flush()
        session.add(
            AgendaRelease(
                meeting_id=meeting_id,
                number=agenda_content.number(meeting_id) + 1,
                content=written(agenda_content.draft(meeting_id)),
                released_at=at or datetime.now(UTC),
            )
        )
