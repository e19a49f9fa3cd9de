"""Where a paired device might scan, over time: what waits on a phone was scanned before an organiser limited it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Activity, Device


@dataclass(frozen=True)
class Limits:
    """`earlier` are the checkpoints that held until each change, in order; `places` those of now. None at all is
    everywhere in the meeting.
    """

    since: datetime
    earlier: Sequence[tuple[datetime, frozenset[int]]]
    places: frozenset[int]

    def allowed(self, checkpoint_id: int, at: datetime) -> bool:
        """Whether it might scan there at that moment."""
        held = next((places for until, places in self.earlier if at < until), self.places)
        return at >= self.since and (not held or checkpoint_id in held)


def of(device_ids: Collection[int]) -> Mapping[int, Limits]:
    """The limits of these devices, read from the record of what organisers did to them."""
    session = db.session()
    earlier: dict[int | None, list[tuple[datetime, frozenset[int]]]] = {}
    acts = (
        sa.select(Activity.subject_id, Activity.at, Activity.before)
        .where(Activity.subject == "device", Activity.subject_id.in_(device_ids), Activity.verb == "device.edited")
        .order_by(Activity.id)
    )
    for device_id, at, before in session.execute(acts):
        if "checkpoint_ids" in before:
            earlier.setdefault(device_id, []).append((at, frozenset(before["checkpoint_ids"])))
    devices = sa.select(Device.id, Device.created_at, Device.checkpoint_ids).where(Device.id.in_(device_ids))
    return {
        id_: Limits(created_at, earlier.get(id_, []), frozenset(places))
        for id_, created_at, places in session.execute(devices)
    }
