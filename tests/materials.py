"""Materials for tests that walk all pages: slides that everybody sees, and what a speaker brought."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import AccessLink, AgendaPerson, Material
from conference.services import materials, own_materials
from conference.services.delegates import Doing
from conference.services.materials import Came, MaterialFacts, Spot
from conference.vocabulary import MaterialAudience
from tests.agendas import Morning
from tests.cast import Cast

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def brought(cast: Cast, morning: Morning, mine: AccessLink, speaker_id: int, doing: Doing) -> dict[str, object]:
    """The holder of `mine` gives the second talk of the morning from now on; the arguments of addresses by name."""
    with db.transaction() as session:
        session.get_one(AgendaPerson, speaker_id).delegate_id = mine.delegate_id
    spot, came = Spot(morning.opening, morning.talks[1]), Came(io.BytesIO(PDF), "议事.pdf")
    shown = materials.add(cast.meeting_id, spot, MaterialFacts(audience=MaterialAudience.PUBLIC), came, doing)
    before: datetime = doing.now - timedelta(minutes=1)
    own_materials.bring(mine, spot, came, public_url=cast.public_url, now=before)
    return {
        "material_id": shown.id,
        "delegate.materials.material_id": db.session().scalars(sa.select(sa.func.max(Material.id))).one(),
        "organiser.materials.session_id": morning.opening,
    }
