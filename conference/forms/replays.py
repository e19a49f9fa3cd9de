"""Forms of replays: a recording, and where in it each talk begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, WallClock
from conference.rules import replays as rules
from conference.rules.replays import Spot
from conference.rules.web_links import URL_LIMIT
from conference.services.replay_marking import Row
from conference.services.replays import ReplayFacts
from conference.vocabulary import Fault, Viewership
from conference.web.filters import words


class ToTheSecond(WallClock):
    """A time on the wall clock with its seconds."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%Y-%m-%dT%H:%M:%S}" if self.data else ""


class ReplayForm(FlaskForm):
    """`seen` is the stamp of what was opened."""

    seen = HiddenField()
    title = Line(_l("标题"))
    url = Line(_l("录像地址"), limit=4 * URL_LIMIT)
    session_id = choices.Select(_l("是哪一场"), choices=list, required=False)
    audience = choices.Radio(_l("谁能观看"), choices=choices.of(Viewership), default=Viewership.DELEGATES.value)
    begins_at = ToTheSecond(_l("录像从几点开始"), required=False)

    def offer(self, sessions: Iterable[tuple[int, str]]) -> None:
        """The sessions that it may be of."""
        self.session_id.choices = [("", _("整个会议")), *((str(id_), name) for id_, name in sessions)]

    def validate_url(self, field: Line) -> None:
        """Told together with what else is wrong."""
        if field.data and isinstance(found := rules.address(field.data), Fault):
            raise ValidationError(words(found))

    def facts(self, timezone: str) -> ReplayFacts:
        return ReplayFacts(
            self.title.data,
            self.url.data,
            int(self.session_id.data) if self.session_id.data else None,
            Viewership(self.audience.data),
            self.begins_at.aware(timezone),
        )


class Position(StringField):
    """Seconds from the beginning, typed as hours, minutes and seconds; None where nothing was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        found = rules.seconds(valuelist[0] if valuelist else "")
        if isinstance(found, Fault):
            self.data = None
            raise ValueError(words(found))
        self.data = found

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else rules.spoken(self.data)

    def show(self, seconds: int) -> None:
        """This instead of what was typed."""
        self.raw_data: list[str] | None = []
        self.data, self.errors = seconds, ()


class MarksForm(FlaskForm):
    """A position for each row of a replay, by `marks_form`."""

    seen = HiddenField()
    drop_gone = BooleanField(_l("去掉这些标记"))
    spots: Sequence[Spot]

    def at(self, spot: Spot) -> Position:
        field: Position = self[_named(spot)]
        return field

    @property
    def wanted(self) -> dict[Spot, int]:
        said = {spot: self.at(spot).data for spot in self.spots}
        return {spot: at for spot, at in said.items() if at is not None}

    def fill_in(self, marks: Mapping[Spot, int]) -> int:
        """Show these where they are other ones; returns how many."""
        changed = [spot for spot in self.spots if spot in marks and self.at(spot).data != marks[spot]]
        for spot in self.spots:
            if spot in marks:
                self.at(spot).show(marks[spot])
        return len(changed)


def marks_form(rows: Sequence[Row], seen: str, **options: Any) -> MarksForm:  # whatever WTForms takes
    """With what is marked, where nothing was sent."""
    made: dict[str, Any] = {_named(row.spot): Position(row.title) for row in rows}
    data = {_named(row.spot): row.seconds for row in rows} | {"seen": seen}
    form: MarksForm = type("MarksForm", (MarksForm,), made | {"spots": [row.spot for row in rows]})(
        data=data, **options
    )
    return form


def _named(spot: Spot) -> str:
    return f"mark-{spot.session_id}-{spot.talk_id or 0}"
