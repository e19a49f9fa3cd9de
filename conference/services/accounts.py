"""Accounts (账号) of those who work for the meeting: roles, one-time links, passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from conference import db
from conference.models import Account, ApiToken, Grant, SignInLink
from conference.rules import access, contact
from conference.rules.text import NAME_LIMIT, fault_in
from conference.sealing import digest, new_token
from conference.services import activity
from conference.services.activity import Actor
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, Right, Role

LINK_LIVES = timedelta(days=7)
PASSWORD_LEAST, PASSWORD_MOST = 10, 200
# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("an account that does not exist takes as long as one that does")


def create(
    email: str,
    *,
    name: str,
    role: Role,
    meeting_id: int | None,
    actor: Actor,
    now: datetime,
    password: str | None = None,
) -> tuple[Account, str | None]:
    """An account with a role; one that is there already gets the role besides those it has.

    Returns it and, without a password, the token of a one-time sign-in link; earlier unused links are dead. An account
    that becomes an administrator starts afresh: whoever chose its password until now, or is signed in with it, had
    less to answer for. Raises Malformed.
    """
    address = _address(email)
    if fault := fault_in(name, limit=NAME_LIMIT):
        raise Malformed({"name": fault})
    if (role is Role.ADMINISTRATOR) != (meeting_id is None):
        raise Malformed({"meeting": Fault.REQUIRED if meeting_id is None else Fault.EXCLUDES_EACH_OTHER})
    if password is not None:
        _check_password(password)
    with db.transaction() as session:
        account = session.scalars(db.lock(sa.select(Account).where(Account.email == address))).first()
        if account is None:
            account = Account(email=address, name=name.strip(), created_at=now)
            session.add(account)
            session.flush()
        _spend_links(session, account.id, now)
        if not any(grant.role is role and grant.meeting_id == meeting_id for grant in account.grants):
            if role is Role.ADMINISTRATOR and account.grants:
                account.password_hash = None
                account.epoch += 1
                _revoke_browser_tokens(session, account.id, now)
            account.grants.append(Grant(meeting_id=meeting_id, role=role, created_at=now))
            _record(session, actor, "account.granted", account, meeting_id, now, after={"role": role})
        if password is not None:
            account.password_hash = _hasher.hash(password)
            return account, None
        return account, _link(session, account, now)


def revoke_role(account_id: int, role: Role, meeting_id: int | None, *, actor: Actor, now: datetime) -> None:
    """Take a role away; sessions of the account are asked anew at once. Raises Refused (last_administrator)."""
    with db.transaction() as session:
        account = _held(session, account_id)
        left = [g for g in account.grants if not (g.role is role and g.meeting_id == meeting_id)]
        if len(left) == len(account.grants):
            raise Missing
        if role is Role.ADMINISTRATOR:
            # All of them are held, so that two administrators cannot take each other away at one instant.
            administrators = session.scalars(
                db.lock(sa.select(Grant).where(Grant.role == Role.ADMINISTRATOR).order_by(Grant.id))
            ).all()
            if all(grant.account_id == account_id for grant in administrators):
                raise Refused(Refusal.LAST_ADMINISTRATOR)
        account.grants = left
        _revoke_browser_tokens(session, account_id, now)
        _record(session, actor, "account.role_taken", account, meeting_id, now, before={"role": role})


def new_link(account_id: int, *, actor: Actor, meeting_id: int | None, now: datetime) -> str:
    """The token of a one-time sign-in link; earlier unused ones are dead."""
    with db.transaction() as session:
        account = _held(session, account_id)
        _spend_links(session, account_id, now)
        _record(session, actor, "account.link_made", account, meeting_id, now)
        return _link(session, account, now)


def redeem(token: str, *, now: datetime) -> Account:
    """Sign in by a one-time link. Raises Refused (link_spent) for a used, expired or unknown one."""
    with db.transaction() as session:
        link = session.scalars(db.lock(sa.select(SignInLink).where(SignInLink.digest == digest(token)))).first()
        if link is None or link.used_at is not None or link.expires_at <= now:
            raise Refused(Refusal.LINK_SPENT)
        link.used_at = now
        account = session.get_one(Account, link.account_id)
        if account.disabled_at is not None:
            raise Refused(Refusal.LINK_SPENT)
        return account


def check(email: str, password: str) -> Account:
    """Sign in by password. Raises Refused (sign_in_failed), the same whether the account is there or not."""
    address = contact.email(email)
    account = (
        db.session().scalars(sa.select(Account).where(Account.email == contact.email_key(address))).first()
        if address
        else None
    )
    known = account.password_hash if account and account.disabled_at is None else None
    try:
        _hasher.verify(known or _NOBODY, password[:PASSWORD_MOST])
    except VerifyMismatchError:
        raise Refused(Refusal.SIGN_IN_FAILED) from None
    if account is None or known is None:
        raise Refused(Refusal.SIGN_IN_FAILED)
    return account


def set_password(account_id: int, password: str, *, actor: Actor, now: datetime) -> Account:
    """A new password; every other session of the account is signed out. Raises Malformed (password_too_short)."""
    _check_password(password)
    with db.transaction() as session:
        account = _held(session, account_id)
        account.password_hash = _hasher.hash(password)
        account.epoch += 1
        _record(session, actor, "account.password_set", account, None, now)
        return account


def sign_out(account_id: int, *, now: datetime) -> None:
    """The tokens that the account's browsers scan with are dead."""
    with db.transaction() as session:
        _revoke_browser_tokens(session, account_id, now)


