"""What the agenda's printed sheet says, in the reader's language."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from conference.documents import agendas
from conference.documents.agendas import DayItems, Item, Line
from conference.documents.printing import Data
from conference.rules.agenda import Person, Session, Talk
from conference.services.public_agenda import Release, Shown
from conference.vocabulary import AgendaKind
from conference.web.filters import clock_time, day, moment, words
from conference.web.language import language


def sheet(shown: Shown, release: Release) -> Data:
    """For `agendas.pdf`."""
    days = [
        DayItems(
            heading=day(one.begins) if one.begins else "",
            items=[_item(shown, item) for item in one.sessions],
        )
        for one in shown.days
    ]
    meeting = shown.meeting
    return agendas.sheet(
        meeting.title,
        meeting.place,
        days,
        number=release.number,
        when=moment(release.released_at),
        adjusted=any(shown.late(one) for one in shown.agenda.sessions),
        language=language(),
    )


def _item(shown: Shown, session: Session) -> Item:
    agenda, times = shown.agenda, session.talk_times()
    room = agenda.room.get(session.room_id) if session.room_id else None
    facts = [" · ".join(part for part in (room.name, room.location) if part)] if room else []
    facts += [
        _("%(role)s：%(name)s", role=words(role.role), name=_named(shown, role.person_id)) for role in session.roles
    ]
    facts += session.detail.splitlines()
    talks = []
    for talk in session.talks:
        who = _("、").join(_speaker(agenda.person[role.person_id], talk) for role in talk.roles)
        what = " · ".join(part for part in (talk.unit_name, talk.title) if part) or words(talk.kind)
        talks.append(Line(_span(times.get(talk.id)), what, who))
    begins, ends = session.starts_at, session.ends_at
    when = _span((begins, ends)) if begins and ends else ""
    return Item(when, session.title, facts, talks, pause=session.kind is AgendaKind.BREAK)


def _named(shown: Shown, person_id: int) -> str:
    person = shown.agenda.person[person_id]
    about = " ".join(part for part in (person.unit_name, person.position) if part)
    return f"{person.name}（{about}）" if about else person.name


def _speaker(person: Person, talk: Talk) -> str:
    """With their unit where it is another one than the talk's."""
    return f"{person.name}（{person.unit_name}）" if person.unit_name not in {"", talk.unit_name} else person.name


def _span(times: tuple[datetime, datetime] | None) -> str:
    return f"{clock_time(times[0])}–{clock_time(times[1])}" if times else ""
