"""Where this phone stands at the door (岗位): the gate's name, the checkpoint, and the token it scans with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from flask import Response, request, session

from conference.services import tokens
from conference.services.tokens import Bearer

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
    text = request.cookies.get(COOKIE, "")
    if not text or len(text) > _LONGEST:
        return None
    try:
        kept = json.loads(unquote(text))
        return Post(str(kept["gate"]), str(kept["slug"]), int(kept["checkpoint_id"]))
    except (ValueError, TypeError, KeyError):
        return None


def remember(response: Response, post: Post) -> Response:
    text = quote(json.dumps(asdict(post), ensure_ascii=False, separators=(",", ":")))
    response.set_cookie(
        COOKIE, text, max_age=_LASTS, path="/door", samesite="Lax", httponly=True, secure=request.is_secure
    )
    return response


def token(account_id: int, gate: str, *, meeting_id: int, now: datetime) -> str:
    """The token that this browser scans with at `gate`: the one it has, while that lives, else a new one."""
    kept = session.get("scanner")
    if isinstance(kept, str):
        held = tokens.bearer(kept, now=now)
        if held is not None and (held.name, held.meeting_id) == (gate, meeting_id):
            return kept
    made = tokens.create_for_browser(account_id, gate, meeting_id=meeting_id, now=now)
    session["scanner"] = made
    return made


def bearer(account_id: int, gate: str, *, meeting_id: int, now: datetime) -> Bearer:
    """Whom a scan by the pages without a script counts for: the same token as with one."""
    held = tokens.bearer(token(account_id, gate, meeting_id=meeting_id, now=now), now=now)
    if held is None:  # revoked within this very moment
        raise RuntimeError("a token died as it was made")
    return held
