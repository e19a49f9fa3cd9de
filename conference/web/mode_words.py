"""What is said after a change of mode, at the unit's desk and on one's own page."""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext as _

from conference.vocabulary import DelegateStatus, Mode
from conference.web.filters import within


class Place(Protocol):
    """A place as it stands now."""

    @property
    def mode(self) -> Mode: ...
    @property
    def status(self) -> DelegateStatus: ...
    @property
    def waiting_for(self) -> Mode | None: ...
    @property
    def line_place(self) -> int | None: ...


def done(before: Place, now: Place) -> str:
    """What became of the wish for another mode, or of taking it back; asked twice, how the place stands."""
    waits = now.mode if now.status is DelegateStatus.WAITLISTED else now.waiting_for
    if waits is not None:
        return str(_("已排队等%(mode)s名额，排第 %(n)s 位。", mode=within(waits), n=now.line_place))
    if now.mode is before.mode and before.waiting_for is not None:
        return str(_("不再等待%(mode)s名额，仍是%(old)s参会。", mode=within(before.waiting_for), old=within(now.mode)))
    return str(_("已改为%(mode)s参会。", mode=within(now.mode)))
