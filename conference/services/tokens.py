"""Tokens of programs, and of the browsers that scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa

from conference import db
from conference.models import ApiToken, Meeting
from conference.rules import slugs
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.sealing import digest, new_token
from conference.services import accounts, activity
from conference.services.activity import Actor
from conference.services.scans import Gate
from conference.vocabulary import ActorKind, Malformed, Missing, Refusal, Refused, Right, Scope

BROWSER_TOKEN_LIVES = timedelta(hours=18)


@dataclass(frozen=True)
class Bearer:
    """Who a token stands for; a `meeting_id` of None is every meeting, `checkpoint_ids` of None every checkpoint.

    `device_id` is the paired phone that it was made for.
    """

    id: int
    name: str
    scope: Scope
    meeting_id: int | None
    checkpoint_ids: frozenset[int] | None = None
    device_id: int | None = None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.TOKEN, self.id, self.name)

    @property
    def gate(self) -> Gate:
        """Where its scans come from: the gate is the name of the token that scans."""
        return Gate(self.name, self.id)

    def refusal_at(self, checkpoint_id: int) -> Refusal | None:
        """Why it may not scan at a checkpoint."""
        if self.checkpoint_ids is None or checkpoint_id in self.checkpoint_ids:
            return None
        return Refusal.NOT_THIS_CHECKPOINT


def create(name: str, scope: Scope, *, meeting_id: int | None, actor: Actor, now: datetime) -> str:
    """A token for a program, shown once. Raises Malformed, and Refused (token_exists) while one of the name lives."""
    if fault := fault_in(name, limit=SHORT_LIMIT):
        raise Malformed({"name": fault})
    token = new_token()
    with db.transaction() as session:
        row = ApiToken(name=name.strip(), scope=scope, meeting_id=meeting_id, digest=digest(token), created_at=now)
        session.add(row)
        try:
            session.flush()
        except sa.exc.IntegrityError as error:
            if db.violated(error, "uq_api_tokens_live_name", "api_tokens.name"):
                raise Refused(Refusal.TOKEN_EXISTS) from None
            raise
        activity.record(
            session,
            actor,
            "token.made",
            "token",
            row.id,
            meeting_id=meeting_id,
            now=now,
            after={"token": row.name, "scope": scope},
        )
    return token


def create_for_browser(account_id: int, gate: str, *, meeting_id: int, now: datetime) -> str:
    """A token of scope `checkin` that a signed-in steward's browser scans with; dies with their signing out."""
    token = new_token()
    with db.transaction() as session:
        session.add(
            ApiToken(
                name=gate,
                scope=Scope.CHECKIN,
                meeting_id=meeting_id,
                account_id=account_id,
                digest=digest(token),
                created_at=now,
                expires_at=now + BROWSER_TOKEN_LIVES,
            )
        )
    return token


def revoke(name: str, *, actor: Actor, now: datetime) -> None:
    """It answers 401 from now on, in every process. Raises Missing when no token of the name lives."""
    with db.transaction() as session:
        found = session.scalars(
            db.lock(sa.select(ApiToken).where(ApiToken.name == name, ApiToken.revoked_at.is_(None)))
        ).all()
        if not found:
            raise Missing
        for token in found:
            token.revoked_at = now
            activity.record(
                session,
                actor,
                "token.revoked",
                "token",
                token.id,
                meeting_id=token.meeting_id,
                now=now,
                after={"token": token.name},
            )


_tokens = cast(sa.Table, ApiToken.__table__)
_meetings = cast(sa.Table, Meeting.__table__)
_BY_DIGEST = sa.select(
    _tokens.c.id,
    _tokens.c.name,
    _tokens.c.scope,
    _tokens.c.meeting_id,
    _tokens.c.checkpoint_ids,
    _tokens.c.device_id,
    _tokens.c.expires_at,
    sa.select(_meetings.c.id).where(_meetings.c.slug == sa.bindparam("slug")).scalar_subquery().label("named_id"),
).where(_tokens.c.digest == sa.bindparam("digest"), _tokens.c.revoked_at.is_(None))


def bearer(token: str, *, now: datetime) -> Bearer | None:
    """Whom a presented token stands for; None for an unknown, revoked or expired one. Asked at every request."""
    found = presented(token, slug=None, now=now)
    return None if found is None else found.bearer


def may(held: Bearer, right: Right, *, meeting_id: int) -> bool:
    """Whether a token stands for somebody with this right in the meeting: a program of the organisers', or the browser
    of an account that has it.
    """
    if held.scope is Scope.ORGANISE:
        return True
    found = db.session().scalars(sa.select(ApiToken.account_id).where(ApiToken.id == held.id)).first()
    account = accounts.by_id(found) if found is not None else None
    return account is not None and right in accounts.rights(account, meeting_id)


def of_one_scanner(token_id: int, other_id: int) -> bool:
    """Whether two tokens are one, or were made for the same paired device."""
    if token_id == other_id:
        return True
    device = sa.select(_tokens.c.device_id).where(_tokens.c.id == token_id).scalar_subquery()
    same = sa.select(_tokens.c.id).where(_tokens.c.id == other_id, _tokens.c.device_id == device)
    return db.session().scalar(same) is not None


@dataclass(frozen=True)
class Presented:
    """A live token, and the id of the meeting that was named beside it; None for no such meeting."""

    bearer: Bearer
    meeting_id: int | None


def presented(token: str, *, slug: str | None, now: datetime) -> Presented | None:
    """As `bearer`, with the meeting of `slug`, in one statement: a queue stands behind it."""
    named = "" if slug is None or slugs.fault_in(slug) else slug
    row = db.session().connection().execute(_BY_DIGEST, {"digest": digest(token), "slug": named}).first()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    places = None if row.checkpoint_ids is None else frozenset(row.checkpoint_ids)
    return Presented(Bearer(row.id, row.name, row.scope, row.meeting_id, places, row.device_id), row.named_id)
