"""The agenda of one's own: what somebody marked, says there themselves, and signed up for.

For a repeat entry (docs/decisions/0004) there are its marks alone: it stands on nobody's agenda, and has no places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from conference import db
from conference.models import AccessLink, AgendaPerson, AgendaSession, Delegate, SignUp
from conference.rules.agenda import Agenda, Session, Talk
from conference.services import stars
from conference.vocabulary import AgendaRoleKind, SignUpStatus


@dataclass(frozen=True)
class Place:
    """A sign-up for a session with places of its own; `line_place` counts from 1 for who waits."""

    status: SignUpStatus
    line_place: int | None


@dataclass(frozen=True)
class OwnAgenda:
    """By ids: of sessions, of people on the agenda who are the holder, of sessions again."""

    link_id: int
    starred: frozenset[int]
    person_ids: frozenset[int] = frozenset()
    places: Mapping[int, Place] = field(default_factory=dict)

    def sessions(self, agenda: Agenda) -> Sequence[Session]:
        """Those of `agenda` that are the holder's, in its order."""
        mine = self.starred | self.places.keys()
        return [one for one in agenda.sessions if one.id in mine or self.person_ids & one.person_ids]

    def parts(self, session: Session) -> Sequence[tuple[AgendaRoleKind, Talk | None]]:
        """What the holder does in a session, and in which of its talks."""
        whole = [(one.role, None) for one in session.roles if one.person_id in self.person_ids]
        talks = [(one.role, talk) for talk in session.talks for one in talk.roles if one.person_id in self.person_ids]
        return [*whole, *talks]

    def speaks(self, agenda: Agenda) -> bool:
        """Whether anything is theirs to say; a chair alone has no slides."""
        parts = (part for session in agenda.sessions for part in self.parts(session))
        return any(talk is not None or role is AgendaRoleKind.SPEAKER for role, talk in parts)


def of_link(link: AccessLink) -> OwnAgenda:
    """What is the holder's of `link`."""
    if link.repeat_id is not None:
        return OwnAgenda(link.id, stars.of_link(link))
    people = sa.select(AgendaPerson.id).where(AgendaPerson.delegate_id == link.delegate_id)
    return OwnAgenda(link.id, stars.of_link(link), frozenset(db.session().scalars(people)), _places(link.delegate_id))


def of_browser(link_ids: Iterable[int], meeting_id: int) -> OwnAgenda | None:
    """Of the links that a browser holds the newest to a place in this meeting; None where it holds none."""
    query = (
        sa.select(AccessLink)
        .join(Delegate, Delegate.id == AccessLink.delegate_id)
        .where(AccessLink.id.in_(list(link_ids)), AccessLink.revoked_at.is_(None), Delegate.meeting_id == meeting_id)
        .order_by(AccessLink.created_at.desc())
        .limit(1)
    )
    link = db.session().scalars(query).first()
    return None if link is None else of_link(link)


def _places(delegate_id: int) -> dict[int, Place]:
    other = aliased(SignUp)
    ahead = sa.select(sa.func.count()).where(other.line_id == SignUp.line_id, other.ticket < SignUp.ticket)
    query = (
        sa.select(AgendaSession.id, SignUp.status, SignUp.ticket, ahead.scalar_subquery())
        .join(SignUp, SignUp.line_id == AgendaSession.sign_up_line_id)
        .where(SignUp.delegate_id == delegate_id)
    )
    return {
        id_: Place(status, None if ticket is None else before + 1)
        for id_, status, ticket, before in db.session().execute(query)
    }
