"""The agenda as pages show it: short, by the component `agenda`, or row by row, by the component `sessions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from conference import clock
from conference.rules.agenda import Agenda, Person, Role, Room, Session, Talk
from conference.rules.agenda_search import Day
from conference.services.meeting_page import Doors
from conference.services.own_agenda import OwnAgenda, Place
from conference.services.public_agenda import Late, Shown
from conference.vocabulary import AgendaRoleKind
from conference.web.filters import words

DETAIL = 80  # characters of it that stand on a list at least


@dataclass(frozen=True)
class TalkRow:
    """`times` where they are known; `mine` marks one of the reader's own."""

    talk: Talk
    times: tuple[datetime, datetime] | None
    people: Sequence[Person]
    on: bool
    mine: bool


@dataclass(frozen=True)
class Row:
    """A session with all that is said of it. `state` is now, next, past or nothing; `late` what a delay does, in words;
    `starred` None for a reader who cannot mark.
    """

    session: Session
    state: str
    late: str
    room: Room | None
    people: Sequence[tuple[str, Sequence[Person]]]
    talks: Sequence[TalkRow]
    sample: bool
    starred: bool | None
    parts: Sequence[tuple[AgendaRoleKind, Talk | None]] = ()
    place: Place | None = None

    @property
    def unseen(self) -> str:
        """What it is found by (`rules.agenda_search`) and a list does not show."""
        people = [one for _, them in self.people for one in them] + [one for talk in self.talks for one in talk.people]
        found = [self.session.detail[DETAIL:], *(text for one in people for text in (one.position, one.unit_name))]
        return " ".join(dict.fromkeys(text for text in found if text))


@dataclass(frozen=True)
class NowCard:
    """What stands on top: `on` first, what else is on in other rooms, what comes next. `waiting` says that nothing is
    on yet, `over` that all is over; `marks` are the rows of today, for pages that are open.
    """

    on: Row | None
    others: Sequence[Row]
    next: Row | None
    next_today: bool
    waiting: bool
    over: bool
    marks: Sequence[Row]

    @property
    def empty(self) -> bool:
        return self.on is None and self.next is None and not self.over


def row(shown: Shown, session: Session, own: OwnAgenda | None = None) -> Row:
    """What is said of one session; `own` where the reader's own agenda is known."""
    agenda, times, on = shown.agenda, session.talk_times(), shown.stage.on_stage.talk
    mine = own.person_ids if own else frozenset()
    late = shown.late(session)
    return Row(
        session=session,
        state=shown.state(session),
        late=late_words(late) if late else "",
        room=agenda.room.get(session.room_id) if session.room_id else None,
        people=_by_role(session.roles, agenda),
        talks=[
            TalkRow(
                talk=one,
                times=times.get(one.id),
                people=[agenda.person[role.person_id] for role in one.roles],
                on=on is not None and on.id == one.id,
                mine=any(role.person_id in mine for role in one.roles),
            )
            for one in session.talks
        ],
        sample=shown.meeting.demonstration and session.starts_at is not None,
        starred=session.id in own.starred if own else None,
        parts=own.parts(session) if own else (),
        place=own.places.get(session.id) if own else None,
    )


def now_card(shown: Shown) -> NowCard:
    """The same for everybody."""
    coming = shown.next
    begins = clock.local(coming.starts_at, shown.meeting.timezone).date() if coming and coming.starts_at else None
    running = [row(shown, one) for one in shown.running]
    return NowCard(
        on=running[0] if running else None,
        others=running[1:],
        next=row(shown, coming) if coming else None,
        next_today=begins == shown.today,
        waiting=not any(shown.state(one) == "past" for one in shown.agenda.sessions),
        over=shown.over,
        marks=[row(shown, one) for one in shown.sessions_today()],
    )


def now_tag(shown: Shown, language: str) -> str:
    """Another one whenever the card, or a mark, would be another."""
    past = sum(shown.state(one) == "past" for one in shown.agenda.sessions)
    return f"{shown.stage.version}-{shown.today:%d}-{past}-{language}"


def late_words(late: Late) -> str:
    """By how much the times are other than released."""
    n = abs(late.begins or late.ends)
    if late.begins > 0:
        said = ngettext("比原定晚 %(num)s 分钟", "比原定晚 %(num)s 分钟", n)
    elif late.begins < 0:
        said = ngettext("比原定早 %(num)s 分钟", "比原定早 %(num)s 分钟", n)
    elif late.ends > 0:
        said = ngettext("延长 %(num)s 分钟", "延长 %(num)s 分钟", n)
    else:
        said = ngettext("提前 %(num)s 分钟结束", "提前 %(num)s 分钟结束", n)
    return str(said)


def own_part(of: Row) -> str:
    """What the reader does in a session, in a word; empty where that is nothing."""
    if not of.parts:
        return ""
    speaks = any(role is AgendaRoleKind.SPEAKER for role, _talk in of.parts)
    return str(_("我发言") if speaks else _("有我的任务"))


def days(shown: Shown, own: OwnAgenda | None = None) -> list[tuple[datetime | None, list[dict[str, Any]]]]:
    """The short agenda: each day's heading (None where all is one day) with its items."""
    several = len(shown.days) > 1
    return [
        (day.begins if several else None, [_item(row(shown, one, own), shown.meeting.slug) for one in day.sessions])
        for day in shown.days
    ]


def own_days(shown: Shown, own: OwnAgenda) -> list[tuple[Day, list[Row]]]:
    """The reader's own sessions, day by day; a day without one is left out."""
    mine = own.sessions(shown.agenda)
    found = [(day, [row(shown, one, own) for one in day.sessions if one in mine]) for day in shown.days]
    return [(day, rows) for day, rows in found if rows]


def doors(found: Sequence[Doors], *, place: str, sample: bool) -> list[dict[str, Any]]:
    """Where and when people are checked in."""
    return [
        {
            "starts": door.opens_at or "",
            "ends": door.closes_at,
            "title": _("签到 · %(name)s", name=door.name),
            "place": place,
            "sample": sample and door.opens_at is not None,
        }
        for door in found
    ]


def _by_role(roles: Sequence[Role], agenda: Agenda) -> list[tuple[str, list[Person]]]:
    found: dict[AgendaRoleKind, list[Person]] = {}
    for one in roles:
        found.setdefault(one.role, []).append(agenda.person[one.person_id])
    return [(words(role), people) for role, people in found.items()]


def _said(talk: Talk) -> str:
    """What a talk is called on one line."""
    return talk.title or talk.unit_name or words(talk.kind)


def _item(of: Row, slug: str) -> dict[str, Any]:
    session, kind = of.session, words(of.session.kind)
    room = of.room.name if of.room else ""
    return {
        "starts": session.starts_at or "",
        "ends": session.ends_at,
        "title": session.title,
        "place": " · ".join(one for one in ("" if kind in session.title else kind, room) if one),
        "note": session.detail,
        "late": of.late,
        "state": of.state,
        "people": [(role, "、".join(one.name for one in people)) for role, people in of.people]
        + [(_said(one.talk), "、".join(p.name for p in one.people)) for one in of.talks],
        "mine": own_part(of),
        "starred": of.starred,
        "href": url_for("public.agenda.session", slug=slug, session_id=session.id),
        "sample": of.sample,
    }
