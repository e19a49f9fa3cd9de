"""Materials as they are read: by organisers with the draft, by everybody with the last release and its delays.

Outside the desk a material is there where its session and talk are on the last release, its audience has the reader
in it, and, for one of `after`, the session's end has passed as the day goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa

from conference import db
from conference.models import Account, Delegate, Material, MaterialVersion, Meeting, StoredFile
from conference.rules import web_links
from conference.rules.agenda import Agenda, Session, Talk
from conference.rules.materials import disk_name, visible
from conference.sealing import digest
from conference.services import agenda_content, large_files, stage
from conference.services.large_files import Kept
from conference.vocabulary import (
    AgendaKind,
    FileKind,
    MaterialAudience,
    MaterialKind,
    MaterialMoment,
    Missing,
)


@dataclass(frozen=True)
class Version:
    """`file` and `size` of a kept file, else `url`; `by` is the name of who brought it, a speaker where `brought`."""

    id: int
    number: int
    file_id: int | None
    file: FileKind | None
    size: int
    url: str
    delegate_id: int | None
    by: str
    added_at: datetime
    approved_at: datetime | None

    @property
    def brought(self) -> bool:
        return self.delegate_id is not None

    @property
    def format(self) -> str:
        """What kind of file it is, as people call it by the end of its name."""
        return suffix(self).removeprefix(".").upper()

    @property
    def host(self) -> str:
        return web_links.host(self.url)


@dataclass(frozen=True)
class Shown:
    """A material with all of its versions, the one that holds first."""

    id: int
    session_id: int
    talk_id: int | None
    kind: MaterialKind
    title: str
    audience: MaterialAudience
    moment: MaterialMoment
    removed_at: datetime | None
    versions: Sequence[Version]

    @property
    def version(self) -> Version:
        return self.versions[0]

    @property
    def approved(self) -> Version | None:
        """What everybody sees who may: the last version that an organiser approved."""
        return next((one for one in self.versions if one.approved_at is not None), None)

    @property
    def waits(self) -> bool:
        """Whether an older version is shown until an organiser looks at the last one (新版待看)."""
        return self.audience is not MaterialAudience.ORGANISERS and self.version.approved_at is None

    @property
    def stamp(self) -> str:
        """Another one after every change of what an organiser decides who sees, and after a new version."""
        return digest(f"{self.version.id} {self.audience} {self.moment} {self.title}")


@dataclass(frozen=True)
class OfTalk:
    """A talk, its number in the session, and what it has."""

    number: int
    talk: Talk
    speakers: Sequence[str]
    materials: Sequence[Shown]

    @property
    def name(self) -> str:
        """Who speaks, and of what."""
        return " ".join(one for one in (self.talk.unit_name or "、".join(self.speakers), self.talk.title) if one)

    @property
    def lacks_slides(self) -> bool:
        return not any(one.kind is MaterialKind.SLIDES for one in self.materials)


@dataclass(frozen=True)
class OfSession:
    """A session, its number on the agenda, what belongs to the whole of it, and its talks."""

    number: int
    session: Session
    materials: Sequence[Shown]
    talks: Sequence[OfTalk]


@dataclass(frozen=True)
class Desk:
    """All of a meeting's; `removed` are those taken down, the latest first."""

    sessions: Sequence[OfSession]
    removed: Sequence[Shown]

    @property
    def talks(self) -> Sequence[OfTalk]:
        return [talk for one in self.sessions for talk in one.talks]

    @property
    def lacking(self) -> int:
        """How many talks have no slides yet."""
        return sum(talk.lacks_slides for talk in self.talks)

    @property
    def materials(self) -> Sequence[Shown]:
        """In the order of the agenda."""
        return [
            m for one in self.sessions for m in (*one.materials, *(m for talk in one.talks for m in talk.materials))
        ]

    @property
    def size(self) -> int:
        """Bytes of the versions that hold."""
        return sum(one.version.size for one in self.materials)


def desk(meeting_id: int) -> Desk:
    """By the draft, as organisers see it; of breaks only those that have something."""
    found = read(Material.meeting_id == meeting_id)
    removed = sorted(
        (one for one in found if one.removed_at is not None), key=lambda one: one.removed_at or _LONG_AGO, reverse=True
    )
    there = _sorted(agenda_content.draft(meeting_id), [one for one in found if one.removed_at is None])
    return Desk([one for one in there if one.materials or one.session.kind is not AgendaKind.BREAK], removed)


