"""Forms of materials: a file or the address of a video, what it is called, who sees it and from when."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, Form, HiddenField

from conference.forms import choices
from conference.forms.fields import Line
from conference.rules.web_links import URL_LIMIT
from conference.services.materials import Came, MaterialFacts
from conference.vocabulary import MaterialAudience, MaterialKind, MaterialMoment

SLIDES = ".pptx,.pdf"
ALL = ".pptx,.pdf,.docx"


class WithCame(Form):
    """What came: a file, or an address. What it is, is judged by its content."""

    file = FileField(_l("文件"))

    @property
    def came(self) -> Came:
        """The file stays where it is: it may be large."""
        chosen = self.file.data if self.file.data and getattr(self.file.data, "filename", "") else None
        url = self["url"].data if "url" in self else ""  # a speaker brings slides alone
        return Came(chosen.stream if chosen else None, str(chosen.filename) if chosen else "", url or "")


class NewForm(WithCame, FlaskForm):
    """A new material."""

    kind = choices.Select(
        _l("类型"),
        choices=lambda: [("", _("按文件判断")), *choices.of(MaterialKind)()],
        required=False,
        default="",
    )
    title = Line(_l("名称"), required=False)
    url = Line(_l("视频网址"), limit=4 * URL_LIMIT, required=False)
    audience = choices.Select(
        _l("谁能看"), choices=choices.of(MaterialAudience), default=MaterialAudience.ORGANISERS.value
    )
    shown = choices.Select(_l("什么时候能看"), choices=choices.of(MaterialMoment), default=MaterialMoment.BEFORE.value)

    @property
    def facts(self) -> MaterialFacts:
        return MaterialFacts(
            MaterialKind(self.kind.data) if self.kind.data else None,
            self.title.data or "",
            MaterialAudience(self.audience.data),
            MaterialMoment(self.shown.data),
        )


class EditForm(FlaskForm):
    """What a material is called, who sees it and from when; `seen` is the stamp of what that was decided on, `approve`
    that the last version was looked at.
    """

    seen = HiddenField()
    title = Line(_l("名称"))
    audience = choices.Select(_l("谁能看"), choices=choices.of(MaterialAudience))
    shown = choices.Select(_l("什么时候能看"), choices=choices.of(MaterialMoment))
    approve = BooleanField(_l("新版看过了，换上"))

    @property
    def facts(self) -> MaterialFacts:
        return MaterialFacts(
            None, self.title.data, MaterialAudience(self.audience.data), MaterialMoment(self.shown.data)
        )


class VersionForm(WithCame, FlaskForm):
    """Another version; `instead` deletes those that were there when the page was opened."""

    url = Line(_l("视频网址"), limit=4 * URL_LIMIT, required=False)
    instead = BooleanField(_l("旧版本不保留"))
    seen = HiddenField()

    @property
    def seen_version(self) -> int:
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class BringForm(WithCame, FlaskForm):
    """Slides that a speaker brings."""

    file = FileField(_l("演示文稿"))
