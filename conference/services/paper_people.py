"""Who stands on a meeting's papers, and in which order; what was printed for whom already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Code, Delegate
from conference.rules import papers as rules
from conference.sealing import blind_index
from conference.services import printed, selections
from conference.services.contacts import phone_of
from conference.services.passes import Pass
from conference.services.selections import Wanted
from conference.vocabulary import Category, DelegateStatus, PaperKind, PaperOrder

AT_A_TIME = 500
# Papers of one person each; of the others it is not kept for whom they were printed.
PERSONAL = (PaperKind.BADGE, PaperKind.LABEL, PaperKind.PLACE_CARD, PaperKind.SEAT_STICKER)


@dataclass(frozen=True)
class Holder:
    """One person as papers know them. `code` is the one that is live, `province` a code too; `tail` the last four
    digits of their phone. `gone` is who was declined or cancelled, `unread` whose unit a stranger typed and nobody has
    looked at.
    """

    id: int | None
    number: str
    name: str
    spelling: str
    unit: str
    unit_id: int
    province: str
    position: str
    category: Category
    seat: str
    code: str
    tail: str = ""
    gone: bool = False
    unread: bool = False

    @property
    def says(self) -> str:
        """Stands for all that paper says of them, so that a change is seen."""
        said = (self.number, self.name, self.unit, self.province, self.position, self.category, self.seat, self.code)
        return blind_index(json.dumps(said, ensure_ascii=False))


def chosen(
    meeting_id: int,
    wanted: Wanted,
    ticked: Sequence[int] | None = None,
    *,
    kind: PaperKind,
    order: PaperOrder = PaperOrder.NUMBER,
    only_new: bool = False,
) -> list[Holder]:
    """Those whom `wanted` means, or of them the `ticked`, in one of `rules.ORDERS`.

    `only_new` leaves out whom this kind of paper was made for already, unless it would say something else now. Seat
    stickers are for those who have a seat; who was declined or cancelled has to be ticked, or asked for by that status.
    """
    ids = selections.chosen(meeting_id, wanted, ticked).ids
    found = of(ids)
    if ticked is None and wanted.status is None:
        found = [one for one in found if not one.gone]
    if kind is PaperKind.SEAT_STICKER:
        found = [one for one in found if one.seat]
    if only_new and kind in PERSONAL:
        known = printed.known(meeting_id, kind)
        found = [one for one in found if one.id is None or known.get(one.id) != one.says]
    return sorted(found, key=rules.ORDERS[order])


def of(ids: Sequence[int]) -> list[Holder]:
    """Delegates by their ids, in that order; some hundreds are read at a time."""
    session = db.session()
    found: list[Holder] = []
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        people = session.scalars(sa.select(Delegate).where(Delegate.id.in_(some), Delegate.erased_at.is_(None))).all()
        by_id = {person.id: person for person in people}
        found += holders([by_id[id_] for id_ in some if id_ in by_id])
    return found


def holders(people: Sequence[Delegate]) -> list[Holder]:
    codes = _codes([person.id for person in people])
    return [_of_delegate(person, codes.get(person.id, "")) for person in people]


def of_pass(one: Pass) -> Holder:
    """Of a pass, which may be a repeat entry's."""
    return Holder(
        id=None,
        number=one.number,
        name=one.name,
        spelling="",
        unit=one.unit,
        unit_id=0,
        province=one.province,
        position=one.position,
        category=one.category,
        seat=one.seat,
        code=one.code or "",
    )


def _codes(ids: Sequence[int]) -> dict[int, str]:
    query = (
        sa.select(Code.delegate_id, Code.code)
        .where(Code.delegate_id.in_(ids), Code.repeat_id.is_(None), Code.revoked_at.is_(None))
        .order_by(Code.created_at)
    )
    return dict(db.session().execute(query).all())


def _of_delegate(person: Delegate, code: str) -> Holder:
    phone = phone_of(person)
    return Holder(
        id=person.id,
        number=person.number,
        name=person.name,
        spelling=person.pinyin,
        unit=person.unit.name,
        unit_id=person.unit_id,
        province=person.unit.province,
        position=person.position,
        category=person.category,
        seat=person.seat,
        code=code,
        tail=phone[-4:] if phone else "",
        gone=person.status in (DelegateStatus.DECLINED, DelegateStatus.CANCELLED),
        unread=person.unit.proposed,
    )
