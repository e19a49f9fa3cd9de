"""The workbook of a meeting's polls: what was asked and what it came to, in counts alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from conference import clock
from conference.documents import tables
from conference.documents.tables import Cell, Column, Table
from conference.services import poll_desk
from conference.services.poll_desk import Listed
from conference.vocabulary import Mode
from conference.web.filters import words

_MODES = (Mode.IN_PERSON, Mode.ONLINE)


def workbook(meeting: Any) -> bytes:  # as the guard found it
    """Drafts are left out: nobody was asked yet."""
    found = [one for one in poll_desk.listed(meeting.id) if not one.is_draft]
    return tables.workbook_of(
        meeting.title,
        [
            Table(
                _("投票"),
                [
                    Column(_("题目"), 50),
                    Column(_("方式"), 10),
                    Column(_("场次"), 30),
                    Column(_("状态"), 10),
                    Column(_("开始"), 18),
                    Column(_("结束"), 18),
                    Column(_("参加人数"), 10),
                    Column(_("其中%(mode)s", mode=words(Mode.IN_PERSON)), 10),
                    Column(_("其中%(mode)s", mode=words(Mode.ONLINE)), 10),
                    Column(_("平均分"), 10),
                ],
                _polls(found, meeting.timezone),
            ),
            Table(
                _("各项结果"),
                [
                    Column(_("题目"), 50),
                    Column(_("选项"), 40),
                    Column(_("人数"), 10),
                    Column(_("比例（%）"), 10),
                    Column(_("其中%(mode)s", mode=words(Mode.IN_PERSON)), 10),
                    Column(_("其中%(mode)s", mode=words(Mode.ONLINE)), 10),
                ],
                _options(found),
            ),
        ],
    )


def _polls(found: Sequence[Listed], timezone: str) -> Iterator[Sequence[Cell]]:
    by_mode = poll_desk.split([one.poll for one in found])
    for one in found:
        poll, modes = one.poll, by_mode[one.poll.id]
        times = [
            clock.local(moment, timezone).replace(tzinfo=None) if moment else None
            for moment in (poll.opened_at, poll.closed_at)
        ]
        yield (
            poll.title,
            words(poll.kind),
            one.session,
            words(poll.state),
            *times,
            one.result.people,
            modes[Mode.IN_PERSON].people,
            modes[Mode.ONLINE].people,
            "" if one.result.mean is None else f"{one.result.mean:.2f}",
        )


def _options(found: Sequence[Listed]) -> Iterator[Sequence[Cell]]:
    """What each mode chose stands there where it tells nobody's choice, as on the poll's page."""
    by_mode = poll_desk.split([one.poll for one in found])
    for one in found:
        modes = by_mode[one.poll.id]
        told = poll_desk.may_split(modes)
        rows = zip(one.asked.labels, one.result.counts, one.result.shares, strict=True)
        for option, (label, n, share) in enumerate(rows):
            yield one.poll.title, label, n, share, *(modes[mode].counts[option] if told else "" for mode in _MODES)
