"""What the frame of every page at a checkpoint shows: where one stands, what its script knows, how many have come."""

from __future__ import annotations

from typing import Any

from flask import g

from conference.services import checkpoints, door
from conference.web import posts, shells


def here(checkpoint_id: int) -> dict[str, Any]:
    """For the templates: the gate, the checkpoint, the count. Raises Missing."""
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    return {
        "gate": posts.gate(),
        "checkpoint": point,
        "point": shells.point(g.meeting, point),
        "count": door.count(g.meeting.id, point),
    }
