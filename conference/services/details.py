"""What a delegate told for one purpose, sealed; read for lists only where they agree to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import PersonalDetail
from conference.rules.details import Needs, Stay
from conference.sealing import seal, unseal
from conference.vocabulary import ConsentPurpose, Gender, Room

Content = Mapping[str, Any]  # plain JSON, as it is kept


def put(session: Session, delegate_id: int, purpose: ConsentPurpose, content: Content, *, now: datetime) -> bool:
    """Keep what is told for `purpose` instead of what was; whether that changed anything."""
    found = session.get(PersonalDetail, (delegate_id, purpose), populate_existing=True)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    if found is not None and unseal(found.content_sealed) == text:
        return False
    if found is None:
        found = PersonalDetail(delegate_id=delegate_id, purpose=purpose)
        session.add(found)
    found.content_sealed, found.changed_at = seal(text), now
    session.flush()
    return True


def delete(session: Session, delegate_id: int, purposes: Iterable[ConsentPurpose]) -> None:
    """Delete what was told for these purposes."""
    session.execute(
        sa.delete(PersonalDetail).where(
            PersonalDetail.delegate_id == delegate_id, PersonalDetail.purpose.in_(list(purposes))
        )
    )


def forget_person(session: Session, delegate_id: int) -> None:
    """Delete all that a delegate told."""
    session.execute(sa.delete(PersonalDetail).where(PersonalDetail.delegate_id == delegate_id))


def of_delegate(delegate_id: int) -> dict[ConsentPurpose, Content]:
    """What a delegate told, by purpose."""
    query = sa.select(PersonalDetail).where(PersonalDetail.delegate_id == delegate_id)
    return {row.purpose: json.loads(unseal(row.content_sealed)) for row in db.session().scalars(query)}


def plain(told: Stay | Needs) -> dict[str, Any]:
    """What is told, as JSON keeps it."""

    def one(value: Any) -> Any:  # a field of either
        if isinstance(value, StrEnum):
            return value.value
        return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value

    return {field: one(value) for field, value in asdict(told).items()}


def stay(content: Content) -> Stay:
    """`plain` back again."""
    moments: dict[str, Any] = {
        field: datetime.fromisoformat(content[field]) if content.get(field) else None
        for field in ("arrives_at", "leaves_at")
    }
    texts: dict[str, Any] = {field: content.get(field, "") for field in ("share_with", "arrives_by", "leaves_by")}
    gender = Gender(content["gender"]) if content.get("gender") else None
    return Stay(room=Room(content.get("room", Room.NONE)), gender=gender, **moments, **texts)


def needs(content: Content) -> Needs:
    """`plain` back again."""
    return Needs(diet=content.get("diet", ""), access=content.get("access", ""))
