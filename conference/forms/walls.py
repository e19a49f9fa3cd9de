"""The form of a wall."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField

from conference.forms import choices
from conference.forms.fields import Line
from conference.services.walls import WallFacts
from conference.vocabulary import WallKind


class WallForm(FlaskForm):
    name = Line(_l("名称"), limit=50)
    kind = choices.Radio(_l("显示什么"), choices=choices.of(WallKind), default=WallKind.WELCOME.value)
    checkpoint_id = choices.Select(_l("签到点"), choices=list, required=False)
    surname_only = BooleanField(_l("只显示姓"))

    def offer(self, points: Iterable[tuple[int, str]]) -> None:
        """The checkpoints to choose from."""
        self.checkpoint_id.choices = [("", "—"), *((str(id_), name) for id_, name in points)]

    @property
    def wanted(self) -> WallFacts:
        chosen = self.checkpoint_id.data
        return WallFacts(
            name=self.name.data,
            kind=WallKind(self.kind.data),
            checkpoint_id=int(chosen) if chosen else None,
            surname_only=bool(self.surname_only.data),
        )
