"""Addresses that a calendar program asks again and again, without a cookie: they name a private link and prove it.

They open the holder's own agenda and nothing else, and die with the link.
"""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from conference.models import AccessLink
from conference.services import links
from conference.vocabulary import Missing


def token(link: AccessLink) -> str:
    """What the address of this link's calendar ends with."""
    return str(_serializer().dumps(link.id))


def opened(text: str) -> AccessLink:
    """The live link that a token names. Raises Missing."""
    try:
        link_id = _serializer().loads(text)
    except BadSignature:
        raise Missing from None
    link = links.by_id(link_id)
    if link is None:
        raise Missing
    return link


def absolute(path: str) -> str:
    """A path of ours as a program that is elsewhere asks for it."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="own calendar")
