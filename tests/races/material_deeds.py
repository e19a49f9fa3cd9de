"""What organisers of a crowd do with a material. Results are plain, since they travel."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from conference.services import materials
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.materials import Came
from conference.vocabulary import Malformed
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