def link_address(public_url: str, token: str) -> str:
    """The address of a one-time sign-in link."""
    return f"{public_url}/sign-in/{token}"


def administrators() -> Sequence[Account]:
    """Those who may do everything, the oldest first."""
    return (
        db.session()
        .scalars(
            sa.select(Account)
            .where(Account.id.in_(sa.select(Grant.account_id).where(Grant.role == Role.ADMINISTRATOR)))
            .where(Account.disabled_at.is_(None))
            .order_by(Account.id)
        )
        .all()
    )


def by_id(account_id: int) -> Account | None:
    return db.session().get(Account, account_id)


def rights(account: Account, meeting_id: int | None) -> frozenset[Right]:
    """What an account may do in a meeting; with None, what it may do everywhere."""
    return access.rights_of(g.role for g in account.grants if g.meeting_id is None or g.meeting_id == meeting_id)


def roles(account: Account, meeting_id: int) -> frozenset[Role]:
    """What an account is in a meeting; an administrator is one everywhere."""
    return frozenset(g.role for g in account.grants if g.meeting_id is None or g.meeting_id == meeting_id)


def works_at_the_door_only(account: Account) -> bool:
    """Whether checking people in is all that the account may do, in every meeting it works for."""
    return {right for grant in account.grants for right in access.RIGHTS[grant.role]} == {Right.CHECK_IN}


def meeting_ids(account: Account) -> Sequence[int] | None:
    """The meetings an account works for; None for all."""
    if any(grant.role is Role.ADMINISTRATOR for grant in account.grants):
        return None
    return sorted({grant.meeting_id for grant in account.grants if grant.meeting_id is not None})


@dataclass(frozen=True)
class Member:
    account: Account
    roles: list[Role]


def members(meeting_id: int) -> list[Member]:
    """Who works for a meeting, administrators left out."""
    found = db.session().scalars(
        sa.select(Account)
        .where(Account.id.in_(sa.select(Grant.account_id).where(Grant.meeting_id == meeting_id)))
        .order_by(Account.name, Account.id)
    )
    return [Member(account, sorted(g.role for g in account.grants if g.meeting_id == meeting_id)) for account in found]


def _address(email: str) -> str:
    found = contact.email(email)
    if found is None or len(found) > 200:
        raise Malformed({"email": Fault.NOT_AN_EMAIL})
    return contact.email_key(found)


def _check_password(password: str) -> None:
    if len(password) < PASSWORD_LEAST:
        raise Malformed({"password": Fault.PASSWORD_TOO_SHORT})
    if len(password) > PASSWORD_MOST:
        raise Malformed({"password": Fault.TOO_LONG})


def _held(session: Session, account_id: int) -> Account:
    account = session.scalars(db.lock(sa.select(Account).where(Account.id == account_id))).first()
    if account is None:
        raise Missing
    return account


def _link(session: Session, account: Account, now: datetime) -> str:
    token = new_token()
    session.add(SignInLink(account_id=account.id, digest=digest(token), created_at=now, expires_at=now + LINK_LIVES))
    return token


def _spend_links(session: Session, account_id: int, now: datetime) -> None:
    session.execute(
        sa.update(SignInLink)
        .where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
        .values(used_at=now)
    )


def _revoke_browser_tokens(session: Session, account_id: int, now: datetime) -> None:
    session.execute(
        sa.update(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _record(
    session: Session,
    actor: Actor,
    verb: str,
    account: Account,
    meeting_id: int | None,
    now: datetime,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    activity.record(
        session,
        actor,
        verb,
        "account",
        account.id,
        meeting_id=meeting_id,
        now=now,
        before={"account": account.email} | (before or {}) if before else None,
        after={"account": account.email} | (after or {}),
    )
