"""The phone or e-mail that somebody is proving, kept in their browser between two pages; sealed, and for a while."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from flask import session

from conference.sealing import seal, unseal

_KEY = "returning"


def remember(slug: str, address: str) -> None:
    """For the meeting of that slug; another one's is forgotten."""
    session[_KEY] = base64.urlsafe_b64encode(seal(f"{slug}\n{address}")).decode()


def remembered(slug: str) -> str | None:
    """What was typed for this meeting."""
    kept = session.get(_KEY)
    if not isinstance(kept, str):
        return None
    try:
        found, _, address = unseal(base64.urlsafe_b64decode(kept)).partition("\n")
    except (InvalidTag, binascii.Error, ValueError):
        return None
    return address if found == slug else None


def forget() -> None:
    session.pop(_KEY, None)
