"""Stays: what the door keeps step by step is what a slow reading of the contract's paragraph comes to.

> Who is in follows the time of the scan, not the order of arrival. A stay at a checkpoint ends with an `out`, by the
> time of the scan. Each stay has at most one `admitted`, the first that the server judged; any other `in` of that stay
> is `already`, even if it was scanned earlier; equal times go by arrival. At a `reentry` checkpoint every `in` is
> `admitted`. A scan taken back counts no more: if it was a stay's `admitted`, the next `in` of that stay is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conference import db
from conference.models import Presence
from conference.services import activity, checkin, checkpoints
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import CheckpointKind, Direction
from tests.cast import Cast
from tests.recount import assert_whole

IN, OUT, VOID = "in", "out", "void"


@dataclass
class Kept:
    arrival: int
    minute: int
    direction: str
    outcome: str
    gate: str
    id: int
    voided: bool = False


@dataclass
class SlowDoor:
    """One person at one checkpoint, with everything read again at every scan."""

    reentry: bool
    kept: list[Kept] = field(default_factory=list)

    def stays(self, newcomer: Kept | None = None) -> list[list[Kept]]:
        """The scans that count, cut after each `out`; the last part is the stay that is not over."""
        scans = [scan for scan in self.kept if not scan.voided] + ([newcomer] if newcomer else [])
        parts: list[list[Kept]] = [[]]
        for scan in sorted(scans, key=lambda scan: (scan.minute, scan.arrival)):
            parts[-1].append(scan)
            if scan.direction == OUT:
                parts.append([])
        return parts

    def judge(self, newcomer: Kept) -> tuple[str, Kept | None]:
        if newcomer.direction == OUT:
            return "left", None
        stay = next(part for part in self.stays(newcomer) if newcomer in part)
        admitted = [scan for scan in stay if scan is not newcomer and scan.outcome == "admitted"]
        if admitted and not self.reentry:
            return "already", min(admitted, key=lambda scan: scan.arrival)
        return "admitted", None

    def inside(self) -> bool:
        return bool(self.stays()[-1])


Step = tuple[str, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just(IN), st.integers(0, 5)),
        st.tuples(st.just(OUT), st.integers(0, 5)),
        st.tuples(st.just(VOID), st.integers(0, 9)),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, reentry=st.booleans(), batched=st.booleans())
def test_the_door_agrees_with_a_slow_reading(
    context: APIFlask, cast: Cast, now: datetime, steps: list[Step], reentry: bool, batched: bool
) -> None:
    facts = checkpoints.CheckpointFacts("会场", CheckpointKind.VENUE, reentry=reentry)
    point = checkpoints.add(cast.meeting_id, facts, Doing(activity.SYSTEM, now, cast.public_url)).id
    door = SlowDoor(reentry)
    for n, (what, number) in enumerate(steps):
        if what == VOID:
            if door.kept:
                taken = door.kept[number % len(door.kept)]
                checkin.void(cast.meeting_id, taken.id, reason="看错了", actor=activity.SYSTEM, own_only=False, now=now)
                taken.voided = True
        else:
            scan = Scan(
                cast.liran_code,
                point,
                f"{point}-{n}",
                Direction(what),
                scanned_at=now - timedelta(minutes=10 - number),
            )
            if batched:
                answer = checkin.check_in_batch(cast.meeting_id, [scan], Gate(f"{n}号门"), now=now)[0]
                assert isinstance(answer, dict)
            else:
                answer = checkin.check_in(cast.meeting_id, scan, Gate(f"{n}号门"), now=now)
            newcomer = Kept(n, number, what, "", f"{n}号门", answer["id"])
            outcome, first = door.judge(newcomer)
            newcomer.outcome = outcome
            door.kept.append(newcomer)
            assert answer["outcome"] == outcome
            assert answer["first_gate"] == (first.gate if first else None)
            at = (now - timedelta(minutes=10 - first.minute)).isoformat() if first else None
            assert answer["first_scanned_at"] == at
        _assert_presence(cast, point, door)
    assert_whole(cast.meeting_id)


def _assert_presence(cast: Cast, point: int, door: SlowDoor) -> None:
    db.release()
    kept = (
        db.session()
        .scalars(sa.select(Presence).where(Presence.delegate_id == cast.liran_id, Presence.checkpoint_id == point))
        .first()
    )
    stay = door.stays()[-1]
    first = min((s for s in stay if s.outcome == "admitted"), key=lambda s: s.arrival, default=None)
    if kept is None:
        assert not door.kept
        return
    assert kept.inside == door.inside()
    assert kept.first_gate == (first.gate if first else None)
    db.release()
