"""What the hall's computer is given: every material in the order of the agenda, as one folder.

    01 经验交流/02 玉泉区民政局 一站式服务/01 汇报.pptx
    目录.txt

The names are safe for Windows and sort in their order. Nothing here asks the database once the zip has begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from flask_babel import gettext as _

from conference import clock
from conference.documents import streamed_zip
from conference.documents.streamed_zip import Entry
from conference.models import Meeting
from conference.rules.materials import numbered
from conference.services import large_files, material_lists
from conference.services.large_files import Kept
from conference.services.material_lists import Desk, OfSession, Shown
from conference.vocabulary import Missing
from conference.web.filters import clock_time, moment, short_day, words

BREAK = "\r\n"  # Windows' own editor


def pieces(meeting: Meeting, desk: Desk, *, now: datetime) -> Iterator[bytes]:
    """The zip, piece by piece."""
    files = large_files.kept([one.version.file_id for one in desk.materials if one.version.file_id is not None])
    left_out: list[str] = []
    entries = [
        entry for one in desk.sessions for folder, found in _folders(one) for entry in _entries(folder, found, files)
    ]
    listed = _list(meeting, desk, now)
    lost = str(_("没有放进来（文件读不出）："))

    def contents() -> Iterator[bytes]:
        lines = [listed, *((lost, *left_out) if left_out else ())]
        yield ("\ufeff" + BREAK.join(lines) + BREAK).encode()

    entries.append(Entry(f"{_('目录')}.txt", contents()))
    made_at = clock.local(now, meeting.timezone)
    return streamed_zip.pieces(entries, made_at=made_at, unread=(Missing, InvalidTag), left_out=left_out)


def _folders(of: OfSession) -> Iterator[tuple[str, Sequence[Shown]]]:
    folder = numbered(of.number, of.session.title)
    yield folder, of.materials
    for talk in of.talks:
        yield f"{folder}/{numbered(talk.number, talk.name or words(talk.talk.kind), limit=60)}", talk.materials


def _entries(folder: str, found: Sequence[Shown], files: dict[int, Kept]) -> Iterator[Entry]:
    for at, one in enumerate(found, 1):
        name = f"{folder}/{_name(at, one)}"
        if one.version.file_id is None:
            yield Entry(name, iter([f"[InternetShortcut]{BREAK}URL={one.version.url}{BREAK}".encode()]))
        elif one.version.file_id in files:
            yield Entry(name, files[one.version.file_id].pieces())


def _name(at: int, one: Shown) -> str:
    suffix = ".url" if one.version.file_id is None else material_lists.suffix(one.version)
    return f"{numbered(at, one.title, limit=50)}{suffix}"


def _list(meeting: Meeting, desk: Desk, now: datetime) -> str:
    lines = [meeting.title, str(_("生成于 %(when)s", when=moment(now, meeting.timezone))), ""]
    for one in desk.sessions:
        session = one.session
        when = ""
        if session.starts_at and session.ends_at:
            day = short_day(session.starts_at, meeting.timezone)
            begins, ends = (clock_time(at, meeting.timezone) for at in (session.starts_at, session.ends_at))
            when = f"（{day} {begins}–{ends}）"
        if not one.materials and not one.talks:
            continue
        lines.append(f"{numbered(one.number, session.title)}{when}")
        lines += _said(one.materials, "    ")
        for talk in one.talks:
            lines.append(f"    {numbered(talk.number, talk.name or words(talk.talk.kind), limit=60)}")
            lines += _said(talk.materials, "        ")
            if talk.lacks_slides:
                lines.append(f"        {_('（还没有演示文稿）')}")
    return BREAK.join(lines)


def _of_which(one: Shown) -> str:
    """The stage has the newest version: where nobody has looked at it yet, or it is not the first, that is said."""
    if one.waits:
        return str(_("（第 %(n)s 版，新交的，会务组还没有看过）", n=one.version.number))
    return str(_("（第 %(n)s 版）", n=one.version.number)) if one.version.number > 1 else ""


def _said(found: Sequence[Shown], indent: str) -> list[str]:
    said = []
    for at, one in enumerate(found, 1):
        said.append(f"{indent}{_name(at, one)}{_of_which(one)}")
        if one.version.url:
            said.append(f"{indent}    {one.version.url}")
    return said
