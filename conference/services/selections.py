"""Whom a list is narrowed to: the wishes of a filter, and the people that they, or ticks, mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from conference import db
from conference.models import Arrival, Code, Delegate, Unit
from conference.rules import codes, contact
from conference.sealing import blind_index
from conference.services import capacities
from conference.vocabulary import ACTIVE_STATUSES, Category, DelegateStatus, Mode, Origin

MOST = 50_000
SHOWN = 20


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; None, "" and () are no wish. `here`: whether they were admitted at the venue;
    `inside` narrows to those who are there now; `waiting` to those in that line, wishes of confirmed ones with them;
    `answered` to active places whose person has answered, or has not."""

    search: str = ""
    status: DelegateStatus | None = None
    mode: Mode | None = None
    categories: tuple[Category, ...] = ()
    province: str = ""
    unit_id: int | None = None
    here: bool | None = None
    inside: bool = False
    answered: bool | None = None
    origin: Origin | None = None
    waiting: Mode | None = None

    @property
    def counted(self) -> bool:
        """Whether the tallies know how many there are."""
        asked = (self.here, self.answered, self.origin, self.waiting)
        return not (self.search or self.categories or self.inside or any(wish is not None for wish in asked))


@dataclass(frozen=True)
class Chosen:
    """The people that a deed is for, in the order of entry, and the first of them for showing."""

    ids: tuple[int, ...]
    first: Sequence[Delegate]
    more: int  # beyond `MOST`; they are left out

    @property
    def count(self) -> int:
        return len(self.ids)


def chosen(meeting_id: int, wanted: Wanted, ticked: Sequence[int] | None = None) -> Chosen:
    """All whom `wanted` means, or of them only the `ticked`; in the order in which they were entered."""
    session = db.session()
    query = sa.select(Delegate.id).where(*conditions(meeting_id, wanted))
    if ticked is not None:
        query = query.where(Delegate.id.in_(ticked[:MOST]))
    found = list(session.scalars(query.order_by(Delegate.id).limit(MOST + 1)))
    ids = tuple(found[:MOST])
    first = session.scalars(sa.select(Delegate).where(Delegate.id.in_(ids[:SHOWN])).order_by(Delegate.id)).all()
    return Chosen(ids, first, len(found) - len(ids))


def conditions(meeting_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a row must be to belong to the list."""
    found: list[ColumnElement[bool]] = [Delegate.meeting_id == meeting_id]
    for column, wish in (
        (Delegate.status, wanted.status),
        (Delegate.mode, wanted.mode),
        (Delegate.unit_id, wanted.unit_id),
        (Delegate.origin, wanted.origin),
        (Delegate.queue_mode, wanted.waiting),
    ):
        if wish is not None:
            found.append(column == wish)
    if wanted.categories:
        found.append(Delegate.category.in_(wanted.categories))
    if wanted.province:
        found.append(Delegate.unit_id.in_(sa.select(Unit.id).where(Unit.province == wanted.province)))
    if wanted.here is not None:
        came = sa.exists().where(Arrival.delegate_id == Delegate.id, Arrival.admissions > 0)
        found.append(came if wanted.here else ~came)
    if wanted.inside:
        found.append(sa.exists().where(Arrival.delegate_id == Delegate.id, Arrival.inside > 0))
    if wanted.answered is not None:
        found.append(Delegate.status.in_(ACTIVE_STATUSES))
        found.append((Delegate.acknowledged_at.is_not(None)) if wanted.answered else Delegate.acknowledged_at.is_(None))
    if wanted.search:
        found.append(_matches(wanted.search))
    return found


def _matches(search: str) -> ColumnElement[bool]:
    """By whichever of number, code, phone and e-mail the text is; else by name, pinyin, initials or unit."""
    if code := codes.parse(search):
        return Delegate.id.in_(sa.select(Code.delegate_id).where(Code.code == code))
    plain = search.strip()
    if "@" in plain:
        address = contact.email(plain)
        return Delegate.email_index == (blind_index(contact.email_key(address)) if address else "")
    if plain.isascii() and plain.isdigit() and len(plain) <= 8:
        return Delegate.number == plain.zfill(4)
    if phone := contact.phone(plain):
        return Delegate.phone_index == blind_index(phone)
    ways: list[ColumnElement[bool]] = [
        Delegate.name.contains(plain, autoescape=True),
        Delegate.unit_id.in_(sa.select(Unit.id).where(Unit.name.contains(plain, autoescape=True))),
    ]
    letters = plain.lower().replace(" ", "").replace("'", "")
    if letters.isascii() and letters.isalpha():
        ways.append(sa.func.replace(Delegate.pinyin, " ", "").startswith(letters, autoescape=True))
        # Initials: as many syllables as letters, each beginning with its own.
        ways.append(
            sa.and_(
                Delegate.pinyin.like(" ".join(f"{letter}%" for letter in letters)),
                sa.not_(Delegate.pinyin.like("% " * len(letters) + "%")),
            )
        )
    return sa.or_(*ways)


@dataclass(frozen=True)
class Forecast:
    """What a deed would meet: how many stand in which status and mode, and how many have not answered."""

    by_status: dict[DelegateStatus, int]
    pending: dict[Mode, int]
    unanswered: int
    left: dict[Mode, int | None]

    @property
    def active(self) -> int:
        return sum(n for status, n in self.by_status.items() if status.active)

    @property
    def confirmed(self) -> int:
        return self.by_status[DelegateStatus.CONFIRMED]

    @property
    def will_wait(self) -> int:
        """Of the pending ones, how many get no place but the end of the line."""
        return sum(max(0, n - left) for mode, n in self.pending.items() if (left := self.left[mode]) is not None)


def forecast(meeting_id: int, wanted: Wanted, ticked: Sequence[int] | None = None) -> Forecast:
    """The same people as `chosen`, counted."""
    unanswered = sa.func.sum(sa.case((Delegate.acknowledged_at.is_(None), 1), else_=0))
    query = sa.select(Delegate.status, Delegate.mode, sa.func.count(), unanswered).where(
        *conditions(meeting_id, wanted)
    )
    if ticked is not None:
        query = query.where(Delegate.id.in_(ticked))
    by_status: dict[DelegateStatus, int] = dict.fromkeys(DelegateStatus, 0)
    pending: dict[Mode, int] = dict.fromkeys(Mode, 0)
    silent = 0
    for status, mode, n, without in db.session().execute(query.group_by(Delegate.status, Delegate.mode)):
        by_status[status] += n
        if status is DelegateStatus.PENDING:
            pending[mode] += n
        if status.active:
            silent += int(without)
    left = {mode: line.left for mode, line in capacities.lines(meeting_id).items()}
    return Forecast(by_status, pending, silent, left)
