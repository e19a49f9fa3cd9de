"""The form of a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, Lines, WallClock, WholeNumber, wall
from conference.services.meetings import MAX_CAPACITY, Host
from conference.vocabulary import Approval, Fault, HostRole, Mode, OpenTo
from conference.web.filters import words

MOST_HOSTS = 20
TIMES = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")


class HostForm(Form):
    """One host; a row without a name is no host."""

    name = Line(_l("名称"), required=False)
    role = choices.Select(_l("角色"), choices=choices.of(HostRole), default=HostRole.HOST.value)


class MeetingForm(FlaskForm):
    opened = HiddenField()  # what the form was opened with
    title = Line(_l("会议名称"))
    theme = Line(_l("主题"), required=False)
    slug = Line(_l("网址标识"), limit=64, required=False)
    hosts = FieldList(FormField(HostForm), label=_l("主办、承办和协办"), min_entries=1)
    place = Line(_l("地点"))
    province = choices.Select(_l("所在省份"), choices=choices.provinces)
    timezone = Line(_l("时区"), limit=64, default="Asia/Shanghai")
    starts_at = WallClock(_l("开始"))
    ends_at = WallClock(_l("结束"))
    capacity_in_person = WholeNumber(_l("现场名额"), most=MAX_CAPACITY)
    capacity_online = WholeNumber(_l("线上名额"), most=MAX_CAPACITY)
    registration_opens_at = WallClock(_l("报名开始"))
    registration_closes_at = WallClock(_l("报名截止"))
    open_to = choices.Radio(_l("谁可以报名"), choices=choices.of(OpenTo), default=OpenTo.LINK.value)
    approval = choices.Radio(_l("是否审核"), choices=choices.of(Approval), default=Approval.AUTOMATIC.value)
    notice = Lines(_l("给报名人的说明"), limit=2000)

    def validate_timezone(self, field: Line) -> None:
        if field.data and field.data not in available_timezones():
            raise ValidationError(words(Fault.NOT_A_TIMEZONE))

    def validate_hosts(self, field: FieldList) -> None:
        if len(field.entries) > MOST_HOSTS:
            raise ValidationError(words(Fault.TOO_MANY))

    def add_host(self) -> None:
        """One more row, up to the most there may be."""
        if len(self.hosts.entries) < MOST_HOSTS:
            self.hosts.append_entry()

    def moment(self, name: str) -> datetime:
        """One of `TIMES` as the moment that is meant; asked of a valid form."""
        found = self[name].aware(self.timezone.data)
        if not isinstance(found, datetime):
            raise TypeError(name)
        return found

    @property
    def wanted_hosts(self) -> Sequence[Host]:
        rows = [entry.form for entry in self.hosts.entries]
        return [Host(row.name.data, HostRole(row.role.data)) for row in rows if row.name.data]

    @property
    def wanted(self) -> dict[str, Any]:
        """The meeting's fields as the service names them, but `slug`."""
        return {
            "title": self.title.data,
            "theme": self.theme.data,
            "hosts": self.wanted_hosts,
            "place": self.place.data,
            "province": self.province.data,
            "timezone": self.timezone.data,
            **{name: self.moment(name) for name in TIMES},
            "capacity": {Mode.IN_PERSON: self.capacity_in_person.data, Mode.ONLINE: self.capacity_online.data},
            "open_to": OpenTo(self.open_to.data),
            "approval": Approval(self.approval.data),
            "notice": self.notice.data,
        }

    @staticmethod
    def shown(meeting: Any, capacity: dict[Mode, int | None]) -> dict[str, Any]:
        """What the form holds for a meeting that is there; `meeting` has the fields of the model."""
        plain = ("title", "theme", "slug", "place", "province", "timezone", "notice")
        return {
            **{name: getattr(meeting, name) for name in plain},
            **{name: wall(getattr(meeting, name), meeting.timezone) for name in TIMES},
            "hosts": [{"name": host.name, "role": host.role.value} for host in meeting.hosts],
            "open_to": meeting.open_to.value,
            "approval": meeting.approval.value,
            "capacity_in_person": capacity[Mode.IN_PERSON],
            "capacity_online": capacity[Mode.ONLINE],
        }
