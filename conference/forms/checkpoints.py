"""The form of a checkpoint."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField

from conference.forms import choices
from conference.forms.fields import Line, WallClock
from conference.vocabulary import CheckpointKind


class CheckpointForm(FlaskForm):
    name = Line(_l("名称"))
    kind = choices.Radio(_l("类别"), choices=choices.of(CheckpointKind), default=CheckpointKind.VENUE.value)
    opens_at = WallClock(_l("从"), required=False)
    closes_at = WallClock(_l("到"), required=False)
    empties_at = WallClock(_l("全部离场于"), required=False)
    reentry = BooleanField(_l("可以反复进入"))

    def wanted(self, timezone: str) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "opens_at": self.opens_at.aware(timezone),
            "closes_at": self.closes_at.aware(timezone),
            "empties_at": self.empties_at.aware(timezone),
            "reentry": bool(self.reentry.data),
        }
