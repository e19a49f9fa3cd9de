"""What the worker does by itself, again and again: sends what is due, throws away what has expired."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db, jobs
from conference.models import ApiToken, SignInLink
from conference.notices import mail
from conference.services import delivery, idempotency
from conference.settings import Settings

# A link that was used or has expired says so for a while, to whoever opens it again.
LINKS_KEPT = timedelta(days=30)


@jobs.every(seconds=20)
def deliver(settings: Settings, now: datetime) -> int:
    """Send the messages that are due; without `SMTP_URL` they stay in the outbox, for organisers to forward."""
    if settings.smtp_url is None:
        return 0
    return delivery.deliver(
        settings.smtp_url, sender=mail.sender(settings.smtp_url), public_url=settings.public_url, now=now
    )


@jobs.every(seconds=600)
def sweep(settings: Settings, now: datetime) -> None:
    """Throw away what has expired: sign-in links, the tokens that browsers scan with, kept first answers."""
    expired(now)
    idempotency.sweep(now)


def expired(now: datetime) -> None:
    """Delete dead sign-in links; tokens of browsers are revoked, since scans name them."""
    with db.transaction() as session:
        session.execute(sa.delete(SignInLink).where(SignInLink.expires_at <= now - LINKS_KEPT))
        session.execute(
            sa.update(ApiToken)
            .where(ApiToken.account_id.is_not(None), ApiToken.expires_at <= now, ApiToken.revoked_at.is_(None))
            .values(revoked_at=ApiToken.expires_at)
        )
