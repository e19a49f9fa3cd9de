"""Materials that go: replaced versions, what somebody brought who is erased, all of a meeting in its time."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Material, MaterialVersion
from conference.services import files


def drop(session: Session, gone: Sequence[MaterialVersion]) -> None:
    """Delete versions with their files."""
    ids = [version.id for version in gone]
    file_ids = [version.file_id for version in gone if version.file_id is not None]
    session.execute(sa.delete(MaterialVersion).where(MaterialVersion.id.in_(ids)))
    files.forget(session, file_ids)


def forget_person(session: Session, delegate_id: int) -> None:
    """A delegate is erased: what they brought goes, and a material that nothing is left of is taken down. Whoever adds
    a version to one at this moment holds it, and is waited for.
    """
    mine = sa.select(MaterialVersion.material_id).where(MaterialVersion.delegate_id == delegate_id)
    session.scalars(db.lock(sa.select(Material).where(Material.id.in_(mine)).order_by(Material.id))).all()
    brought = session.scalars(sa.select(MaterialVersion).where(MaterialVersion.delegate_id == delegate_id)).all()
    touched = {version.material_id for version in brought}
    drop(session, brought)
    left = set(session.scalars(sa.select(MaterialVersion.material_id).where(MaterialVersion.material_id.in_(touched))))
    session.execute(sa.delete(Material).where(Material.id.in_(touched - left)))


def forget_meeting(session: Session, meeting_id: int) -> None:
    """A meeting's time is up: its materials go with the rest."""
    there = sa.select(Material.id).where(Material.meeting_id == meeting_id)
    held = sa.select(MaterialVersion).where(MaterialVersion.material_id.in_(there))
    drop(session, session.scalars(held).all())
    session.execute(sa.delete(Material).where(Material.meeting_id == meeting_id))
