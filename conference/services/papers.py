"""How a meeting's papers look: settings with a version, a logo; and badges for a few people, made at once.

`badge_pdf` is the one way to a badge, for the organisers, the units' desks and the door alike.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from conference import db, wording
from conference.documents import badges, handed_in, qr, typefaces
from conference.documents.badges import Badge, Look, Size
from conference.documents.printing import Unprintable
from conference.models import Delegate, Meeting, PaperSettings
from conference.rules import conflicts
from conference.rules import papers as rules
from conference.rules.conflicts import Merged
from conference.rules.provinces import PROVINCES
from conference.services import activity, paper_people
from conference.services.delegates import Doing
from conference.services.paper_people import Holder
from conference.services.passes import Pass
from conference.vocabulary import Fault, FileKind, Malformed, Missing, Refusal, Refused

AT_ONCE = 60  # pages that are made while somebody waits
LARGEST_LOGO = 2 * 1024 * 1024
_LOGO_SIDE = 900  # pixels; on paper it is 50 × 9 mm at most
# Of the threads that serve pages, so many set papers at a time; another one waits a moment, then is told to come back.
_SETTING = threading.BoundedSemaphore(2)
_PATIENCE = 8.0  # seconds


@dataclass(frozen=True)
class Settings:
    """`chosen` has every key of `rules.DEFAULTS`."""

    chosen: Mapping[str, Any]
    logo: bytes | None
    version: int

    @property
    def look(self) -> Look:
        return Look(Size(self.chosen["badge_size"]), self.logo)

    @property
    def language(self) -> str:
        """What the words on papers are in, whoever prints them."""
        return str(self.chosen["language"])


def of(meeting_id: int) -> Settings:
    """The meeting's settings, or the defaults."""
    kept = db.session().get(PaperSettings, meeting_id)
    if kept is None:
        return Settings(dict(rules.DEFAULTS), None, 0)
    return Settings(rules.complete(kept.chosen), kept.logo, kept.version)


def save(
    meeting_id: int,
    wished: Mapping[str, Any],
    opened: Mapping[str, Any] | None,
    doing: Doing,
    *,
    logo: bytes | None = None,
    drop_logo: bool = False,
) -> Merged:
    """What was changed in the form, laid over what others saved meanwhile; `logo` is a file as it came.

    Raises Malformed, and Refused (changed_meanwhile) where both changed one thing.
    """
    faults = rules.faults_in(wished)
    picture = _logo(logo, faults) if logo else None
    if faults:
        raise Malformed(faults)
    with db.transaction() as session:
        kept = _held(session, meeting_id, doing)
        before = rules.complete(kept.chosen)
        merged = conflicts.merge(opened, before, wished)
        if merged.clashes:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        had_logo = kept.logo is not None
        kept.chosen = before | dict(merged.changes)
        if picture is not None or drop_logo:
            kept.logo = picture
        if merged.changes or picture is not None or (drop_logo and had_logo):
            kept.version += 1
            kept.changed_at = doing.now
            changed = {key: before[key] for key in merged.changes} | {"logo": had_logo}
            now = dict(merged.changes) | {"logo": kept.logo is not None}
            activity.record(
                session,
                doing.actor,
                "papers.set",
                "meeting",
                meeting_id,
                meeting_id=meeting_id,
                now=doing.now,
                before=changed,
                after=now,
            )
        return merged


