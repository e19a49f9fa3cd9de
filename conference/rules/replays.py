"""Replays (回放): where in a recording each talk begins, typed by hand or worked out from how the day went."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from conference.rules import web_links
from conference.rules.agenda import Agenda, Session
from conference.rules.stage import Call
from conference.vocabulary import AgendaRoleKind, Fault

MOST = 60  # of a meeting
FARTHEST = 24 * 3600 - 1  # seconds
# A session that began later than so is not of the same recording.
SAME_DAY = timedelta(hours=14)
# What was called for less was a slip of the finger.
HELD = timedelta(minutes=1)
_MARK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)
_SPEAK = {AgendaRoleKind.SPEAKER, AgendaRoleKind.EXPERT}
_PLAYED = (".m3u8", ".mp4")
# Films that no browser or not every one plays, and lists of pieces of them.
_UNPLAYED = (
    *(".avi", ".flv", ".m2ts", ".m4a", ".mkv", ".mov", ".mp3", ".mpd"),
    *(".mpeg", ".mpg", ".rmvb", ".ts", ".wav", ".webm", ".wmv"),
)


@dataclass(frozen=True)
class Spot:
    """The beginning of a session, or of a talk in it."""

    session_id: int
    talk_id: int | None = None


def address(text: str) -> str | Fault:
    """The address of a recording as it is kept: of one that is played here, or of a video site's page."""
    found = web_links.kept(text, rehearsal=True)
    if isinstance(found, Fault):
        return found
    return Fault.NOT_A_RECORDING if urlsplit(found).path.lower().endswith(_UNPLAYED) else found


def plays_here(url: str) -> bool:
    """Whether it is a film or a list of one; anything else is a page elsewhere, opened in a window of its own."""
    return urlsplit(url).path.lower().endswith(_PLAYED)


def seconds(text: str) -> int | Fault | None:
    """`1:02:30` or `62:30`, with colons of either width; None where nothing was typed."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if len(plain) > 12 or not (found := _MARK.fullmatch(plain)):
        return Fault.NOT_A_MARK
    hours, minutes, rest = found.groups()
    if hours is not None and int(minutes) > 59:
        return Fault.NOT_A_MARK
    total = (int(hours or 0) * 60 + int(minutes)) * 60 + int(rest)
    return total if total <= FARTHEST else Fault.OUT_OF_RANGE


def spoken(at: int) -> str:
    """`1:02:30`, or `2:30` within the first hour."""
    hours, rest = divmod(at, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def spots(sessions: Iterable[Session]) -> list[Spot]:
    """Each session, then its talks."""
    return [Spot(one.id, talk_id) for one in sessions for talk_id in (None, *(talk.id for talk in one.talks))]


def backwards(order: Iterable[Spot], marks: Mapping[Spot, int]) -> set[Spot]:
    """Those that lie before one which comes before them on the agenda: perhaps they were held so, perhaps mistyped."""
    marked = [spot for spot in order if spot in marks]
    return {later for earlier, later in pairwise(marked) if marks[later] < marks[earlier]}


def titled(agenda: Agenda, spot: Spot) -> tuple[str, str] | None:
    """What stands on the agenda there, and who; None where nothing does."""
    session = agenda.session.get(spot.session_id)
    if session is None or spot.talk_id is None:
        return (session.title, "") if session else None
    talk = next((one for one in session.talks if one.id == spot.talk_id), None)
    if talk is None:
        return None
    ids = [role.person_id for role in talk.roles if role.role in _SPEAK]
    names = "、".join(agenda.person[one].name for one in ids if one in agenda.person)
    said = [one for one in (talk.title, talk.unit_name, names) if one] or [session.title]
    return said[0], " ".join(said[1:])


def derived(sessions: Sequence[Session], calls: Sequence[Call], begins_at: datetime) -> dict[Spot, int]:
    """The seconds from the beginning of a recording, by how the day went: `sessions` with its delays.

    What was called began then; a talk that nobody called began when the one before it should have ended. What was over
    before the recording began, or began long after, has none; what was on when it began has 0.
    """
    found: dict[Spot, int] = {}
    held = _held(calls)
    for session in sessions:
        begun = _begun(session, held)
        last = max([at for _, at in begun] + ([session.ends_at] if session.ends_at else []), default=begins_at)
        for number, (spot, at) in enumerate(begun):
            after = begun[number + 1][1] if spot.talk_id is not None and number + 1 < len(begun) else last
            if (after > begins_at or at >= begins_at) and at < begins_at + SAME_DAY:
                found[spot] = max(int((at - begins_at).total_seconds()), 0)
    return found


def _held(calls: Sequence[Call]) -> list[Call]:
    """Those that were no slip, in their order."""
    kept = [one for one, after in pairwise(calls) if after.called_at - one.called_at >= HELD]
    return [*kept, *calls[-1:]]


def _begun(session: Session, held: Sequence[Call]) -> list[tuple[Spot, datetime]]:
    """When a session and each of its talks began, as far as that can be told."""
    own = [one for one in held if one.session_id == session.id]
    called: dict[int | None, datetime] = {}
    for one in own:
        called.setdefault(one.talk_id, one.called_at)
    begins = own[0].called_at if own else session.starts_at
    found = [(Spot(session.id), begins)] if begins else []
    at = begins
    for number, talk in enumerate(session.talks):
        later = [called[other.id] for other in session.talks[number + 1 :] if other.id in called]
        if talk.id in called:
            at = called[talk.id]
        elif at is not None and later:
            at = min(at, *later)
        if at is not None:
            found.append((Spot(session.id, talk.id), at))
        at = at + timedelta(minutes=talk.minutes) if at is not None and talk.minutes is not None else None
    return found
