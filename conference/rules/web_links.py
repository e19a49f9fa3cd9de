"""Addresses of the web that people give: what is taken, and as what it is kept."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from conference.vocabulary import Fault

URL_LIMIT = 500
_HERE = {"localhost", "127.0.0.1"}
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_IN_A_TEXT = re.compile(r"https://[^\s，。；、（）<>“”]+")
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"


def kept(text: str, *, rehearsal: bool = False) -> str | Fault:
    """An address as it is kept: https, a named host or its number, nothing secret before the host; other letters are
    escaped. With `rehearsal` http is taken too where it leads to the viewer's own computer.
    """
    found = text.strip()
    if not found:
        return Fault.REQUIRED
    if len(found) > 4 * URL_LIMIT:
        return Fault.TOO_LONG
    try:
        parts = urlsplit(found)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return Fault.NOT_A_SECURE_LINK
    here = rehearsal and host in _HERE
    if rehearsal and not here and parts.scheme.lower() == "http":
        return Fault.PLAYS_ONLY_SECURE
    if parts.scheme.lower() not in ({"http", "https"} if here else {"https"}):
        return Fault.NOT_A_SECURE_LINK
    if _SPACES.search(found) or "\\" in found or port == 0 or not (here or _HOST.fullmatch(host)):
        return Fault.NOT_A_SECURE_LINK
    if "@" in parts.netloc:
        return Fault.LINK_WITH_PASSWORD
    try:
        written = quote(found, safe=_KEPT)
    except UnicodeEncodeError:
        return Fault.FORBIDDEN_CHARACTERS
    return Fault.TOO_LONG if len(written) > URL_LIMIT else written


def found_in(text: str) -> str:
    """The one https address that stands in a longer text, as invitations have it; what is an address but for its https
    is given that; else the text as it is.
    """
    found = _IN_A_TEXT.findall(text)
    if len(set(found)) == 1:
        return str(found[0])
    bare = text.strip().split("/", 1)[0].lower()
    return f"https://{text.strip()}" if not found and "/" in text and _HOST.fullmatch(bare) else text


def host(url: str) -> str:
    """Where an address leads."""
    return urlsplit(url).hostname or ""
