"""How a release of the agenda follows from the one before it, and when there can be one.

agenda_releases.following(old, draft)       the agenda to be released, with its sequences and what is gone
agenda_releases.same(old, draft)            whether nobody would see anything else
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conference.rules.agenda import Agenda, Gone, Session
from conference.rules.agenda_changes import between
from conference.vocabulary import MeetingStatus, Refusal


def refusal_to_release(status: MeetingStatus, *, is_draft_same: bool) -> Refusal | None:
    """Conflicts are asked for apart from it: they can be overruled."""
    if status is MeetingStatus.ARCHIVED:
        return Refusal.MEETING_OVER
    return Refusal.NOTHING_TO_RELEASE if is_draft_same else None


def following(old: Agenda | None, draft: Agenda) -> Agenda:
    """`draft` as the release after `old`: the people and rooms that it speaks of, each session with its sequence.

    A session that was changed counts one further, one that comes back further than it went. What calendars know and
    is here no more, or has no time any more, is `gone`, with the times it had last.
    """
    draft = spoken_of(draft)
    if old is None:
        return draft
    changed = {one.session_id for one in between(old, draft)}
    left = {one.id: one for one in old.gone}
    sessions = tuple(replace(one, sequence=_sequence(old, left, one, one.id in changed)) for one in draft.sessions)
    new = replace(draft, sessions=sessions)
    for before in old.sessions:
        if before.starts_at is not None and before.ends_at is not None:
            now = new.session.get(before.id)
            sequence = before.sequence + 1 if now is None else now.sequence
            left[before.id] = Gone(before.id, before.title, before.starts_at, before.ends_at, sequence)
    there = {one.id for one in sessions if one.starts_at is not None}
    return replace(new, gone=tuple(one for id_, one in sorted(left.items()) if id_ not in there))


def same(old: Agenda | None, draft: Agenda) -> bool:
    """Whether releasing `draft` would show nobody anything else than `old` does."""
    return _bare(old or Agenda()) == _bare(draft)


def _sequence(old: Agenda, left: Mapping[int, Gone], session: Session, changed: bool) -> int:
    known = [one.sequence for one in (old.session.get(session.id), left.get(session.id)) if one is not None]
    return max(known) + changed if known else 0


def spoken_of(agenda: Agenda) -> Agenda:
    """Without people who do nothing and rooms in which nothing is: they are the organisers' own."""
    people = {id_ for one in agenda.sessions for id_ in one.person_ids}
    rooms = {one.room_id for one in agenda.sessions}
    return replace(
        agenda,
        people=tuple(one for one in agenda.people if one.id in people),
        rooms=tuple(one for one in agenda.rooms if one.id in rooms),
    )


def _bare(agenda: Agenda) -> Agenda:
    return replace(spoken_of(agenda), sessions=tuple(replace(one, sequence=0) for one in agenda.sessions), gone=())
