"""What is different on an agenda, in words: for the list that everybody reads, and for messages.

One maker of sentences for both, in the reader's language and on the meeting's wall clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conference import clock
from conference.models import AgendaRelease, Meeting
from conference.rules import agenda_changes
from conference.rules.agenda_changes import Change, TalkChange
from conference.vocabulary import AgendaChange
from conference.wording import say

IN_A_MESSAGE = 20  # sessions; the rest is counted
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Part:
    """One thing that is different: what kind of thing, or which talk, and how; "" where the word says it all."""

    head: str
    detail: str


@dataclass(frozen=True)
class News:
    """What is different about one session; `when` is its time, where no part says it."""

    session_id: int
    title: str
    when: str
    parts: tuple[Part, ...]


def of(changes: Iterable[Change], *, language: str, timezone: str) -> list[News]:
    """Each change in words, in their order."""
    words = _Words(language, timezone)
    return [News(one.session_id, one.title, words.when_unsaid(one), words.parts(one)) for one in changes]


def listed(changes: Sequence[Change], *, language: str, timezone: str) -> str:
    """The same as lines of a message."""
    zh, found = language == "zh", of(changes[:IN_A_MESSAGE], language=language, timezone=timezone)
    colon, between = ("：", "；") if zh else (": ", "; ")
    lines = []
    for one in found:
        when = (f" {one.when}" if zh else f" ({one.when})") if one.when else ""
        said = between.join(f"{part.head} {part.detail}".strip() for part in one.parts)
        lines.append(f"· {one.title}{when}{colon}{said}")
    if rest := len(changes) - len(found):
        lines.append(f"另有 {rest} 项，见议程。" if zh else f"and {rest} more, see the agenda.")
    return "\n".join(lines)


def values(release: AgendaRelease, meeting: Meeting, session_ids: Sequence[int], *, language: str) -> dict[str, str]:
    """What the placeholders of a message stand for that tells somebody of a release; `session_ids` are theirs."""
    theirs = [one for one in agenda_changes.read(release.changes) if one.session_id in session_ids]
    return {
        "changes": listed(theirs, language=language, timezone=meeting.timezone),
        "changed": str(len(theirs)),
        "note": " ".join(release.note.split()),
    }


def place(facts: Mapping[str, Any], meeting: Meeting, *, language: str) -> dict[str, str]:
    """What a message says of the session that somebody moved up in: its title, and when it is, where that is known."""
    begins, ends = (datetime.fromisoformat(facts[key]) if facts[key] else None for key in ("starts_at", "ends_at"))
    return {"place": facts["session"], "when": _Words(language, meeting.timezone).when(begins, ends)}


class _Words:
    def __init__(self, language: str, timezone: str) -> None:
        self.language, self.timezone, self.zh = language, timezone, language == "zh"

    def parts(self, change: Change) -> tuple[Part, ...]:
        """The session's own, then those of its talks."""
        # Where talks say what is different, the word alone says nothing more.
        silent = {AgendaChange.DETAIL} if change.talks and not change.own_detail else set()
        own = [
            Part(self._head(change, kind), self._detail(change, kind)) for kind in change.kinds if kind not in silent
        ]
        return (*own, *(self._talk(talk) for talk in change.talks))

    def when_unsaid(self, change: Change) -> str:
        if {AgendaChange.ADDED, AgendaChange.REMOVED, AgendaChange.MOVED} & set(change.kinds):
            return ""
        return self.when(change.new_starts_at, change.new_ends_at)

    def when(self, starts_at: datetime | None, ends_at: datetime | None) -> str:
        if starts_at is None:
            return ""
        return f"{self._day(starts_at)}{'' if self.zh else ' '}{self._span(starts_at, ends_at)}"

    def _head(self, change: Change, kind: AgendaChange) -> str:
        if kind is AgendaChange.PLACES:
            return self._places(change.capacity)
        if kind is not AgendaChange.ONLINE:
            return say(kind, self.language)
        if self.zh:
            return "线上可以收看" if change.online else "线上不再播出"
        return "Now shown online" if change.online else "No longer shown online"

    def _places(self, capacity: int | None) -> str:
        if capacity is None:
            return "不再需要报名" if self.zh else "No sign-up needed any more"
        return f"改为限 {capacity} 人，需报名" if self.zh else f"Now limited to {capacity}, sign-up needed"

    def _detail(self, change: Change, kind: AgendaChange) -> str:
        old = (change.old_starts_at, change.old_ends_at)
        new = (change.new_starts_at, change.new_ends_at)
        match kind:
            case AgendaChange.ADDED:
                return self._listed(self.when(*new), change.new_room)
            case AgendaChange.REMOVED:
                return self._listed(self.when(*old), change.old_room)
            case AgendaChange.MOVED:
                return self._moved(old, new)
            case AgendaChange.ROOM:
                return self._became(change.old_room, change.new_room)
            case AgendaChange.TITLE:
                return self._became(change.old_title, change.title)
            case AgendaChange.PEOPLE:
                return self._people(change)
            case AgendaChange.ONLINE | AgendaChange.DETAIL | AgendaChange.PLACES:
                return ""

    def _talk(self, talk: TalkChange) -> Part:
        said = []
        old, new = (talk.old_starts_at, talk.old_ends_at), (talk.new_starts_at, talk.new_ends_at)
        for kind in talk.kinds:
            detail = ""
            if kind is AgendaChange.MOVED:
                detail = self._moved(old, new, with_day=False)
            elif kind in {AgendaChange.ADDED, AgendaChange.REMOVED}:
                detail = self.when(*(new if kind is AgendaChange.ADDED else old))
            said.append(f"{say(kind, self.language)} {detail}".strip())
        unnamed = "一个发言" if self.zh else "A talk"
        named = f"发言“{talk.title}”" if self.zh else f"Talk “{talk.title}”"
        return Part(named if talk.title else unnamed, self._listed(*said))

    def _people(self, change: Change) -> str:
        came, went = self._listed(*change.joined, between="、"), self._listed(*change.left, between="、")
        if self.zh:
            return "，".join(text for text in (came and f"新增{came}", went and f"不再有{went}") if text)
        return ", ".join(text for text in (came and f"now with {came}", went and f"without {went}") if text)

    def _moved(
        self, old: tuple[datetime | None, ...], new: tuple[datetime | None, ...], *, with_day: bool = True
    ) -> str:
        """On one day the day is said once, or, of a talk, not again."""
        if old[0] and new[0] and self._local(old[0]).date() == self._local(new[0]).date():
            return self._became(self.when(*old) if with_day else self._span(*old), self._span(*new))
        return self._became(self.when(*old), self.when(*new))

    def _became(self, old: str, new: str) -> str:
        nothing = "未定" if self.zh else "not set"
        return f"{old or nothing} → {new or nothing}"

    def _listed(self, *texts: str, between: str = "，") -> str:
        return (between if self.zh else ", ").join(text for text in texts if text)

    def _span(self, starts_at: datetime | None, ends_at: datetime | None) -> str:
        return "–".join(f"{self._local(moment):%H:%M}" for moment in (starts_at, ends_at) if moment is not None)

    def _day(self, moment: datetime) -> str:
        local = self._local(moment)
        if self.zh:
            return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）"
        return f"{local:%a} {local.day} {local:%b}"

    def _local(self, moment: datetime) -> datetime:
        return clock.local(moment, self.timezone)
