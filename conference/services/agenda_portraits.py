"""Portraits (照片) of people on the agenda, and what else of them is personal: how both go away.

A portrait is drawn anew, small and square, so that nothing but the picture is kept. What the last release shows stays
until the next one; with an erased person portrait and words about them go from the draft and from every release.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from conference import db
from conference.documents import handed_in
from conference.models import Activity, AgendaPerson, AgendaRelease
from conference.rules.questions import Handed
from conference.services import agenda_content, files
from conference.services.files import Upload
from conference.vocabulary import Fault, FileKind, Malformed

LARGEST = 5 * 1024 * 1024
SIDE = 600  # pixels
_FACES = (0.5, 0.25)  # which part of a longer picture is kept: faces are in its upper half
_PICTURES = {FileKind.JPEG, FileKind.PNG}
IN_TRAIL = ("name", "position", "unit")  # what the record says of somebody on the agenda
Which = Callable[[int | None, str | None], bool]  # by id and name in a release, or in the record


@dataclass(frozen=True)
class OnAgenda:
    """What is kept about a delegate who stands on the agenda."""

    name: str
    position: str
    unit: str
    about: str
    portrait: bool


def drawn(content: bytes) -> Upload:
    """A picture as it came, as the portrait that is kept. Raises Malformed (portrait)."""
    if len(content) > LARGEST:
        raise Malformed({"portrait": Fault.FILE_TOO_LARGE})
    kind = handed_in.kind_of(content)
    if kind not in _PICTURES:
        raise Malformed({"portrait": _why_not(content)})
    try:
        with Image.open(io.BytesIO(content), formats=[kind.value.upper()]) as picture:
            picture.draft("RGB", (4 * SIDE, 4 * SIDE))
            picture.thumbnail((4 * SIDE, 4 * SIDE))  # before anything copies it: whole it may be 180 MB
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception:  # noqa: BLE001  # whatever a broken picture makes the decoder raise, it is no picture
        raise Malformed({"portrait": Fault.PICTURE_BROKEN}) from None
    side = min(SIDE, *upright.size)
    square = ImageOps.fit(upright, (side, side), centering=_FACES)
    paper = Image.new("RGB", square.size, "white")  # a fresh one knows nothing of where and when it was taken
    paper.paste(square, mask=square)
    file = io.BytesIO()
    paper.save(file, "JPEG", quality=86, optimize=True, progressive=True)
    return Upload("portrait.jpg", file.getvalue(), Handed(FileKind.JPEG, file.tell()))


def give(session: Session, person: AgendaPerson, upload: Upload | None, *, now: datetime) -> None:
    """Give somebody this portrait, or none; the one before goes, unless the last release still shows it."""
    old = person.portrait_id
    kept = upload and files.keep(session, meeting_id=person.meeting_id, delegate_id=None, upload=upload, now=now)
    person.portrait_id = kept.id if kept else None
    session.flush()
    drop(session, person.meeting_id, [old] if old else [])


def drop(session: Session, meeting_id: int, file_ids: Collection[int]) -> None:
    """Delete portraits that nobody in the draft has any more, but for those that the last release shows."""
    shown = agenda_content.released(meeting_id) if file_ids else None
    kept = {person.portrait_id for person in shown.people} if shown else set()
    files.forget(session, [one for one in file_ids if one not in kept])


def hold(session: Session, meeting_id: int) -> Sequence[AgendaPerson]:
    """The agenda's people, locked: a release that is being made either comes before an erasure, which then finds it,
    or reads what the erasure left.
    """
    query = sa.select(AgendaPerson).where(AgendaPerson.meeting_id == meeting_id).order_by(AgendaPerson.id)
    return session.scalars(db.lock(query)).all()


def forget_unshown(session: Session, meeting_id: int) -> None:
    """After a release: delete the portraits that only the one before showed; those before that were done then."""
    several = sa.select(AgendaRelease).where(AgendaRelease.meeting_id == meeting_id)
    earlier = session.scalars(several.order_by(AgendaRelease.number.desc()).offset(1).limit(1)).all()
    once = {person["portrait_id"] for release in earlier for person in release.content["people"]} - {None}
    held = set(session.scalars(sa.select(AgendaPerson.portrait_id).where(AgendaPerson.meeting_id == meeting_id)))
    drop(session, meeting_id, once - held)


def own_data(delegate_id: int) -> tuple[OnAgenda, ...]:
    """Who a delegate is on the agenda: one, or after two entries of theirs were merged perhaps two."""
    query = sa.select(AgendaPerson).where(AgendaPerson.delegate_id == delegate_id).order_by(AgendaPerson.id)
    return tuple(
        OnAgenda(one.name, one.position, one.unit_name, one.about, one.portrait_id is not None)
        for one in db.session().scalars(query)
    )


def forget_person(session: Session, delegate_id: int) -> None:
    """A delegate is erased: whoever they are on the agenda stands there by name, as it was made public, and no more."""
    linked = sa.select(AgendaPerson).where(AgendaPerson.delegate_id == delegate_id).order_by(AgendaPerson.id)
    for person in session.scalars(db.lock(linked)).all():
        person.delegate_id = None
        there = set(session.scalars(sa.select(AgendaPerson.id).where(AgendaPerson.meeting_id == person.meeting_id)))

        def same(id_: int | None, name: str | None, *, one: AgendaPerson = person, there: set[int] = there) -> bool:
            """Before two were merged, a release and the record may have known them by an id that is no more."""
            return id_ == one.id or (name == one.name and id_ not in there)

        _forget(session, person.meeting_id, [person], same)


def forget_meeting(session: Session, meeting_id: int) -> None:
    """A meeting's time is up: the same for everybody on its agenda."""
    _forget(session, meeting_id, hold(session, meeting_id), lambda id_, name: True)


def _forget(session: Session, meeting_id: int, people: Collection[AgendaPerson], which: Which) -> None:
    gone = {person.portrait_id for person in people}
    for person in people:
        person.about, person.portrait_id = "", None
    for release in session.scalars(sa.select(AgendaRelease).where(AgendaRelease.meeting_id == meeting_id)):
        found = release.content["people"]
        meant = [one for one in found if which(one["id"], one["name"]) and (one["about"] or one["portrait_id"])]
        gone |= {one["portrait_id"] for one in meant}
        if meant:
            bare = [one | {"about": "", "portrait_id": None} if one in meant else one for one in found]
            release.content = dict(release.content) | {"people": bare}
            release.redactions += 1
    acts = sa.select(Activity).where(Activity.meeting_id == meeting_id, Activity.subject == "agenda_person")
    for act in session.scalars(acts):
        if which(act.subject_id, act.before.get("name") or act.after.get("name")):
            act.before = {key: value for key, value in act.before.items() if key not in IN_TRAIL}
            act.after = {key: value for key, value in act.after.items() if key not in IN_TRAIL}
    session.flush()
    files.forget(session, [one for one in gone if one is not None])


def _why_not(content: bytes) -> Fault:
    if handed_in.too_many_pixels(content):
        return Fault.PICTURE_TOO_LARGE
    return Fault.PICTURE_BROKEN if handed_in.looks_like_a_picture(content) else Fault.NOT_THAT_KIND_OF_FILE
