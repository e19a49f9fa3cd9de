"""What organisers of a crowd do with a material. Results are plain, since they travel."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError

import sqlalchemy as sa

from conference import db
from conference.services import delegates, materials
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.materials import Came
from conference.vocabulary import Malformed, Missing
from tests.documents.test_handed_in import PDF


def bring(meeting_id: int, material_id: int, n: int) -> str:
    """Another version, which says `n` at its end; its number."""
    came = Came(io.BytesIO(PDF + f"{n}".encode()), "汇报.pdf")
    try:
        return str(
            materials.add_version(
                meeting_id, material_id, came, Doing(SYSTEM, datetime.now(UTC), "http://localhost")
            ).number
        )
    except Malformed as malformed:
        return str(malformed.faults)


def bring_while_erased(meeting_id: int, material_id: int, point: Barrier) -> str:
    """Once the erasure has found that nothing is left of the material."""
    point.wait(60)
    try:
        said = bring(meeting_id, material_id, 1)
    except Missing:
        return "gone"
    with contextlib.suppress(BrokenBarrierError):
        point.wait(2)
    return said


def erase(meeting_id: int, delegate_id: int, point: Barrier) -> str:
    """Takes the material down when somebody else has had the time to add to it."""

    @sa.event.listens_for(db.db.engine, "before_cursor_execute")
    def wait(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("DELETE FROM materials"):
            point.wait(60)
            with contextlib.suppress(BrokenBarrierError):
                point.wait(2)  # under the locks they wait for us

    delegates.erase(meeting_id, delegate_id, Doing(SYSTEM, datetime.now(UTC), "http://localhost"))
    return "erased"
