"""The guard of the API: who presents which token, and may it do this, in this meeting. A few addresses are for
people themselves, whose token is the last segment of their private link.

In this order: 401 without a live token; 403 where its scope does not cover the address; 404 for a meeting that is
not there; 403 for one that is, but is not the token's. So a token tied to a meeting learns which addresses of other
meetings exist; these are public, and nothing else of theirs is said. Only then is the content looked at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, g, request

from conference import clock
from conference.models import AccessLink
from conference.rules.checkin import time_of_scan
from conference.services import device_limits, links, tokens
from conference.services.delegates import Doing
from conference.services.tokens import Bearer
from conference.vocabulary import Missing, Problem, Refused, Scope
from conference.web.access import TABLE, Access
from conference.web.problems import Unwelcome

_LONGEST_TOKEN = 512


def identify() -> None:
    """Before every view of the API; a browser's cookie counts for nothing here."""
    g.now = clock.now()
    rule = TABLE.get(request.endpoint or "")
    if rule is Access.PUBLIC:
        return
    arguments = request.view_args or {}
    if rule is Access.OWN_TOKEN:
        _identify_person(arguments)
        return
    found = tokens.presented(_token(), slug=arguments.get("slug"), now=g.now)
    if found is None:
        raise Unwelcome(401, Problem.UNAUTHENTICATED)
    g.bearer = found.bearer
    if not isinstance(rule, frozenset) or found.bearer.scope not in rule:
        raise Unwelcome(403, Problem.WRONG_SCOPE)
    if "slug" in arguments:
        if found.meeting_id is None:
            raise Missing
        if found.bearer.meeting_id not in {None, found.meeting_id}:
            raise Unwelcome(403, Problem.WRONG_MEETING)
        g.meeting_id = found.meeting_id


def _identify_person(arguments: dict[str, Any]) -> None:
    found = links.presented(_token(), slug=arguments.get("slug"))
    if found is None:
        if tokens.bearer(_token(), now=g.now) is not None:
            raise Unwelcome(403, Problem.WRONG_SCOPE)
        raise Unwelcome(401, Problem.UNAUTHENTICATED)
    if found.named_id is None:
        raise Missing
    if found.named_id != found.meeting_id:
        raise Unwelcome(403, Problem.WRONG_MEETING)
    g.own_link, g.meeting_id = found.link, found.meeting_id


def own_link() -> AccessLink:
    """The private link whose token the request presents."""
    found: AccessLink = g.own_link
    return found


def bearer() -> Bearer:
    """Whom the request's token stands for."""
    found: Bearer = g.bearer
    return found


def meeting_id() -> int:
    """The meeting that the address names."""
    found: int = g.meeting_id
    return found


def now() -> datetime:
    """When the request came in."""
    found: datetime = g.now
    return found


def doing() -> Doing:
    """The token as the one who does it, now."""
    return Doing(bearer().actor, now(), current_app.config["PUBLIC_URL"])


def personal() -> bool:
    """Whether the bearer may see what identifies a person."""
    return bearer().scope is not Scope.READ


def tied() -> bool:
    """Whether the token belongs to one meeting alone."""
    return bearer().meeting_id is not None


def stand_at(checkpoint_id: int) -> None:
    """Raises Refused (not_this_checkpoint, a 403) for a token that may not scan there."""
    refusal = bearer().refusal_at(checkpoint_id)
    if refusal is not None:
        raise Refused(refusal)


def stood_at(checkpoint_id: int, scanned_at: datetime | None, sent_at: datetime | None) -> bool:
    """Whether something was scanned there by a device that has been limited to other checkpoints since: somebody went
    in by it. Raises Refused (not_this_checkpoint) where it might not scan there at the time either.
    """
    refusal, device_id = bearer().refusal_at(checkpoint_id), bearer().device_id
    if refusal is None:
        return False
    if scanned_at is None or device_id is None:
        raise Refused(refusal)
    if "limits" not in g:
        g.limits = device_limits.of([device_id])[device_id]
    if not g.limits.allowed(checkpoint_id, time_of_scan(scanned_at, sent_at, now=now())[0]):
        raise Refused(refusal)
    return True


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and len(token) <= _LONGEST_TOKEN else ""
