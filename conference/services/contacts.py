"""How somebody is reached: phone and e-mail as they are understood, kept and found again."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Delegate
from conference.rules import contact
from conference.sealing import blind_index, seal, unseal
from conference.vocabulary import ACTIVE_STATUSES, Fault, Malformed, Refusal, Refused


@dataclass(frozen=True)
class Contacts:
    """Phone and e-mail as they are kept: sealed, with a blind index each.

    `yielded` names those that somebody else goes by: they are kept with the person, who is not found by them.
    """

    phone: str | None
    email: str | None
    yielded: frozenset[str] = frozenset()

    @functools.cached_property
    def phone_index(self) -> str | None:
        return blind_index(self.phone) if self.phone and "phone" not in self.yielded else None

    @functools.cached_property
    def email_index(self) -> str | None:
        return blind_index(contact.email_key(self.email)) if self.email and "email" not in self.yielded else None

    @property
    def indexes(self) -> list[str]:
        """Those that there are."""
        return [index for index in (self.phone_index, self.email_index) if index]

    @property
    def given(self) -> set[str]:
        """Which of the two there are: phone, email."""
        return {name for name, said in (("phone", self.phone), ("email", self.email)) if said}

    def held_by(self, holder: Delegate) -> set[str]:
        """Which of them are `holder`'s own."""
        pairs = (
            ("phone", self.phone_index, holder.phone_index),
            ("email", self.email_index, holder.email_index),
        )
        return {name for name, said, known in pairs if said and said == known}


def read(phone: str | None, email: str | None) -> Contacts:
    """Raises Malformed for what is no phone or no e-mail, and where both are missing."""
    faults: dict[str, Fault] = {}
    kept_phone = contact.phone(phone) if phone else None
    kept_email = contact.email(email) if email else None
    if phone and kept_phone is None:
        faults["phone"] = Fault.NOT_A_PHONE
    if email and kept_email is None:
        faults["email"] = Fault.NOT_AN_EMAIL
    if not phone and not email:
        faults["phone"] = Fault.CONTACT_NEEDED
    if faults:
        raise Malformed(faults)
    return Contacts(kept_phone, kept_email)


def holder_of(session: Session, meeting_id: int, reach: Contacts, *, besides: int | None = None) -> Delegate | None:
    """Who holds the active place of this phone or e-mail, if anybody (other than `besides`)."""
    match = sa.or_(
        *(
            column == index
            for column, index in (
                (Delegate.phone_index, reach.phone_index),
                (Delegate.email_index, reach.email_index),
            )
            if index
        )
    )
    query = sa.select(Delegate).where(Delegate.meeting_id == meeting_id, Delegate.status.in_(ACTIVE_STATUSES), match)
    if besides is not None:
        query = query.where(Delegate.id != besides)
    return session.scalars(query.order_by(Delegate.id)).first()


def phone_of(delegate: Delegate) -> str | None:
    return unseal(delegate.phone_sealed) if delegate.phone_sealed else None


def email_of(delegate: Delegate) -> str | None:
    return unseal(delegate.email_sealed) if delegate.email_sealed else None


def change(session: Session, delegate: Delegate, reach: Contacts, *, for_unit: bool) -> list[Delegate]:
    """Let a delegate be reached by `reach` from now on; with `for_unit`, as their unit's liaison may say it.

    Returns who of other units goes by what is new in it. Raises Refused (already_registered).
    """
    olds = {"phone": (phone_of(delegate), reach.phone), "email": (email_of(delegate), reach.email)}
    new = {name for name, (old, said) in olds.items() if old != said}
    fresh = Contacts(reach.phone if "phone" in new else None, reach.email if "email" in new else None)
    holders: list[Delegate] = []
    if delegate.status.active and fresh.given and for_unit:
        fresh, holders = among_units(session, delegate.meeting_id, fresh, unit_id=delegate.unit_id, besides=delegate.id)
    elif delegate.status.active and fresh.given and holder_of(session, delegate.meeting_id, fresh, besides=delegate.id):
        raise Refused(Refusal.ALREADY_REGISTERED)
    if "phone" in new:
        delegate.phone_sealed, delegate.phone_index = seal(reach.phone) if reach.phone else None, fresh.phone_index
    if "email" in new:
        delegate.email_sealed, delegate.email_index = seal(reach.email) if reach.email else None, fresh.email_index
    return holders


def among_units(
    session: Session, meeting_id: int, reach: Contacts, *, unit_id: int, besides: int
) -> tuple[Contacts, list[Delegate]]:
    """`reach` as the liaison of a unit may give it to the delegate `besides`, and whose it is in other units.

    A liaison may know who of their own unit is registered and is refused (already_registered). What people of other
    units go by is taken without a word, else the refusal would tell that they come; it goes on finding them alone.
    """
    holders: dict[str, Delegate] = {}
    for name in sorted(reach.given):
        alone = Contacts(reach.phone if name == "phone" else None, reach.email if name == "email" else None)
        holder = holder_of(session, meeting_id, alone, besides=besides)
        if holder is not None and holder.unit_id == unit_id:
            raise Refused(Refusal.ALREADY_REGISTERED)
        if holder is not None:
            holders[name] = holder
    return replace(reach, yielded=frozenset(holders)), list({one.id: one for one in holders.values()}.values())
