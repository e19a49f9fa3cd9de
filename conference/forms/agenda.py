"""The forms of a session and of a talk. Times are typed as they come: 8:30, 830, 08：30, and an end as +30 too."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FieldList, Form, FormField, HiddenField, StringField

from conference import clock
from conference.forms.choices import Select, of
from conference.forms.fields import EARLIEST, LATEST, Line, Lines, PersonName, WallClock, WholeNumber
from conference.rules.agenda import Room
from conference.services.agenda import SessionFacts
from conference.services.agenda_draft import MOST_ROLES, RoleSaid, Seen
from conference.services.agenda_talks import TalkFacts
from conference.vocabulary import AgendaKind, AgendaRoleKind, Fault, TalkKind
from conference.web.filters import words

_CLOCK = re.compile(r"(\d{1,2})[:.]?(\d{2})|(\d{1,2})[:时点]?")
_LENGTH = re.compile(r"\+(\d{1,4})|(\d{1,4})(?:分|分钟|min)")
USUAL = {
    AgendaKind.EXCHANGE: AgendaRoleKind.CHAIR,
    AgendaKind.COMMENTARY: AgendaRoleKind.EXPERT,
    AgendaKind.AWARD: AgendaRoleKind.AWARDER,
    AgendaKind.PLEDGE: AgendaRoleKind.READER,
}


def clock_of(text: str) -> time | None:
    """A time of day as people type it; None where it is none."""
    found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if found is None:
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def length_of(text: str) -> timedelta | None:
    """A length as people type it: +30, 30分, 30分钟."""
    found = _LENGTH.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    return timedelta(minutes=int(found[1] or found[2])) if found else None


class ClockTime(StringField):
    """A time of day, or None; with `lengths` a length too."""

    def __init__(self, label: Any = None, *, lengths: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.lengths = lengths

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        self.data = clock_of(text) or (length_of(text) if self.lengths else None)
        if self.data is None:
            raise ValueError(words(Fault.NOT_A_TIME))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if isinstance(self.data, time) else ""


class Day(DateField):
    """A day, or None; a year from 1900 to 2200."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            self.data = date.fromisoformat(text[:10])
        except ValueError:
            raise ValueError(words(Fault.NOT_A_TIME)) from None
        if not EARLIEST <= self.data.year <= LATEST:
            raise ValueError(words(Fault.OUT_OF_RANGE))


class RoleForm(Form):
    """One person and what they do; a row without a name is none."""

    role = Select(_l("做什么"), choices=of(AgendaRoleKind))
    person_id = HiddenField()
    name = PersonName(_l("姓名"), required=False, render_kw={"placeholder": _l("姓名")})
    position = Line(_l("职务"), required=False)
    unit_name = Line(_l("单位"), required=False)

    @property
    def wanted(self) -> RoleSaid:
        chosen = self.person_id.data or ""
        return RoleSaid(
            role=AgendaRoleKind(self.role.data),
            person_id=int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None,
            name=self.name.data,
            position=self.position.data,
            unit_name=self.unit_name.data,
        )


class WithPeople(FlaskForm):
    """What forms of sessions and talks share."""

    roles = FieldList(FormField(RoleForm), label=_l("人员"), max_entries=MOST_ROLES)
    version = HiddenField()
    seen = HiddenField()

    def add_row(self, role: AgendaRoleKind) -> None:
        """An empty row for one more person."""
        if len(self.roles.entries) < MOST_ROLES:
            self.roles.append_entry({"role": role.value, "person_id": "", "name": "", "position": "", "unit_name": ""})

    def drop_row(self, at: str) -> None:
        """Take a row away; its number counts from 0."""
        if at.isascii() and at.isdigit() and int(at) < len(self.roles.entries):
            kept = [entry.data for n, entry in enumerate(self.roles.entries) if n != int(at)]
            while self.roles.entries:
                self.roles.pop_entry()
            for data in kept:
                self.roles.append_entry(data)

    @property
    def people(self) -> tuple[RoleSaid, ...]:
        return tuple(entry.form.wanted for entry in self.roles.entries if entry.form.name.data)

    @property
    def was(self) -> Seen:
        return seen(self.version.data, self.seen.data)

    def begin(self, version: int, digests: Mapping[str, str]) -> None:
        """Say what the form is opened with."""
        self.version.data, self.seen.data = str(version), json.dumps(digests)

    def begin_again(self, shown: Iterable[str], digests: Mapping[str, str]) -> None:
        """Say that some fields were shown as others made them: what is typed for those is meant."""
        self.seen.data = json.dumps({**self.was.fields, **{name: digests[name] for name in shown}})


