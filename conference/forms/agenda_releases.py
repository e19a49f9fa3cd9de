"""The form by which a draft of the agenda is released: a note, a reason for each conflict, whether people are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from conference.forms.fields import Line, Lines
from conference.rules.agenda_conflicts import Conflict
from conference.services.agenda_releases import NOTE_LIMIT


class ReleaseForm(FlaskForm):
    """`version` is the draft's that was shown, `number` what its release was to be."""

    keys: tuple[str, ...] = ()
    version = HiddenField()
    number = HiddenField()
    note = Lines(_l("说明"), limit=NOTE_LIMIT)
    tell = BooleanField(_l("通知变动涉及的人"))

    @property
    def seen(self) -> int:
        """-1 where it was no number."""
        return _number(self.version.data)

    @property
    def expected(self) -> int:
        """The same of the release."""
        return _number(self.number.data)

    @property
    def reasons(self) -> dict[str, str]:
        """By the key of each conflict that was shown."""
        return {key: self[key].data for key in self.keys}

    def show(self, *, version: int, number: int) -> None:
        """What the next one who sends it has seen."""
        self.version.data, self.number.data = str(version), str(number)


def under(conflicts: Iterable[Conflict]) -> type[ReleaseForm]:
    """With a field for the reason why each conflict stands, by its key."""
    keys = tuple(one.key for one in conflicts)
    more: dict[str, Any] = {key: Line(_("为什么可以这样发布")) for key in keys}
    return type("ReleaseForm", (ReleaseForm,), {"keys": keys} | more)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
