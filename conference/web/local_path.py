"""Where a `next` may lead: a path of ours, and nothing that a browser would read as another host."""

from __future__ import annotations

import re

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x7e\u0080-\uffff]*")


def of(text: str | None) -> str | None:
    """`text` if it is a local path, else None."""
    if not text or len(text) > 500 or "\\" in text or not _LOCAL.fullmatch(text):
        return None
    return text
