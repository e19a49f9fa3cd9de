"""The forms of outside rooms' attendance reports: the file, and whose a doubtful line is."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField

from conference.forms import choices
from conference.forms.fields import Line
from conference.forms.files import WithFile
from conference.services.platform_review import Group, Person
from conference.vocabulary import FileFault, PlatformMatch
from conference.web.filters import words

BY_NUMBER, LEFT_OUT = "number", "nobody"


class PlatformReportForm(WithFile, FlaskForm):
    """A report as it was exported; what it is, is judged by its content."""

    file = FileField(_l("参会记录文件"))

    @property
    def file_name(self) -> str:
        return str(self.file.data.filename)

    def refuse(self, fault: FileFault) -> None:
        """Say why the file cannot be read."""
        said = _("文件太大（上限 5 MB）") if fault is FileFault.TOO_LARGE else words(fault)
        self.file.errors = [*self.file.errors, said]


class SettleForm(FlaskForm):
    """`who` is the id of a delegate, or one of the two words above; `seen` what was shown when that was decided."""

    who = choices.Radio(_l("是谁"), choices=list)
    number = Line(_l("编号"), required=False)
    seen = HiddenField()

    @classmethod
    def about(cls, group: Group, people: Sequence[Person]) -> SettleForm:
        """As the lines stand; who may be chosen is `people`."""
        stands = {PlatformMatch.IGNORED: LEFT_OUT}.get(group.match) or (
            str(group.delegate.id) if group.delegate else None
        )
        form = cls(who=stands, seen=group.seen)
        form.who.choices = [
            *((str(one.id), f"{one.number} {one.name}") for one in people),
            (BY_NUMBER, _("是别的代表，按编号")),
            (LEFT_OUT, _("都不是，不计入")),
        ]
        return form
