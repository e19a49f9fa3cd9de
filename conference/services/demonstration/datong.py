"""`datong-2023`: the meeting of the public report, with invented units and people in the numbers that it tells of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import Code, Delegate, Meeting
from conference.services import checkin, checkpoints, meetings, scans, units
from conference.services.delegates import Doing
from conference.services.demonstration import agendas, loading, places, report, visits_ways
from conference.services.demonstration.loading import ACTOR, Arrangement, Tell
from conference.services.demonstration.people import Invention
from conference.services.meetings import Plan
from conference.vocabulary import MeetingStatus, Mode, OpenTo

SEED = 20230719
CHUNK = 200
VISITS_PHONE = 9_600_000  # of leaders and hosts; nobody else has one from here on
GATES = ("东门（示例）", "西门（示例）")
NOTICE = (
    "会议名称、主办承办单位、城市、日期、议程、发言单位和参访点取自公开报道；具体钟点、名额和签到时间为演示而设。"
    "单位和人员均为虚构，名称带“示例”二字，人数依报道所述规模生成。"
)


def load(*, public_url: str, tell: Tell) -> bool:
    """Load it, or finish what an interrupted loading left; False where it is there, whole."""
    facts = report.read()
    meeting = loading.existing(facts.slug)
    if meeting is not None and not (meeting.demonstration and meeting.status is MeetingStatus.OPEN):
        return False
    meeting_id = meeting.id if meeting else _make(facts, public_url)
    # Chunks, so that others can write in between; a few hundred people are one write to the disk.
    arranged = _arranged(meeting_id, facts, public_url)
    for begun in range(0, len(arranged), CHUNK):
        loading.register(meeting_id, arranged[begun : begun + CHUNK], public_url=public_url)
        tell(f"{facts.slug}: {min(begun + CHUNK, len(arranged))} of {len(arranged)} people registered")
    _admit(meeting_id, facts.starts_at)
    tell(f"{facts.slug}: everybody in the hall is checked in")
    after = Doing(ACTOR, facts.ends_at + timedelta(days=1), public_url)
    meetings.edit(meeting_id, {"status": MeetingStatus.ARCHIVED}, after)
    return True


def _make(facts: report.Report, public_url: str) -> int:
    opens_at, closes_at = _window(facts)
    with db.transaction() as session:
        doing = Doing(ACTOR, opens_at - timedelta(days=1), public_url)
        meeting: Meeting = meetings.make(
            Plan(
                slug=facts.slug,
                title=facts.title,
                theme=facts.theme,
                place=facts.place,
                province=facts.province,
                timezone=facts.timezone,
                starts_at=facts.starts_at,
                ends_at=facts.ends_at,
                registration_opens_at=opens_at,
                registration_closes_at=closes_at,
                capacity={Mode(mode): capacity for mode, capacity in facts.capacity.items()},
                status=MeetingStatus.OPEN,
                open_to=OpenTo.LINK,
                notice=NOTICE,
                hosts=facts.hosts,
                demonstration=True,
            ),
            doing,
        )
        agendas.write(session, meeting.id, facts.agenda, now=opens_at, positions=facts.positions)
        begins = facts.ends_at - report.afternoon().lasts
        visits_ways.drive(meeting.id, begins, doing, seed=SEED + 2, first_phone=VISITS_PHONE)
        return meeting.id


def _window(facts: report.Report) -> tuple[datetime, datetime]:
    morning = facts.starts_at.replace(hour=9, minute=0)
    return morning - timedelta(days=30), morning - timedelta(days=1)


def _arranged(meeting_id: int, facts: report.Report, public_url: str) -> list[Arrangement]:
    """Everybody in the order of their registration; the same seed gives the same people."""
    chance = random.Random(SEED)  # noqa: S311 — the same people every time, nothing secret
    invention = Invention(chance, first_phone=1)
    by_province: dict[str, list[int]] = {}
    opens_at, closes_at = _window(facts)
    with db.transaction():
        for unit in places.units(chance):
            part, _ = units.add(meeting_id, unit, Doing(ACTOR, opens_at, public_url))
            by_province.setdefault(unit.province, []).append(part.unit_id)
    slots = [slot for share in places.SHARES for slot in _slots(chance, share, by_province[share.province])]
    chance.shuffle(slots)
    seconds = int((closes_at - opens_at).total_seconds())
    times = sorted(opens_at + timedelta(seconds=chance.randrange(seconds)) for _ in slots)
    return [
        Arrangement(invention.person(province), unit_id, mode, at)
        for (province, unit_id, mode), at in zip(slots, times, strict=True)
    ]


def _slots(chance: random.Random, share: places.Share, unit_ids: list[int]) -> Iterator[tuple[str, int, Mode]]:
    """The people of a province: each of its units sends somebody, the larger ones many."""
    weights = [chance.choice((1, 1, 2, 3, 5)) for _ in unit_ids]
    for mode, count in ((Mode.IN_PERSON, share.in_person), (Mode.ONLINE, share.online)):
        chosen = unit_ids[:count] + chance.choices(unit_ids, weights, k=max(0, count - len(unit_ids)))
        yield from ((share.province, unit_id, mode) for unit_id in chosen)


def _admit(meeting_id: int, starts_at: datetime) -> None:
    """Everybody who registered for the hall passes one of two gates between 07:40 and 08:40."""
    chance = random.Random(SEED + 1)  # noqa: S311
    found = db.session().execute(
        sa.select(Delegate.number, Code.code)
        .join(Code, Code.delegate_id == Delegate.id)
        .where(Delegate.meeting_id == meeting_id, Delegate.mode == Mode.IN_PERSON, Code.revoked_at.is_(None))
        .order_by(Delegate.number)
    )
    opens_at = starts_at.replace(hour=7, minute=40)
    passed = sorted(
        (opens_at + timedelta(seconds=int(chance.triangular(0, 3600, 2300))), number, code, chance.choice(GATES))
        for number, code in found.all()
    )
    venue = checkpoints.listed(meeting_id)[0]
    for begun in range(0, len(passed), CHUNK):
        with db.transaction():
            for at, number, code, gate in passed[begun : begun + CHUNK]:
                scan = scans.Scan(code=code, checkpoint_id=venue.id, nonce=f"demonstration-{number}", scanned_at=at)
                checkin.check_in(meeting_id, scan, scans.Gate(gate), now=at)
