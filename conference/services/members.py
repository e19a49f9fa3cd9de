"""Who works for one meeting, as its organisers manage them.

An organiser may open the door for a helper, never step into another office through them: the one-time link of an
account is handed only to somebody who may do all that the account may do.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Account, Grant, SignInLink
from conference.rules import access
from conference.services import accounts
from conference.services.activity import Actor
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, Right, Role

ROLES = tuple(role for role in Role if role is not Role.ADMINISTRATOR)


def invite(
    email: str, *, name: str, role: Role, meeting_id: int, asker: Account, actor: Actor, now: datetime
) -> tuple[Account, str | None]:
    """Give an account (a new one where there is none) a role in the meeting.

    Returns it with the token of a one-time sign-in link; None where the asker may not have one, because the account
    has other duties too. Its unused links are dead then. Raises Malformed.
    """
    if role not in ROLES:
        raise Malformed({"role": Fault.UNKNOWN_CHOICE})
    with db.transaction() as session:
        account, token = accounts.create(email, name=name, role=role, meeting_id=meeting_id, actor=actor, now=now)
        if not may_have_link(asker, account, meeting_id):
            session.execute(
                sa.update(SignInLink)
                .where(SignInLink.account_id == account.id, SignInLink.used_at.is_(None))
                .values(used_at=now)
            )
            token = None
        return account, token


def new_link(account_id: int, *, meeting_id: int, asker: Account, actor: Actor, now: datetime) -> str:
    """The token of a one-time link for a member. Raises Missing, Refused (works_elsewhere)."""
    with db.transaction():
        account = one(account_id, meeting_id)
        if not may_have_link(asker, account, meeting_id):
            raise Refused(Refusal.WORKS_ELSEWHERE)
        return accounts.new_link(account.id, actor=actor, meeting_id=meeting_id, now=now)


def one(account_id: int, meeting_id: int) -> Account:
    """An account with a role in the meeting. Raises Missing."""
    found = (
        db.session()
        .scalars(
            sa.select(Account)
            .join(Grant)
            .where(Account.id == account_id, Grant.meeting_id == meeting_id)
            .execution_options(populate_existing=True)
        )
        .first()
    )
    if found is None:
        raise Missing
    return found


def may_have_link(asker: Account, account: Account, meeting_id: int) -> bool:
    """The page asks it for the button, the verbs ask it again."""
    if any(grant.role is Role.ADMINISTRATOR for grant in asker.grants):
        return True
    runs = Right.RUN_MEETING in access.rights_of(g.role for g in asker.grants if g.meeting_id == meeting_id)
    return runs and all(grant.meeting_id == meeting_id for grant in account.grants)
