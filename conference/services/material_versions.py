"""How materials are written: what came is looked at and sealed, then its rows are made inside a verb's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from conference import db
from conference.documents import presented
from conference.models import AgendaSession, Material, MaterialVersion, Meeting, StoredFile, Talk
from conference.rules import materials as rules
from conference.rules import web_links
from conference.rules.text import SHORT_LIMIT, legible
from conference.services import activity, large_files
from conference.services.delegates import Doing
from conference.services.large_files import Laid
from conference.vocabulary import (
    Fault,
    FileFault,
    Malformed,
    MaterialAudience,
    MaterialKind,
    MaterialMoment,
    MeetingStatus,
    Missing,
    Refusal,
    Refused,
    Unreadable,
)

_WHY = {
    FileFault.EMPTY: Fault.FILE_EMPTY,
    FileFault.OLD_WORKBOOK: Fault.OLD_OFFICE_FILE,
    FileFault.ENCRYPTED: Fault.FILE_HAS_PASSWORD,
    FileFault.MACROS: Fault.FILE_HAS_MACROS,
    FileFault.EXTERNAL_LINKS: Fault.FILE_NEEDS_OTHERS,
}
BY = tuple[int | None, int | None]  # an account, a delegate: the ids of who brings something


@dataclass(frozen=True)
class Spot:
    """A talk, or a session as a whole."""

    session_id: int
    talk_id: int | None = None


@dataclass(frozen=True)
class MaterialFacts:
    """`kind` None is what the file is; without a title it is called as the file, or as the host of the link."""

    kind: MaterialKind | None = None
    title: str = ""
    audience: MaterialAudience = MaterialAudience.ORGANISERS
    shown: MaterialMoment = MaterialMoment.BEFORE


@dataclass(frozen=True)
class Came:
    """A file as it came, or the address of a video."""

    file: BinaryIO | None = None
    name: str = ""
    url: str = ""


@dataclass(frozen=True)
class Ready:
    """What came, looked at: a file that lies sealed, or a link."""

    kind: MaterialKind
    title: str
    laid: Laid | None
    url: str


def ready_of(meeting_id: int, kind: MaterialKind | None, came: Came) -> Ready:
    """Look at what came, and seal it. Raises Malformed (file, url)."""
    if kind is MaterialKind.VIDEO or (kind is None and came.file is None and came.url):
        address = web_links.kept(came.url)
        if isinstance(address, Fault):
            raise Malformed({"file": Fault.VIDEO_IS_A_LINK} if came.file and not came.url else {"url": address})
        return Ready(MaterialKind.VIDEO, web_links.host(address)[:SHORT_LIMIT], None, address)
    if came.file is None:
        raise Malformed({"file": Fault.REQUIRED})
    if came.file.seek(0, 2) > rules.LARGEST:
        raise Malformed({"file": Fault.FILE_TOO_LARGE})
    try:
        found = presented.kind_of(came.file)
    except Unreadable as unreadable:
        wrong = rules.wrong_kind(kind) if unreadable.fault is FileFault.NOT_A_WORKBOOK else Fault.FILE_BROKEN
        raise Malformed({"file": _WHY.get(unreadable.fault, wrong)}) from None
    is_kind = rules.kind_of(kind, found)
    if isinstance(is_kind, Fault):
        raise Malformed({"file": is_kind})
    laid = large_files.lay(meeting_id, came.name, found, came.file)
    return Ready(is_kind, laid.name.rpartition(".")[0], laid, "")


def put(
    session: Session, meeting_id: int, spot: Spot, facts: MaterialFacts, ready: Ready, doing: Doing, *, by: BY
) -> Material:
    """Inside the caller's transaction, which holds the meeting. One of the same words and content that stands there
    already is given back: a form that is sent twice adds once.
    """
    title = facts.title.strip() or legible(ready.title)
    for there in beside(session, meeting_id, spot):
        said = (there.kind, there.title, there.audience, there.shown)
        last = _last(session, there.id)
        if said == (ready.kind, title, facts.audience, facts.shown) and last and _is(session, last, ready):
            return there
    material = Material(
        meeting_id=meeting_id,
        session_id=spot.session_id,
        talk_id=spot.talk_id,
        rank=room(session, meeting_id, spot),
        kind=ready.kind,
        title=title,
        audience=facts.audience,
        shown=facts.shown,
        created_at=doing.now,
    )
    session.add(material)
    session.flush()
    _write_version(session, material, ready, doing, by)
    record(session, doing, "material.added", material, {}, spoken(material))
    return material


def put_version(
    session: Session, material: Material, ready: Ready, doing: Doing, *, by: BY, replaced: Sequence[int] = ()
) -> MaterialVersion:
    """The same; `material` is held. What the last version is already makes no other one: a form was sent twice."""
    last = _last(session, material.id)
    if last is not None and not replaced and _is(session, last, ready):
        return last
    version = _write_version(session, material, ready, doing, by)
    said: dict[str, Any] = {"heading": material.title, "version": version.number}
    if replaced:
        said["replaced"] = ", ".join(str(number) for number in replaced)
    record(session, doing, "material.version_added", material, {}, said)
    return version


def approve(session: Session, material: Material, doing: Doing) -> None:
    """An organiser looked at the last version: it is what everybody sees. `material` is held; once is enough."""
    last = _last(session, material.id)
    if last is None or last.approved_at is not None:
        return
    last.approved_at = doing.now
    session.flush()
    record(session, doing, "material.approved", material, {}, {"heading": material.title, "version": last.number})


def open_meeting(session: Session, meeting_id: int) -> Meeting:
    """The meeting, held: one who adds waits for one who edits the agenda. Raises Missing, Refused (meeting_over)."""
    meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).first()
    if meeting is None:
        raise Missing
    if meeting.status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)
    return meeting


def record(
    session: Session,
    doing: Doing,
    verb: str,
    material: Material,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write down what was done to one."""
    facts = {"meeting_id": material.meeting_id, "now": doing.now, "before": before, "after": after}
    activity.record(session, doing.actor, verb, "material", material.id, **facts)  # type: ignore[arg-type]  # of several types