class SessionForm(WithPeople):
    title = Line(_l("标题"))
    kind = Select(_l("类型"), choices=of(AgendaKind), default=AgendaKind.SPEECH.value)
    day = Day(_l("日期"))
    begins = ClockTime(_l("开始"))
    ends = ClockTime(_l("结束"), lengths=True)
    next_day = BooleanField(_l("结束在第二天"))
    follows = BooleanField(_l("后面的场次跟着移"))
    room = Select(_l("会场"), choices=list, required=False)
    online = BooleanField(_l("线上也能看"), default=True)
    detail = Lines(_l("说明"), limit=1000)

    def offer(self, rooms: Iterable[Room]) -> None:
        """The rooms to choose from."""
        self.room.choices = [("", "—"), *((str(one.id), one.name) for one in rooms)]

    def validate(self, *args: Any, **options: Any) -> bool:  # WTForms' own signature
        good = bool(super().validate(*args, **options))
        if self.day.errors or self.begins.errors or self.ends.errors:
            return good
        lacking = [one for one in (self.day, self.begins, self.ends) if one.data is None]
        if len(lacking) < (3 if self.day.data is None else 2) and lacking:
            for one in lacking:
                one.errors = [*one.errors, words(Fault.REQUIRED)]
            return False
        return good

    def wanted(self, timezone: str) -> SessionFacts:
        """What was said, times on the wall clock of `timezone`."""
        begins = ends = None
        if self.day.data and isinstance(self.begins.data, time) and self.ends.data is not None:
            zone = ZoneInfo(timezone)
            begins = datetime.combine(self.day.data, self.begins.data, zone)
            if isinstance(self.ends.data, timedelta):
                ends = begins + self.ends.data
            else:
                later = timedelta(days=1 if self.next_day.data else 0)
                ends = datetime.combine(self.day.data + later, self.ends.data, zone)
        return SessionFacts(
            kind=AgendaKind(self.kind.data),
            title=self.title.data,
            detail=self.detail.data,
            starts_at=begins,
            ends_at=ends,
            room_id=int(self.room.data) if self.room.data else None,
            online=bool(self.online.data),
            roles=self.people,
        )

    @staticmethod
    def shown(row: Any, people: Mapping[int, Any], timezone: str) -> dict[str, Any]:
        """What the form holds for a session of the model."""
        begins = clock.local(row.starts_at, timezone) if row.starts_at else None
        ends = clock.local(row.ends_at, timezone) if row.ends_at else None
        return {
            "kind": row.kind.value,
            "title": row.title,
            "detail": row.detail,
            "day": begins.date() if begins else None,
            "begins": begins.time() if begins else None,
            "ends": ends.time() if ends else None,
            "next_day": bool(begins and ends and begins.date() != ends.date()),
            "room": str(row.room_id or ""),
            "online": row.online,
            "roles": _roles([one for one in row.roles if one.talk_id is None], people),
        }


class TalkForm(WithPeople):
    unit = Line(_l("单位"), required=False)
    unit_id = HiddenField()
    title = Line(_l("题目"), required=False)
    kind = Select(_l("类型"), choices=of(TalkKind), default=TalkKind.EXPERIENCE.value)
    minutes = WholeNumber(_l("时长"), least=1, most=600)
    abstract = Lines(_l("摘要"), limit=2000)

    @property
    def wanted(self) -> TalkFacts:
        chosen = self.unit_id.data or ""
        return TalkFacts(
            kind=TalkKind(self.kind.data),
            title=self.title.data,
            abstract=self.abstract.data,
            minutes=self.minutes.data,
            unit_id=int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None,
            unit_name=self.unit.data,
            roles=self.people,
        )

    @staticmethod
    def shown(row: Any, talk: Any, people: Mapping[int, Any]) -> dict[str, Any]:
        """What the form holds for a talk of a session of the model."""
        return {
            "kind": talk.kind.value,
            "title": talk.title,
            "abstract": talk.abstract,
            "minutes": talk.minutes,
            "unit": talk.unit_name,
            "unit_id": str(talk.unit_id or ""),
            "roles": _roles([one for one in row.roles if one.talk_id == talk.id], people),
        }


class PasteForm(FlaskForm):
    text = Lines(_l("议程"), limit=20_000, required=True)
    day = Day(_l("日期"))
    version = WholeNumber(most=10**9)


class PlaceForm(FlaskForm):
    """Where a session was dragged to on a day: when it begins, in which room."""

    starts_at = WallClock()
    room = WholeNumber(most=10**12)
    follows = BooleanField()


def seen(version: str | None, text: str | None) -> Seen:
    """What a page says that its reader saw; of nonsense nothing was seen."""
    try:
        fields = json.loads(text or "{}")
    except ValueError:
        fields = {}
    number = int(version) if version and version.isascii() and version.isdigit() and len(version) < 10 else -1
    return Seen(number, {str(key): str(one) for key, one in fields.items()} if isinstance(fields, dict) else {})


def usual(kind: str | None) -> AgendaRoleKind:
    """What people mostly do in a session of a kind."""
    return next((role for one, role in USUAL.items() if one.value == kind), AgendaRoleKind.SPEAKER)


def _roles(rows: Sequence[Any], people: Mapping[int, Any]) -> list[dict[str, str]]:
    return [
        {
            "role": one.role.value,
            "person_id": str(one.person_id),
            "name": people[one.person_id].name,
            "position": people[one.person_id].position,
            "unit_name": people[one.person_id].unit_name,
        }
        for one in rows
    ]
