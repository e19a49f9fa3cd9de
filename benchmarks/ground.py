"""The ground that is measured on: meetings of several sizes with the same units, and the tokens to come in with.

Meetings, units and tokens are made by the services; the delegates, by the hundred thousand, straight in SQL, with
tallies, lines and limits as the services would have left them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.marks import marks
from conference import clock, db
from conference.app import create_app
from conference.models import Checkpoint, Code, Delegate, Line, Participation, Tally
from conference.rules.provinces import PROVINCES
from conference.sealing import blind_index, new_code, seal
from conference.services import activity, instance, meetings, tokens, units
from conference.services.delegates import Doing
from conference.settings import read
from conference.vocabulary import Category, DelegateStatus, MeetingStatus, Mode, OpenTo, Origin, Scope

UNITS = 200
CHUNK = 2_000
ONLINE_EACH = 5  # every fifth attends online


@dataclass(frozen=True)
class Ground:
    """A meeting to be measured on; `codes` are of people who come in person."""

    size: int
    slug: str
    checkpoint_id: int
    unit_ids: list[int]
    codes: list[str]


@dataclass(frozen=True)
class Grounds:
    meetings: dict[int, Ground]
    organise: str
    checkin: str


def on(url: str, folder: Path, sizes: list[int]) -> Grounds:
    """Lay the ground in the database at `url`, with the secrets of the instance in `folder`."""
    app = create_app(read({"DATABASE_URL": url, "CONFERENCE_INSTANCE": str(folder)}))
    with app.app_context():
        found = _lay(sizes)
        db.db.engine.dispose()
    return found


def _lay(sizes: list[int]) -> Grounds:
    instance.upgrade()
    now = clock.now()
    with db.db.engine.connect().execution_options(writing=True) as connection:
        marks.metadata.create_all(connection)
        connection.commit()
    made = {size: _meeting(size, now) for size in sizes}
    secrets = {
        scope: tokens.create(f"bench {scope}", scope, meeting_id=None, actor=activity.SYSTEM, now=now)
        for scope in (Scope.ORGANISE, Scope.CHECKIN)
    }
    with db.db.engine.connect().execution_options(writing=True) as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    db.release()
    return Grounds(made, secrets[Scope.ORGANISE], secrets[Scope.CHECKIN])


def _meeting(size: int, now: datetime) -> Ground:
    doing = Doing(activity.SYSTEM, now, "http://127.0.0.1")
    plan = meetings.Plan(
        slug=f"bench-{size}",
        title=f"示例推进会（{size} 人）",
        place="示例会堂",
        province="140000",
        starts_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=9),
        registration_opens_at=now - timedelta(days=1),
        registration_closes_at=now + timedelta(hours=8),
        capacity={Mode.IN_PERSON: 1_000_000, Mode.ONLINE: None},
        status=MeetingStatus.OPEN,
        open_to=OpenTo.ANYONE,
    )
    meeting = meetings.make(plan, doing)
    provinces = itertools.cycle(PROVINCES)
    unit_ids = [
        units.add(meeting.id, units.UnitFacts(f"示例单位{n}", next(provinces)), doing)[0].unit_id for n in range(UNITS)
    ]
    codes = _people(meeting.id, size, unit_ids, now)
    point = db.session().scalars(sa.select(Checkpoint.id).where(Checkpoint.meeting_id == meeting.id)).one()
    return Ground(size, plan.slug, point, unit_ids, codes)


def _people(meeting_id: int, size: int, unit_ids: list[int], now: datetime) -> list[str]:
    sealed = seal("+8613800138000")
    codes: list[str] = []
    first_id = (db.session().scalar(sa.select(sa.func.max(Delegate.id))) or 0) + 1
    with db.transaction() as session:
        for numbers in _chunks(size):
            people = [_person(meeting_id, first_id + n, n, unit_ids, sealed, now) for n in numbers]
            session.execute(sa.insert(Delegate), people)
            live = [{"code": new_code(), "delegate_id": p["id"], "created_at": now} for p in people]
            session.execute(sa.insert(Code), live)
            codes += [c["code"] for c, p in zip(live, people, strict=True) if p["mode"] is Mode.IN_PERSON]
        counts = Counter((unit_ids[n % UNITS], _mode(n)) for n in range(size))
        session.execute(
            sa.insert(Tally),
            [
                {"meeting_id": meeting_id, "unit_id": unit, "mode": mode, "status": DelegateStatus.CONFIRMED, "n": n}
                for (unit, mode), n in counts.items()
            ],
        )
        for mode in Mode:
            taken = sum(n for (_, m), n in counts.items() if m is mode)
            line = sa.update(Line).where(Line.meeting_id == meeting_id, Line.mode == mode)
            session.execute(line.values(taken=taken, next_number=size + 1))
        for unit_id in unit_ids:
            active = sum(counts[unit_id, mode] for mode in Mode)
            here = Participation.meeting_id == meeting_id, Participation.unit_id == unit_id
            session.execute(sa.update(Participation).where(*here).values(active=active))
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("SELECT setval('delegates_id_seq', (SELECT max(id) FROM delegates))"))
    return codes


def _person(
    meeting_id: int, delegate_id: int, n: int, unit_ids: list[int], sealed: bytes, now: datetime
) -> dict[str, Any]:  # a row
    return {
        "id": delegate_id,
        "meeting_id": meeting_id,
        "unit_id": unit_ids[n % UNITS],
        "number": f"{n + 1:04d}",
        "name": f"示例{n}",
        "pinyin": f"shi li {n}",
        "position": "示例",
        "category": Category.DELEGATE,
        "mode": _mode(n),
        "status": DelegateStatus.CONFIRMED,
        "seat": "",
        "phone_sealed": sealed,
        "phone_index": blind_index(f"{meeting_id} {n}"),
        "origin": Origin.PROGRAM,
        "language": "zh",
        "created_at": now,
        "changed": 0,
    }


def _mode(n: int) -> Mode:
    # Not by the remainder of the unit's number, so that every unit has both.
    return Mode.ONLINE if (n // UNITS + n) % ONLINE_EACH == 0 else Mode.IN_PERSON


def _chunks(size: int) -> Iterator[range]:
    for start in range(0, size, CHUNK):
        yield range(start, min(size, start + CHUNK))