def _write_version(session: Session, material: Material, ready: Ready, doing: Doing, by: BY) -> MaterialVersion:
    file: StoredFile | None = None
    if ready.laid is not None:
        file = large_files.claim(session, ready.laid, meeting_id=material.meeting_id, now=doing.now)
    last = _last(session, material.id)
    version = MaterialVersion(
        material_id=material.id,
        number=last.number + 1 if last else 1,
        file_id=file.id if file else None,
        url=ready.url,
        account_id=by[0],
        delegate_id=by[1],
        added_at=doing.now,
        approved_at=doing.now if by[1] is None else None,
    )
    session.add(version)
    session.flush()
    return version


def _last(session: Session, material_id: int) -> MaterialVersion | None:
    query = sa.select(MaterialVersion).where(MaterialVersion.material_id == material_id)
    return session.scalars(query.order_by(MaterialVersion.number.desc()).limit(1)).first()


def _is(session: Session, version: MaterialVersion, ready: Ready) -> bool:
    """Whether a version is what came, byte for byte."""
    if ready.laid is None:
        return version.file_id is None and version.url == ready.url
    file = session.get(StoredFile, version.file_id) if version.file_id is not None else None
    return file is not None and file.sha256 == ready.laid.sha256


def room(session: Session, meeting_id: int, spot: Spot) -> int:
    """The rank of one more. Raises Missing where there is no such talk, Malformed (too_many) where it is full."""
    row = session.get(AgendaSession, spot.session_id)
    if row is None or row.meeting_id != meeting_id or row.removed_at is not None:
        raise Missing
    if spot.talk_id is not None:
        talk = session.get(Talk, spot.talk_id)
        if talk is None or talk.session_id != row.id:
            raise Missing
    there = beside(session, meeting_id, spot)
    if len(there) >= rules.MOST:
        raise Malformed({"file": Fault.TOO_MANY})
    return there[-1].rank + 1 if there else 0


def beside(session: Session, meeting_id: int, spot: Spot) -> list[Material]:
    """All that stands there, in its order."""
    talk = Material.talk_id.is_(None) if spot.talk_id is None else Material.talk_id == spot.talk_id
    query = sa.select(Material).where(
        Material.meeting_id == meeting_id, Material.session_id == spot.session_id, talk, Material.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(Material.rank, Material.id)))


def count_waiting(meeting_id: int) -> int:
    """Of how many materials an older version is shown until an organiser looks at the last one."""
    later = aliased(MaterialVersion)
    last = ~sa.exists().where(later.material_id == MaterialVersion.material_id, later.number > MaterialVersion.number)
    query = (
        sa.select(sa.func.count())
        .select_from(MaterialVersion)
        .join(Material, Material.id == MaterialVersion.material_id)
        .where(
            Material.meeting_id == meeting_id,
            Material.removed_at.is_(None),
            Material.audience != MaterialAudience.ORGANISERS,
            MaterialVersion.approved_at.is_(None),
            last,
        )
    )
    return db.session().scalar(query) or 0


def spoken(material: Material) -> dict[str, Any]:
    """What the record keeps of one."""
    return {
        "heading": material.title,
        "kind": material.kind,
        "audience": material.audience,
        "shown": material.shown,
    }
