"""Forms of the broadcast: who may watch, the outside room, the lines of a stream, captions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, SelectMultipleField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, WholeNumber
from conference.rules import broadcasts, web_links
from conference.rules import captions as rules
from conference.rules.broadcasts import LINE_LIMIT, MOST_CHECKS, MOST_STREAMS
from conference.rules.captions import Wrong
from conference.services.broadcasts import NUMBER_LIMIT, BroadcastFacts, OutsideRoom, Stream
from conference.vocabulary import Fault, Viewership
from conference.web.filters import words

WATCHING = ("audience", "questions_open", "checks", "threshold_percent", "threshold_session_ids")


class WatchingForm(FlaskForm):
    """Who may watch, whether questions are taken, and how attendance online is counted."""

    seen = HiddenField()
    audience = choices.Radio(_l("谁能观看"), choices=choices.of(Viewership))
    questions_open = BooleanField(_l("现在收提问"))
    checks = choices.Select(
        _l("“还在收看吗”问几次"),
        choices=lambda: [
            (str(n), ngettext("问 %(num)s 次", "问 %(num)s 次", n) if n else _("不问")) for n in range(MOST_CHECKS + 1)
        ],
    )
    threshold_percent = WholeNumber(_l("看满多少算出席"), least=1, most=100)
    threshold_session_ids = SelectMultipleField(_l("看哪些场次算"), validate_choice=False)

    @classmethod
    def of(cls, facts: BroadcastFacts, **options: Any) -> Self:  # whatever WTForms takes
        """With what holds now, where nothing was sent."""
        data = {name: getattr(facts, name) for name in WATCHING} | {
            "audience": facts.audience.value,
            "checks": str(facts.checks),
            "threshold_session_ids": [str(one) for one in facts.threshold_session_ids],
            "seen": facts.stamp(*WATCHING),
        }
        return cls(data=data, **options)

    def offer(self, sessions: Iterable[tuple[int, str]]) -> None:
        """The sessions that may count."""
        self.threshold_session_ids.choices = [(str(id_), name) for id_, name in sessions]

    def validate_threshold_percent(self, field: WholeNumber) -> None:
        if field.data is None:
            raise ValidationError(words(Fault.REQUIRED))

    def validate_threshold_session_ids(self, field: SelectMultipleField) -> None:
        if not {value for value, *_ in field.choices}.issuperset(field.data or []):
            raise ValidationError(words(Fault.UNKNOWN_CHOICE))

    @property
    def wanted(self) -> dict[str, Any]:
        """As `BroadcastFacts` calls it."""
        return {
            "audience": Viewership(self.audience.data),
            "questions_open": bool(self.questions_open.data),
            "checks": int(self.checks.data),
            "threshold_percent": self.threshold_percent.data,
            "threshold_session_ids": tuple(int(one) for one in self.threshold_session_ids.data or []),
        }


class RoomForm(FlaskForm):
    """The outside room."""

    seen = HiddenField()
    room_name = Line(_l("会议室名称"))
    url = Line(_l("入会链接"), limit=4 * web_links.URL_LIMIT, required=False)
    number = Line(_l("会议号"), limit=NUMBER_LIMIT, required=False)
    password = Line(_l("入会密码"), limit=NUMBER_LIMIT, required=False)

    @classmethod
    def of(cls, facts: BroadcastFacts, **options: Any) -> Self:  # whatever WTForms takes
        room = facts.room or OutsideRoom(_("腾讯会议"))
        data = {"url": room.url, "number": room.number, "password": room.password, "seen": facts.stamp("room")}
        return cls(data={"room_name": room.name} | data, **options)

    def validate_url(self, field: Line) -> None:
        """Told together with what else is wrong. Of an invitation that was pasted whole the address is taken."""
        field.data = web_links.found_in(field.data or "")
        if field.data and isinstance(found := web_links.kept(field.data), Fault):
            raise ValidationError(words(found))

    @property
    def wanted(self) -> dict[str, Any]:
        room = OutsideRoom(self.room_name.data, self.url.data, self.number.data, self.password.data)
        return {"room": room}


class Rows(FlaskForm):
    """Rows of lines: `name-N`, `url-N` and `hosts-N`, counted from 0; a row without the first two is none."""

    seen = HiddenField()

    @classmethod
    def of(cls, facts: BroadcastFacts, **options: Any) -> Self:  # whatever WTForms takes
        """All lines there are, where nothing was sent."""
        data = {"seen": facts.stamp("streams")}
        for at, one in enumerate(facts.streams):
            data |= {f"name-{at}": one.name, f"url-{at}": one.url, f"hosts-{at}": " ".join(one.hosts)}
        return cls(data=data, **options)

    @property
    def shown(self) -> list[tuple[Line, ...]]:
        """Name, address and other hosts of the rows that say something, and of one more where there is room."""
        rows = [tuple(self[f"{name}-{at}"] for name in _PARTS) for at in range(MOST_STREAMS)]
        return [row for at, row in enumerate(rows) if at <= len(self._filled())]

    @property
    def wanted(self) -> dict[str, Any]:
        """The rows that say something come to stand at the top. One without a name is called by its number."""
        said = [tuple(self[f"{name}-{at}"].data for name in _PARTS) for at in self._filled()]
        for at in range(MOST_STREAMS):
            for name, text in zip(_PARTS, said[at] if at < len(said) else ("", "", ""), strict=True):
                field = self[f"{name}-{at}"]
                field.data, field.raw_data = text, [text]
        lines = [
            Stream(name or _("线路 %(n)s", n=number), url, broadcasts.named(hosts))
            for number, (name, url, hosts) in enumerate(said, 1)
        ]
        return {"streams": tuple(lines)}

    def _filled(self) -> list[int]:
        return [at for at in range(MOST_STREAMS) if self[f"name-{at}"].data or self[f"url-{at}"].data]


def _hosts(form: FlaskForm, field: Line) -> None:
    if isinstance(broadcasts.hosts(broadcasts.named(field.data)), Fault):
        raise ValidationError(_("写域名，例如 cdn.example.org；几个之间空一格，最多 %(n)s 个", n=broadcasts.MOST_HOSTS))


_PARTS = ("name", "url", "hosts")
_ROWS = {
    name: field
    for at in range(MOST_STREAMS)
    for name, field in (
        (f"name-{at}", Line(_l("名称"), limit=LINE_LIMIT, required=False)),
        (f"url-{at}", Line(_l("直播地址"), limit=4 * web_links.URL_LIMIT, required=False)),
        (
            f"hosts-{at}",
            Line(_l("视频片段所在的其他域名"), limit=4 * web_links.URL_LIMIT, required=False, validators=[_hosts]),
        ),
    )
}
StreamsForm: type[Rows] = type("StreamsForm", (Rows,), _ROWS)


class CaptionsForm(FlaskForm):
    seen = HiddenField()
    captions = FileField(_l("字幕文件"))

    def validate_captions(self, field: FileField) -> None:
        """Say in which line it is that something is wrong."""
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(words(Fault.REQUIRED))
        self.content: bytes = field.data.read(rules.LARGEST + 1)
        read = rules.written(self.content)
        if isinstance(read, Wrong):
            said = words(read.fault)
            raise ValidationError(_("第 %(n)s 行：%(fault)s", n=read.line, fault=said) if read.line else said)
