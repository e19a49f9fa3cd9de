"""Which terms a meeting may have."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from conference.vocabulary import Category, Fault


class TermFacts(Protocol):
    @property
    def frozen_at(self) -> datetime | None: ...
    @property
    def line_moves_until(self) -> datetime | None: ...
    @property
    def kept_until(self) -> datetime | None: ...
    @property
    def uncounted(self) -> Collection[Category]: ...


def faults_in(terms: TermFacts, *, ends_at: datetime) -> dict[str, Fault]:
    """Freeze and line stop while the meeting is still to be prepared or held; data is kept at least to its end; and
    somebody has to count.
    """
    faults = {
        name: Fault.AFTER_THE_END
        for name, moment in (("frozen_at", terms.frozen_at), ("line_moves_until", terms.line_moves_until))
        if moment is not None and moment > ends_at
    }
    if terms.kept_until is not None and terms.kept_until < ends_at:
        faults["kept_until"] = Fault.BEFORE_THE_END
    if set(terms.uncounted) == set(Category):
        faults["uncounted"] = Fault.TOO_MANY
    return faults
