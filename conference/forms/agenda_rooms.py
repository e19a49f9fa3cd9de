"""The form of a room of the agenda."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from conference.forms.fields import Line, WholeNumber
from conference.services.agenda_rooms import FARTHEST, MOST_SEATS


class RoomForm(FlaskForm):
    opened = HiddenField()  # what the form was opened with
    name = Line(_l("名称"))
    location = Line(_l("在哪里"), required=False)
    seats = WholeNumber(_l("座位数"), least=1, most=MOST_SEATS)
    walk_minutes = WholeNumber(_l("从主会场走过来"), most=FARTHEST)

    @property
    def wanted(self) -> dict[str, Any]:
        """What `agenda_rooms.RoomFacts` calls it."""
        return {
            "name": self.name.data,
            "location": self.location.data,
            "seats": self.seats.data,
            "walk_minutes": self.walk_minutes.data or 0,
        }
