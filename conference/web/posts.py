"""Where this phone stands at the door (岗位): the gate's name, the checkpoint, and the token it scans with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from flask import Response, request

from conference.services.tokens import Bearer
from conference.web import identity

COOKIE = "post"
_LASTS = 180 * 24 * 3600
_LONGEST = 1_000


@dataclass(frozen=True)
class Post:
    """The phone is lent on from hand to hand, so this is the browser's, and outlives a sign-in."""

    gate: str
    slug: str
    checkpoint_id: int


def remembered() -> Post | None:
    """Where this browser stood last; a paired phone has one gate, and stands where it may."""
    kept, phone = _kept(), identity.device()
    if phone is None:
        return kept
    if kept is not None and kept.slug == phone.slug and phone.may_scan_at(kept.checkpoint_id):
        return Post(phone.name, phone.slug, kept.checkpoint_id)
    return Post(phone.name, phone.slug, phone.checkpoint_ids[0]) if len(phone.checkpoint_ids) == 1 else None


def remember(response: Response, post: Post) -> Response:
    text = quote(json.dumps(asdict(post), ensure_ascii=False, separators=(",", ":")))
    response.set_cookie(
        COOKIE, text, max_age=_LASTS, path="/door", samesite="Lax", httponly=True, secure=request.is_secure
    )
    return response


def gate() -> str:
    """The name of the gate: the paired phone's, the one chosen, else the name of who stands there."""
    phone, kept = identity.device(), _kept()
    if phone is not None:
        return phone.name
    return kept.gate if kept else identity.signed_in().name


def token(*, meeting_id: int, now: datetime) -> str:
    """The token that this browser scans with at its gate: the one it has, while that lives, else a new one."""
    return identity.scanner(gate(), meeting_id=meeting_id, now=now)[0]


def bearer(*, meeting_id: int, now: datetime) -> Bearer:
    """Whom a scan by the pages without a script counts for: the same token as with one."""
    return identity.scanner(gate(), meeting_id=meeting_id, now=now)[1]


def _kept() -> Post | None:
    text = request.cookies.get(COOKIE, "")
    if not text or len(text) > _LONGEST:
        return None
    try:
        kept = json.loads(unquote(text))
        return Post(str(kept["gate"]), str(kept["slug"]), int(kept["checkpoint_id"]))
    except (ValueError, TypeError, KeyError):
        return None