def badge_pdf(
    meeting: Meeting, people: Sequence[Delegate | Pass], *, public_url: str, the_others: bool = False
) -> bytes:
    """A badge each, as the meeting's settings want it, in the order given; at most `badges.MOST`.

    Raises Refused (nobody_to_print, printing_busy), and `documents.printing.Unprintable` with the names of those whose
    characters no font can draw; with `the_others` these are left out.
    """
    delegates = [one for one in people if isinstance(one, Delegate)]
    known = {one.id: one for one in paper_people.holders(delegates)}
    held = [known[one.id] if isinstance(one, Delegate) else paper_people.of_pass(one) for one in people]
    missing = {told_apart(one): lacking for one in held if (lacking := typefaces.missing(drawn(one)))}
    if missing and not the_others:
        raise Unprintable(missing)
    held = [one for one in held if told_apart(one) not in missing]
    if not held:
        raise Refused(Refusal.NOBODY_TO_PRINT)
    settings = of(meeting.id)
    with setting():
        said = [badge(one, settings.chosen, public_url=public_url) for one in held]
        return badges.pdf(meeting.title, said, settings.look, language=settings.language)


def badge(one: Holder, chosen: Mapping[str, Any], *, public_url: str) -> Badge:
    """What a badge says of somebody, under these settings."""
    language = chosen["language"]
    place = PROVINCES.get(one.province)
    return Badge(
        name=one.name,
        unit=one.unit,
        position=one.position if chosen["show_position"] else "",
        category=wording.say(one.category, language),
        number=one.number if chosen["show_number"] else "",
        qr_text=qr.address(public_url, one.code) if one.code else "",
        colour=chosen[f"colour_{one.category.value}"],
        seat=one.seat if chosen["show_seat"] else "",
        province=(place.short if language == "zh" else place.english) if place and chosen["show_province"] else "",
        pinyin=one.spelling.upper() if chosen["show_pinyin"] and not one.name.isascii() else "",
    )


def told_apart(one: Holder) -> str:
    """Who is meant, where two have the same name."""
    return f"{one.number} {one.name} · {one.unit}"


def drawn(one: Holder) -> str:
    """All that papers write of somebody and that our fonts must have."""
    return f"{one.name}{one.unit}{one.position}{one.seat}"


@contextmanager
def setting() -> Iterator[None]:
    """Set a paper while somebody waits. Raises Refused (printing_busy) where too many are set already."""
    if not _SETTING.acquire(timeout=_PATIENCE):
        raise Refused(Refusal.PRINTING_BUSY)
    try:
        yield
    finally:
        _SETTING.release()


def _held(session: Session, meeting_id: int, doing: Doing) -> PaperSettings:
    if session.get(Meeting, meeting_id) is None:
        raise Missing
    table = cast(sa.Table, PaperSettings.__table__)
    fresh = {"meeting_id": meeting_id, "chosen": {}, "version": 0, "changed_at": doing.now}
    session.execute(db.insert(session, table).values(fresh).on_conflict_do_nothing(index_elements=["meeting_id"]))
    return session.scalars(db.lock(sa.select(PaperSettings).where(PaperSettings.meeting_id == meeting_id))).one()


def _logo(content: bytes, faults: dict[str, Fault]) -> bytes | None:
    """The picture drawn anew, so that nothing but it is kept: no place of its taking, no thumbnail, no profile."""
    if len(content) > LARGEST_LOGO:
        faults["logo"] = Fault.FILE_TOO_LARGE
        return None
    kind = handed_in.kind_of(content)
    if kind not in {FileKind.PNG, FileKind.JPEG}:
        beyond = handed_in.too_many_pixels(content)
        faults["logo"] = Fault.PICTURE_TOO_LARGE if beyond else Fault.NOT_THAT_KIND_OF_FILE
        return None
    try:
        with Image.open(io.BytesIO(content), formats=[kind.value.upper()]) as picture:
            picture.draft("RGB", (2 * _LOGO_SIDE, 2 * _LOGO_SIDE))
            drawn = picture.convert("RGBA")
    except Exception:  # noqa: BLE001  # whatever a broken picture makes the decoder raise, it is no picture
        faults["logo"] = Fault.NOT_THAT_KIND_OF_FILE
        return None
    drawn.thumbnail((_LOGO_SIDE, _LOGO_SIDE))
    file = io.BytesIO()
    drawn.save(file, "PNG", optimize=True)
    return file.getvalue()
