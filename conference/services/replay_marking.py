"""Where in a recording each talk begins: what is marked, what the day itself tells, and the verb that sets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from conference import db
from conference.models import Meeting, Replay
from conference.rules import replays as rules
from conference.rules.agenda import Agenda, Session
from conference.rules.replays import Spot
from conference.services import material_versions, replays, stage
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused


@dataclass(frozen=True)
class Row:
    """A session, or a talk of it, that can be marked; `seconds` None where it is not."""

    spot: Spot
    title: str
    who: str
    seconds: int | None


@dataclass(frozen=True)
class Marking:
    """The rows of a replay in the order of the agenda; `gone` are the seconds of marks of what is on it no more."""

    replay: Replay
    rows: Sequence[Row]
    gone: Sequence[int]
    stamp: str

    @property
    def marks(self) -> dict[Spot, int]:
        return {row.spot: row.seconds for row in self.rows if row.seconds is not None}


def of(meeting: Meeting, replay_id: int, *, now: datetime) -> Marking:
    """Raises Missing."""
    replay = replays.one(meeting.id, replay_id)
    agenda = stage.of(meeting, now=now).released
    marked = replays.marks_of(replay)
    spots = rules.spots(_sessions(agenda, replay))
    named = {spot: rules.titled(agenda, spot) or ("", "") for spot in spots}
    gone = sorted(at for spot, at in marked.items() if rules.titled(agenda, spot) is None)
    return Marking(replay, [Row(spot, *named[spot], marked.get(spot)) for spot in spots], gone, replays.stamp(replay))


def worked_out(meeting: Meeting, replay_id: int, *, now: datetime) -> dict[Spot, int]:
    """What the marks would be by what was called on stage and what was told of delays. Raises Missing, Refused
    (no_beginning) where nobody said when the recording began.
    """
    replay = replays.one(meeting.id, replay_id)
    if replay.begins_at is None:
        raise Refused(Refusal.NO_BEGINNING)
    day = stage.of(meeting, now=now)
    return rules.derived(_sessions(day.agenda, replay), day.calls, replay.begins_at)


def mark(
    meeting_id: int,
    replay_id: int,
    marks: Mapping[Spot, int],
    doing: Doing,
    *,
    keep: bool = True,
    seen: str | None = None,
) -> Replay:
    """Set its marks, instead of those there are; what is on the agenda no more stays marked, but without `keep`.

    `seen` is the `replays.stamp` of what was looked at, None not to ask. Raises Missing for what is not on the last
    release, Malformed (marks: out_of_range), Refused (meeting_over, changed_meanwhile).
    """
    if any(not 0 <= at <= rules.FARTHEST for at in marks.values()):
        raise Malformed({"marks": Fault.OUT_OF_RANGE})
    with db.transaction() as session:
        meeting = material_versions.open_meeting(session, meeting_id)
        replay = replays.held(session, meeting_id, replay_id)
        agenda = stage.of(meeting, now=doing.now).released
        on_it = set(rules.spots(agenda.sessions))
        if not on_it.issuperset(marks):
            raise Missing
        there = replays.marks_of(replay)
        wanted = dict(marks) | {spot: at for spot, at in there.items() if keep and spot not in on_it}
        if wanted != there:
            replays.same(replay, seen)
            replay.marks = [asdict(spot) | {"seconds": at} for spot, at in wanted.items()]
            replays.record(session, doing, "replay.marked", replay, _spoken(agenda, there), _spoken(agenda, wanted))
        return replay


def _sessions(agenda: Agenda, replay: Replay) -> list[Session]:
    """Those of which something may be in the recording: its own, else all that were shown online or are marked."""
    if replay.session_id is not None:
        return [one for one in agenda.sessions if one.id == replay.session_id]
    marked = {spot.session_id for spot in replays.marks_of(replay)}
    return [one for one in agenda.sessions if one.online or one.id in marked]


def _spoken(agenda: Agenda, marks: Mapping[Spot, int]) -> dict[str, str]:
    """As the record has it."""
    lines = sorted((at, (rules.titled(agenda, spot) or ("—", ""))[0]) for spot, at in marks.items())
    return {"marks": "；".join(f"{rules.spoken(at)} {title}" for at, title in lines)}
