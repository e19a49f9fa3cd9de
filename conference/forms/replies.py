"""The form by which a reply form (回执) is sent in."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField

from conference.forms import choices
from conference.forms.files import WithFile
from conference.vocabulary import Mode


class ReplyFormForm(WithFile, FlaskForm):
    """A file; what it is, is judged by its content. `mode` is for forms that say none, `late` an organiser's right."""

    file = FileField(_l("回执文件"))
    mode = choices.Select(
        _l("表里没写参会方式的人"),
        choices=lambda: [("", _("不登记，作为问题列出")), *choices.of(Mode)()],
        required=False,
        default="",
    )
    late = BooleanField(_l("报名时间以外也登记"))

    @property
    def file_name(self) -> str:
        return str(self.file.data.filename)

    @property
    def wished_mode(self) -> Mode | None:
        return Mode(self.mode.data) if self.mode.data else None
