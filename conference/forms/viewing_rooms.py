"""The forms of viewing rooms (集体收看点): what a unit declares, what an organiser makes of it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, ValidationError

from conference.forms.fields import Line, Lines, PersonName, WholeNumber
from conference.rules.names import several
from conference.rules.text import NAME_LIMIT, fault_in
from conference.services.viewing_photos import LARGEST
from conference.services.viewing_rooms import MOST, RoomFacts
from conference.vocabulary import Fault
from conference.web.filters import words

MOST_NAMES = 2_000
REASON_LIMIT = 200


class RoomForm(FlaskForm):
    """A head-count, or the names, or both."""

    place = Line(_l("收看地点"))
    host = PersonName(_l("现场负责人"))
    headcount = WholeNumber(_l("收看人数"), least=1, most=MOST)
    names = Lines(_l("名单"), limit=MOST_NAMES * (NAME_LIMIT + 1))
    photo = FileField(_l("照片"))
    drop_photo = BooleanField(_l("不用照片"))

    def validate_headcount(self, field: WholeNumber) -> None:
        if field.data is None and not field.errors and not self.named:
            raise ValidationError(words(Fault.REQUIRED))
        if field.data is not None and field.data < len(self.named):
            raise ValidationError(_("少于名单人数：名单上有 %(n)s 人", n=len(self.named)))

    def validate_names(self, field: Lines) -> None:
        if len(self.named) > MOST_NAMES:
            raise ValidationError(words(Fault.OUT_OF_RANGE))
        for name in self.named:
            if fault := fault_in(name, limit=NAME_LIMIT, required=True, lines=False):
                raise ValidationError(words(fault))

    @property
    def named(self) -> tuple[str, ...]:
        """One a line, or as people paste them."""
        return tuple(several(self.names.data or ""))

    @property
    def picture(self) -> bytes:
        """As it came; of one that is too large enough to see that."""
        content: bytes = self.photo.data.read(LARGEST + 1) if self.photo.data else b""
        return content

    def facts(self, unit_id: int) -> RoomFacts:
        """As many as are named, where no number was typed."""
        count = self.headcount.data if self.headcount.data is not None else len(self.named)
        return RoomFacts(unit_id, self.place.data or "", self.host.data or "", count, self.named)


class DeclineForm(FlaskForm):
    seen = HiddenField()  # the stamp of what was looked at
    reason = Line(_l("原因"), limit=REASON_LIMIT)


class HeadcountForm(FlaskForm):
    seen = HiddenField()
    headcount = WholeNumber(_l("收看人数"), least=1, most=MOST)
    reason = Line(_l("原因"), limit=REASON_LIMIT)

    def validate_headcount(self, field: WholeNumber) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(words(Fault.REQUIRED))
