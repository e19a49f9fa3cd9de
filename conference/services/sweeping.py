"""What the worker does by itself, again and again: sends what is due, throws away what has expired."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db, jobs
from conference.models import ApiToken, SignInLink
from conference.notices import channels
from conference.services import (
    bulk,
    delivery,
    devices,
    doubts,
    emptying,  # noqa: F401 — its task makes itself known
    files,
    idempotency,
    one_time_codes,
    paper_runs,
    proof,
    reply_files,
    reply_forms,  # noqa: F401 — its task makes itself known
    submissions,
)
from conference.settings import Settings

# A link that was used or has expired says so for a while, to whoever opens it again.
LINKS_KEPT = timedelta(days=30)


@jobs.every(seconds=20)
def deliver(settings: Settings, now: datetime) -> int:
    """Send the messages that are due; without `SMTP_URL` and `SMS_URL` they are left for organisers to forward."""
    return delivery.deliver(channels.of(settings), now=now)


@jobs.every(seconds=300)
def ask_after_doubtful(settings: Settings, now: datetime) -> int:
    """Ask the SMS service about messages that it may have taken when their sender died."""
    return doubts.ask_after_doubtful(channels.of(settings), now=now)


@jobs.every(seconds=600)
def sweep(settings: Settings, now: datetime) -> None:
    """Throw away what has expired: sign-in links, the tokens that browsers scan with, the devices of
    meetings that are over, kept first answers.
    """
    expired(now)
    idempotency.sweep(now)
    submissions.sweep(now)
    bulk.sweep(now)
    devices.end_over(now)
    paper_runs.sweep(now)
    files.sweep(now)
    one_time_codes.sweep(now)
    proof.sweep(now)
    reply_files.sweep(now)


def expired(now: datetime) -> None:
    """Delete dead sign-in links; tokens of browsers are revoked, since scans name them."""
    with db.transaction() as session:
        session.execute(sa.delete(SignInLink).where(SignInLink.expires_at <= now - LINKS_KEPT))
        session.execute(
            sa.update(ApiToken)
            .where(ApiToken.account_id.is_not(None), ApiToken.expires_at <= now, ApiToken.revoked_at.is_(None))
            .values(revoked_at=ApiToken.expires_at)
        )
