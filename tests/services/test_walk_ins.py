"""Whatever happens at the door in whatever order, places, tallies and turnout agree with a recount."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import sqlalchemy as sa
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conference import db
from conference.models import Delegate
from conference.services import checkin, checkpoints, delegates, emptying, inside, lines, meetings, units, walk_ins
from conference.services.activity import SYSTEM
from conference.services.codes import live_codes
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.walk_ins import Said
from conference.vocabulary import CheckpointKind, Direction, MeetingStatus, Mode, OpenTo, Refused
from tests.cast import Cast
from tests.recount import assert_whole

_numbers = itertools.count(1)
DEEDS = ("walk_in", "walk_in", "walk_in", "in", "out", "cancel", "give", "empty", "again")
steps = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 7), st.booleans(), st.booleans()), min_size=4, max_size=16
)


class Door:
    """A meeting of two places in the hall, one venue, one unit."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.now, self.doing = now, Doing(SYSTEM, now, cast.public_url)
        self.id = meetings.make(
            meetings.Plan(
                slug=f"door-{next(_numbers)}",
                title="推进会",
                place="大同",
                province="140000",
                starts_at=now,
                ends_at=now + timedelta(hours=8),
                registration_opens_at=now - timedelta(days=1),
                registration_closes_at=now + timedelta(days=1),
                capacity={Mode.IN_PERSON: 2, Mode.ONLINE: None},
                status=MeetingStatus.OPEN,
                open_to=OpenTo.ANYONE,
            ),
            self.doing,
        ).id
        facts = checkpoints.CheckpointFacts("会场", CheckpointKind.VENUE)
        self.point = checkpoints.add(self.id, facts, self.doing).id
        self.unit = units.add(self.id, units.UnitFacts("大同市民政局", "140000"), self.doing)[0].unit_id
        self.people: list[int] = []
        self.last: Said | None = None

    def do(self, deed: str, who: int, one: bool, other: bool) -> None:
        if deed == "walk_in":
            nonce = f"{self.id}-{next(_numbers)}"
            self.last = Said(
                nonce=nonce,
                checkpoint_id=self.point,
                name=f"来宾{who}",
                phone=f"1370000000{who}",
                unit_id=self.unit,
                same_person=True,
                inside=one,
                wait=other,
            )
            self.enter(self.last, may_exceed=who % 2 == 0)
        elif deed == "again" and self.last:
            self.enter(self.last, may_exceed=False)
        elif deed == "empty":
            before = inside.count(self.point)
            assert emptying.everybody_out(self.id, self.point, at=self.now, actor=SYSTEM, now=self.now) == before
            assert inside.count(self.point) == 0
        elif self.people:
            self.to(deed, self.people[who % len(self.people)])

    def enter(self, said: Said, *, may_exceed: bool) -> None:
        done = walk_ins.enter(self.id, said, Gate("东门"), self.doing, may_exceed=may_exceed, consent=None)
        if done.delegate.id not in self.people:
            self.people.append(done.delegate.id)
        if said.inside:
            assert done.check_in is not None
            assert done.check_in["outcome"] in {"admitted", "already"}

    def to(self, deed: str, person: int) -> None:
        if deed in {"in", "out"}:
            code = live_codes([person])[person]
            scan = Scan(code, self.point, f"{self.id}-{next(_numbers)}", Direction(deed))
            checkin.check_in(self.id, scan, Gate("西门"), now=self.now)
        elif deed == "cancel":
            delegates.cancel(self.id, person, self.doing)
        elif deed == "give":
            lines.give(self.id, person, self.doing, reason="会务组", beyond=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_order_of_deeds_is_whole(
    context: APIFlask, cast: Cast, now: datetime, steps: list[tuple[str, int, bool, bool]]
) -> None:
    door, refused = Door(cast, now), set()
    for n, step in enumerate(steps):
        door.now = now + timedelta(seconds=n + 1)
        door.doing = Doing(SYSTEM, door.now, cast.public_url)
        try:
            door.do(*step)
        except Refused as no:
            refused.add(no.refusal.value)
        db.release()
    assert_whole(door.id)
    assert refused <= {"hall_full", "not_active", "not_waiting", "no_place_free"}
    phones = db.session().scalars(sa.select(Delegate.phone_index).where(Delegate.id.in_(door.people))).all()
    assert all(phones)
