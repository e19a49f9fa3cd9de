"""What organisers do to materials of sessions and talks (资料): add, give a new version, say who sees them, take down.

A file is looked at and sealed before the transaction begins, so that nobody waits for it. Every version stays; the
highest number holds. Who sees what: `material_lists`.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Material, MaterialVersion
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.services import material_keeping, material_lists, material_versions
from conference.services.delegates import Doing
from conference.services.material_versions import BY, Came, MaterialFacts, Spot
from conference.vocabulary import ActorKind, Malformed, MaterialAudience, Missing, Refusal, Refused

__all__ = ["Came", "MaterialFacts", "Spot"]


def add(meeting_id: int, spot: Spot, facts: MaterialFacts, came: Came, doing: Doing) -> Material:
    """A new material at the end of its talk's. Raises Malformed (file, url, title), Missing, Refused (meeting_over)."""
    material_versions.room(db.session(), meeting_id, spot)
    _titled(facts.title)
    ready = material_versions.ready_of(meeting_id, facts.kind, came)
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        return material_versions.put(session, meeting_id, spot, facts, ready, doing, by=_account(doing))


def add_version(meeting_id: int, material_id: int, came: Came, doing: Doing) -> MaterialVersion:
    """Another version, which holds from now on. Raises as `add` does."""
    kind = one(meeting_id, material_id).kind
    ready = material_versions.ready_of(meeting_id, kind, came)
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        return material_versions.put_version(
            session, _held(session, meeting_id, material_id), ready, doing, by=_account(doing)
        )


def replace(meeting_id: int, material_id: int, seen: int, came: Came, doing: Doing) -> MaterialVersion:
    """The same, and the versions up to the number `seen` are deleted; what others added since stays."""
    kind = one(meeting_id, material_id).kind
    ready = material_versions.ready_of(meeting_id, kind, came)
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        material = _held(session, meeting_id, material_id)
        old = sa.select(MaterialVersion).where(
            MaterialVersion.material_id == material.id, MaterialVersion.number <= seen
        )
        gone = session.scalars(old).all()
        made = material_versions.put_version(
            session, material, ready, doing, by=_account(doing), replaced=[one.number for one in gone]
        )
        material_keeping.drop(session, gone)
        return made


def edit(
    meeting_id: int,
    material_id: int,
    facts: MaterialFacts,
    doing: Doing,
    *,
    seen: str | None = None,
    approve: bool = False,
) -> Material:
    """Say what it is called, who sees it and from when; said again, nothing changes. With `approve`, and where nobody
    but organisers saw it before, the last version is what they see from now on; else the last that was approved.

    `seen` is the stamp of what was looked at (`material_lists.Shown`), None not to ask: nobody opens a version that a
    speaker brought meanwhile. Raises Malformed (title), Missing, Refused (meeting_over, changed_meanwhile).
    """
    _titled(facts.title, required=True)
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        material = _held(session, meeting_id, material_id)
        before, opened = material_versions.spoken(material), material.audience is MaterialAudience.ORGANISERS
        stood = material_lists.one(meeting_id, material_id).stamp
        material.title, material.audience, material.shown = facts.title.strip(), facts.audience, facts.shown
        changed = material_versions.spoken(material) != before
        if (changed or approve) and seen is not None and seen != stood:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        if changed:
            material_versions.record(
                session, doing, "material.edited", material, before, material_versions.spoken(material)
            )
        if approve or (opened and material.audience is not MaterialAudience.ORGANISERS):
            material_versions.approve(session, material, doing)
        return material


def step(meeting_id: int, material_id: int, places: int, doing: Doing) -> None:
    """So many places down, up where negative, as far as there is room. Raises Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        material = _held(session, meeting_id, material_id)
        there = material_versions.beside(session, meeting_id, Spot(material.session_id, material.talk_id))
        here = there.index(material)
        there.insert(max(0, here + places), there.pop(here))
        for at, each in enumerate(there):
            each.rank = at
        if there.index(material) != here:
            places_said = {"rank": here + 1}, {"rank": there.index(material) + 1}
            material_versions.record(session, doing, "material.moved", material, *places_said)


def remove(meeting_id: int, material_id: int, doing: Doing) -> Material:
    """Take it down: nobody outside the desk sees it, and it is kept. Once is enough. Raises Missing, Refused."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        material = _held(session, meeting_id, material_id, removed=True)
        if material.removed_at is None:
            material.removed_at = doing.now
            material_versions.record(
                session, doing, "material.removed", material, material_versions.spoken(material), {}
            )
        return material


def bring_back(meeting_id: int, material_id: int, doing: Doing) -> Material:
    """Undo that; it stands at the end. Raises Missing, Malformed (too_many), Refused (meeting_over)."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        material = _held(session, meeting_id, material_id, removed=True)
        if material.removed_at is not None:
            material.rank = material_versions.room(session, meeting_id, Spot(material.session_id, material.talk_id))
            material.removed_at = None
            material_versions.record(
                session, doing, "material.brought_back", material, {}, material_versions.spoken(material)
            )
        return material


def one(meeting_id: int, material_id: int) -> Material:
    """Removed ones too. Raises Missing."""
    found = db.session().get(Material, material_id)
    if found is None or found.meeting_id != meeting_id:
        raise Missing
    return found


def _held(session: Session, meeting_id: int, material_id: int, *, removed: bool = False) -> Material:
    query = sa.select(Material).where(Material.id == material_id, Material.meeting_id == meeting_id)
    found = session.scalars(db.lock(query)).first()
    if found is None or (found.removed_at is not None and not removed):
        raise Missing
    return found


def _titled(title: str, *, required: bool = False) -> None:
    if fault := fault_in(title, limit=SHORT_LIMIT, required=required):
        raise Malformed({"title": fault})


def _account(doing: Doing) -> BY:
    return (doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None), None