def one(meeting_id: int, material_id: int) -> Shown:
    """With all of its versions, for organisers. Raises Missing."""
    found = read(Material.meeting_id == meeting_id, Material.id == material_id)
    if not found:
        raise Missing
    return found[0]


def seen(meeting: Meeting, session: Session, *, delegate: bool, over: bool) -> Sequence[Shown]:
    """What somebody outside the desk sees of a session on the last release: of each the version that was approved."""
    found = read(Material.meeting_id == meeting.id, Material.session_id == session.id, Material.removed_at.is_(None))
    talks = {None, *(talk.id for talk in session.talks)}
    return [
        replace(one, versions=(one.approved,))
        for one in found
        if one.talk_id in talks and one.approved and visible(one.audience, one.moment, delegate=delegate, over=over)
    ]


def over(meeting: Meeting, session: Session, *, now: datetime) -> bool:
    """Whether a session of the agenda as the day goes has ended; one without a time ends with the meeting."""
    return now >= (session.ends_at or meeting.ends_at)


def for_reader(meeting: Meeting, material_id: int, *, delegate: bool, now: datetime) -> tuple[Kept, str]:
    """A file to be downloaded by somebody outside the desk, and what it is called. Raises Missing for all else."""
    agenda = stage.of(meeting, now=now).agenda
    session = agenda.session.get(one(meeting.id, material_id).session_id)
    there = seen(meeting, session, delegate=delegate, over=over(meeting, session, now=now)) if session else ()
    found = next((each for each in there if each.id == material_id), None)
    if found is None or found.version.file_id is None:
        raise Missing
    return large_files.one(found.version.file_id), called(agenda, found)


def called(agenda: Agenda, material: Shown, version: Version | None = None) -> str:
    """What a download is called: where it stands on the agenda, whose it is, its title, its kind."""
    version = version or material.version
    place, whose = [], ""
    for at, session in enumerate(agenda.sessions, 1):
        if session.id == material.session_id:
            place.append(f"{at:02d}")
            for talk_at, talk in enumerate(session.talks, 1):
                if talk.id == material.talk_id:
                    place.append(f"{talk_at:02d}")
                    whose = talk.unit_name
    name = " ".join(disk_name(part, limit=50) for part in ("-".join(place), whose, material.title) if part)
    return f"{name or material.id}{suffix(version)}"


def suffix(version: Version) -> str:
    """How the name of its file ends."""
    return _SUFFIXES.get(version.file or FileKind.PDF, "")


def read(*which: sa.ColumnElement[bool]) -> list[Shown]:
    """In their order within each talk; one of which no version is left is none."""
    query = (
        sa.select(Material, MaterialVersion, StoredFile.kind, StoredFile.size, Account.name, Delegate.name)
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .outerjoin(StoredFile, StoredFile.id == MaterialVersion.file_id)
        .outerjoin(Account, Account.id == MaterialVersion.account_id)
        .outerjoin(Delegate, Delegate.id == MaterialVersion.delegate_id)
        .where(*which)
        .order_by(Material.rank, Material.id, MaterialVersion.number.desc())
    )
    rows: dict[int, Material] = {}
    versions: dict[int, list[Version]] = defaultdict(list)
    for material, version, kind, size, account, delegate in db.session().execute(query):
        rows[material.id] = material
        versions[material.id].append(
            Version(
                version.id,
                version.number,
                version.file_id,
                kind,
                size or 0,
                version.url,
                version.delegate_id,
                delegate or account or "",
                version.added_at,
                version.approved_at,
            )
        )
    return [
        Shown(
            row.id,
            row.session_id,
            row.talk_id,
            row.kind,
            row.title,
            row.audience,
            row.shown,
            row.removed_at,
            tuple(versions[row.id]),
        )
        for row in rows.values()
    ]


def _sorted(agenda: Agenda, found: Collection[Shown]) -> list[OfSession]:
    def of(session_id: int, talk_id: int | None) -> list[Shown]:
        return [one for one in found if one.session_id == session_id and one.talk_id == talk_id]

    return [
        OfSession(
            number=at,
            session=session,
            materials=of(session.id, None),
            talks=[
                OfTalk(n, talk, [agenda.person[role.person_id].name for role in talk.roles], of(session.id, talk.id))
                for n, talk in enumerate(session.talks, 1)
            ],
        )
        for at, session in enumerate(agenda.sessions, 1)
    ]


_SUFFIXES = {FileKind.PDF: ".pdf", FileKind.WORD: ".docx", FileKind.POWERPOINT: ".pptx"}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
