"""Materials (资料): who sees one and when, names that any disk takes."""

from __future__ import annotations

import re

from conference.vocabulary import Fault, FileKind, MaterialAudience, MaterialKind, MaterialMoment

LARGEST = 100 * 1024 * 1024
MOST = 20  # of one talk, or of a session without its talks
TAKEN = {
    MaterialKind.SLIDES: (FileKind.POWERPOINT, FileKind.PDF),
    MaterialKind.TEXT: (FileKind.PDF, FileKind.WORD),
    MaterialKind.VIDEO: (),
}
OF_KIND = {
    FileKind.POWERPOINT: MaterialKind.SLIDES,
    FileKind.PDF: MaterialKind.SLIDES,
    FileKind.WORD: MaterialKind.TEXT,
}
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')


def visible(audience: MaterialAudience, shown: MaterialMoment, *, delegate: bool, over: bool) -> bool:
    """Whether somebody outside the desk sees it: `delegate` with a confirmed place, `over` the session has ended."""
    if audience is MaterialAudience.ORGANISERS or (audience is MaterialAudience.DELEGATES and not delegate):
        return False
    return shown is MaterialMoment.BEFORE or over


def kind_of(wished: MaterialKind | None, file: FileKind) -> MaterialKind | Fault:
    """What a file is here: what was wished where it is that, else by what the file is."""
    kind = wished or OF_KIND.get(file)
    if kind is None:
        return Fault.NOT_SLIDES
    if file in TAKEN[kind]:
        return kind
    return wrong_kind(kind)


def wrong_kind(kind: MaterialKind | None) -> Fault:
    """What is said of a file that is none of the kind."""
    if kind is MaterialKind.VIDEO:
        return Fault.VIDEO_IS_A_LINK
    return Fault.NOT_A_WRITTEN_TEXT if kind is MaterialKind.TEXT else Fault.NOT_SLIDES


def disk_name(text: str, *, limit: int) -> str:
    """A part of a path that Windows takes too; a number is put before it, so that none is a reserved word."""
    plain = " ".join(_FORBIDDEN.sub(" ", text.replace("\ufffd", "")).split())
    return plain[:limit].strip(" .")


def numbered(number: int, text: str, *, limit: int = 40) -> str:
    """`01 经验交流`: sorted by name they stand in their order."""
    return f"{number:02d} {disk_name(text, limit=limit)}".strip()
