"""The agenda for calendars, and for programs: whole, one session, or what is somebody's own.

Entries are those of the last release with the day's delays. `sequence` counts the releases that changed a session, and
the delays that were said or taken back since: it never falls. Sessions that have no time are in no calendar; those that
were released once and are gone are cancelled there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from conference import db, wording
from conference.documents import calendars
from conference.documents.calendars import Entry
from conference.models import AccessLink, AgendaRelease, Delay, Meeting
from conference.rules import agenda_changes
from conference.rules.agenda import Agenda, Gone, Role, Session, Talk
from conference.services import own_agenda, public_agenda, visits_calendar
from conference.services.public_agenda import Shown
from conference.vocabulary import Missing

Address = Callable[[int], str]  # of a session's page, by its id


def whole(meeting: Meeting, *, address: Address, language: str, now: datetime) -> bytes:
    """Raises Missing before the first release."""
    shown = _shown(meeting, now)
    return _written(shown, shown.agenda.sessions, shown.agenda.gone, meeting.title, address, language)


def session(meeting: Meeting, session_id: int, *, address: Address, language: str, now: datetime) -> bytes:
    """Raises Missing for one that was never released, or has no time."""
    shown = _shown(meeting, now)
    here = [one for one in shown.agenda.sessions if one.id == session_id and one.starts_at]
    gone = [one for one in shown.agenda.gone if one.id == session_id]
    if not here and not gone:
        raise Missing
    return _written(shown, here, gone, (here or gone)[0].title, address, language)


def own(meeting: Meeting, link: AccessLink, *, name: str, address: Address, language: str, now: datetime) -> bytes:
    """What the holder of the link marked, does there, or signed up for; `name` is what the calendar is called."""
    shown, mine = _shown(meeting, now), own_agenda.of_link(link)
    theirs = mine.starred | mine.places.keys() | {one.id for one in mine.sessions(shown.agenda)}
    theirs |= _did_in(meeting.id, {one.id for one in shown.agenda.gone} - theirs, mine.person_ids)
    gone = [one for one in shown.agenda.gone if one.id in theirs]
    rides = [] if link.repeat_id is not None else visits_calendar.entries(link.delegate_id, _family(meeting))
    return _written(shown, mine.sessions(shown.agenda), gone, name, address, language, rides)


def data(meeting: Meeting, *, now: datetime) -> dict[str, Any]:
    """The agenda as JSON: times RFC 3339 with the delays in them, people and rooms by id. Raises Missing before the
    first release.
    """
    shown = _shown(meeting, now)
    release, agenda, stage = public_agenda.last_release(meeting.id), shown.agenda, shown.stage.on_stage
    if release is None:
        raise Missing
    return {
        "meeting": {"slug": meeting.slug, "title": meeting.title, "timezone": meeting.timezone},
        "release": {"number": release.number, "released_at": release.released_at.isoformat()},
        "on_stage": {
            "session_id": stage.session.id if stage.session else None,
            "talk_id": stage.talk.id if stage.talk else None,
        },
        "rooms": [{"id": one.id, "name": one.name, "location": one.location} for one in agenda.rooms],
        "people": [
            {"id": one.id, "name": one.name, "position": one.position, "unit": one.unit_name, "about": one.about}
            for one in agenda.people
            if agenda.of_person(one.id)
        ],
        "sessions": [_object(one) for one in agenda.sessions],
    }


def _object(session: Session) -> dict[str, Any]:
    times = session.talk_times()
    return {
        "id": session.id,
        "kind": session.kind.value,
        "title": session.title,
        "detail": session.detail,
        "starts_at": _text(session.starts_at),
        "ends_at": _text(session.ends_at),
        "room_id": session.room_id,
        "online": session.online,
        "capacity": session.capacity,
        "people": _people(session.roles),
        "talks": [_talk(one, times.get(one.id)) for one in session.talks],
    }


def _talk(talk: Talk, times: tuple[datetime, datetime] | None) -> dict[str, Any]:
    return {
        "id": talk.id,
        "kind": talk.kind.value,
        "title": talk.title,
        "abstract": talk.abstract,
        "unit": talk.unit_name,
        "minutes": talk.minutes,
        "starts_at": _text(times[0]) if times else None,
        "ends_at": _text(times[1]) if times else None,
        "people": _people(talk.roles),
    }


def _people(roles: Iterable[Role]) -> list[dict[str, Any]]:
    return [{"person_id": one.person_id, "role": one.role.value} for one in roles]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _shown(meeting: Meeting, now: datetime) -> Shown:
    shown = public_agenda.of(meeting, now=now)
    if not shown.released:
        raise Missing
    return shown


def _did_in(meeting_id: int, gone: set[int], person_ids: frozenset[int]) -> set[int]:
    """Of sessions that are `gone` those in which one of these people did something until the release that took them."""
    if not gone or not person_ids:
        return set()
    query = sa.select(AgendaRelease.changes).where(AgendaRelease.meeting_id == meeting_id)
    who: dict[int, set[int]] = {}
    for changes in db.session().scalars(query.order_by(AgendaRelease.number)):
        for one in agenda_changes.read(changes):
            if one.session_id in gone and one.new_starts_at is None:
                who[one.session_id] = set(one.person_ids)
    return {id_ for id_, people in who.items() if people & person_ids}


def _written(
    shown: Shown,
    sessions: Iterable[Session],
    gone: Iterable[Gone],
    name: str,
    address: Address,
    language: str,
    more: Iterable[Entry] = (),
) -> bytes:
    meeting, (said, changed_at) = shown.meeting, _delays(shown.meeting.id)
    family = _family(meeting)
    entries = [
        Entry(
            uid=f"session-{one.id}@{family}",
            title=one.title,
            begins=one.starts_at,
            ends=one.ends_at,
            sequence=one.sequence + said,
            changed_at=changed_at,
            place=_place(shown.agenda, one, meeting),
            about=_about(shown.agenda, one, language),
            url=address(one.id),
        )
        for one in sessions
        if one.starts_at and one.ends_at
    ]
    entries += [
        Entry(
            f"session-{one.id}@{family}",
            one.title,
            one.starts_at,
            one.ends_at,
            one.sequence + said,
            changed_at,
            cancelled=True,
        )
        for one in gone
    ]
    return calendars.written(name, [*entries, *more], timezone=meeting.timezone)


def _family(meeting: Meeting) -> str:
    """Where two installations serve the same person, their entries are still two."""
    return f"{meeting.slug}.{int(meeting.created_at.timestamp()):x}"


def _delays(meeting_id: int) -> tuple[int, datetime]:
    """How often delays were said or taken back, and when what is shown was decided last."""
    said = sa.select(
        sa.func.count(Delay.id),
        sa.func.count(Delay.undone_at),
        sa.func.max(Delay.said_at),
        sa.func.max(Delay.undone_at),
    )
    n, undone, *moments = db.session().execute(said.where(Delay.meeting_id == meeting_id)).one()
    released = sa.select(sa.func.max(AgendaRelease.released_at)).where(AgendaRelease.meeting_id == meeting_id)
    moments.append(db.session().scalar(released))
    return n + undone, max(one for one in moments if one is not None)


def _place(agenda: Agenda, session: Session, meeting: Meeting) -> str:
    room = agenda.room.get(session.room_id) if session.room_id else None
    return ", ".join(part for part in (room and room.name, room and room.location, meeting.place) if part)


def _about(agenda: Agenda, session: Session, language: str) -> str:
    colon = "：" if language == "zh" else ": "
    lines = [f"{wording.say(role.role, language)}{colon}{agenda.person[role.person_id].name}" for role in session.roles]
    for talk in session.talks:
        names = "、".join(agenda.person[role.person_id].name for role in talk.roles)
        lines.append(" · ".join(part for part in (talk.title, talk.unit_name, names) if part))
    return "\n".join([*(one for one in lines if one), *([session.detail] if session.detail else [])])
