"""The form of a scanning device."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField

from conference.forms.fields import Line
from conference.services.devices import GATE_LIMIT, GateFacts

LONGEST_ID = 18


class DeviceForm(FlaskForm):
    name = Line(_l("门或通道的名称"), limit=GATE_LIMIT)
    checkpoint_ids = SelectMultipleField(_l("可以扫码的签到点"), validate_choice=False)

    def offer(self, places: Iterable[tuple[int, str]]) -> None:
        """The checkpoints that can be chosen."""
        self.checkpoint_ids.choices = [(str(id_), name) for id_, name in places]

    @property
    def wanted(self) -> GateFacts:
        """What was chosen; what is no number is nobody's checkpoint, and the verb says so."""
        chosen = [text for text in self.checkpoint_ids.data or [] if text.isascii() and text.isdigit()]
        ids = [int(text) for text in chosen if len(text) <= LONGEST_ID]
        lost = len(ids) != len(self.checkpoint_ids.data or [])
        return GateFacts(self.name.data or "", [*ids, *([0] if lost else [])])
