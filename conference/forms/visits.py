"""Forms of the visits at the desk: settings, a stop with who is there, a departure with its stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, Lines, PersonName, WallClock, WholeNumber, wall
from conference.rules.text import SHORT_LIMIT
from conference.rules.web_links import URL_LIMIT
from conference.services.viewing_photos import LARGEST
from conference.services.visits import StayFacts
from conference.services.visits_fields import MOST_SEATS, NOTE_LIMIT, PLATE_LIMIT, DepartureFields
from conference.services.visits_stops import LONGEST_STAY, MOST_CAPACITY, SHOWS_LIMIT, Contact, StopFields
from conference.vocabulary import DepartureKind, Fault, StopRole
from conference.web.filters import words

MOST_LEGS = 12
_TIMES = ("window_starts_at", "window_ends_at", "opens_at", "freezes_at")


class Needed(WholeNumber):
    """A whole number that must be typed."""

    def __init__(self, label: Any = None, **options: Any) -> None:  # a lazy text, and whatever WTForms takes
        super().__init__(label, **options)
        self.flags.required = True

    def pre_validate(self, form: Any) -> None:  # WTForms' own signature
        if self.data is None and not self.errors and not self.process_errors:
            raise ValidationError(words(Fault.REQUIRED))


class SettingsForm(FlaskForm):
    hall = Line(_l("出发的会场"), required=False)
    window_starts_at = WallClock(_l("参访从"), required=False)
    window_ends_at = WallClock(_l("到"), required=False)
    stay_minutes = Needed(_l("每点停留"), least=1, most=LONGEST_STAY)
    ride_minutes = Needed(_l("两点之间路上"), least=1, most=LONGEST_STAY)
    by_delegates = BooleanField(_l("代表自己选车次"))
    by_liaisons = BooleanField(_l("联络员替本单位选"))
    opens_at = WallClock(_l("从什么时候开始选"), required=False)
    freezes_at = WallClock(_l("什么时候锁定名单"), required=False)

    @classmethod
    def of(cls, row: Any, timezone: str) -> SettingsForm:  # the settings' row, as the service reads it
        plain = {name: getattr(row, name) for name in cls.names() if name not in _TIMES}
        return cls(data=plain | {name: wall(getattr(row, name), timezone) for name in _TIMES})

    @staticmethod
    def names() -> Sequence[str]:
        return ("hall", "stay_minutes", "ride_minutes", "by_delegates", "by_liaisons", *_TIMES)

    def wanted(self, timezone: str) -> dict[str, Any]:
        """As `visits_settings.save` takes them."""
        plain = {name: self[name].data for name in self.names() if name not in _TIMES}
        return plain | {name: self[name].aware(timezone) for name in _TIMES}


class StopForm(FlaskForm):
    """Hosts and guides one a line: the name, a space, the phone."""

    seen = HiddenField()
    name = Line(_l("名称"))
    capacity = Needed(_l("同时容纳"), least=1, most=MOST_CAPACITY)
    address = Line(_l("地址"), required=False)
    map_url = Line(_l("地图链接"), limit=4 * URL_LIMIT, required=False)
    stay_minutes = WholeNumber(_l("停留多久"), least=1, most=LONGEST_STAY)
    shows = Lines(_l("看什么"), limit=SHOWS_LIMIT)
    hosts = Lines(_l("接待人"), limit=2000)
    guides = Lines(_l("讲解人"), limit=2000)

    @staticmethod
    def said(fields: StopFields) -> dict[str, Any]:
        """What the form shows of it."""
        plain = {name: value for name, value in vars(fields).items() if name != "people"}
        return plain | {
            f"{role.value}s": "\n".join(f"{one.name} {one.phone}".strip() for one in fields.people if one.role is role)
            for role in StopRole
        }

    def fields(self) -> StopFields:
        return StopFields(
            name=self.name.data,
            capacity=self.capacity.data or 0,
            address=self.address.data,
            map_url=self.map_url.data,
            shows=self.shows.data,
            stay_minutes=self.stay_minutes.data,
            people=(*_contacts(StopRole.HOST, self.hosts.data), *_contacts(StopRole.GUIDE, self.guides.data)),
        )


def _contacts(role: StopRole, text: str) -> Iterable[Contact]:
    for line in text.splitlines():
        words_ = line.replace("，", " ").replace(",", " ").replace("：", " ").split()
        cut = next((i for i, word in enumerate(words_) if any(sign.isdigit() for sign in word)), len(words_))
        if words_:
            yield Contact(role, " ".join(words_[:cut]), "".join(words_[cut:]))


class PhotoForm(FlaskForm):
    photo = FileField(_l("照片"))
    caption = Line(_l("说明"), limit=SHORT_LIMIT, required=False)

    @property
    def picture(self) -> bytes:
        """As it came; of one that is too large enough to see that."""
        content: bytes = self.photo.data.read(LARGEST + 1) if self.photo.data else b""
        return content


class DepartureForm(FlaskForm):
    """With a row for each stop that may be chosen, made by `departure_form`; rows without a stop count for nothing."""

    seen = HiddenField()
    name = Line(_l("车次名称"))
    kind = choices.Radio(_l("怎么走"), choices=choices.of(DepartureKind), default=DepartureKind.BUS.value)
    plate = Line(_l("车牌"), limit=PLATE_LIMIT, required=False)
    boards_at = Line(_l("上车地点"), required=False)
    seats = Needed(_l("座位数"), least=1, most=MOST_SEATS)
    leader_name = PersonName(_l("领队"), required=False)
    leader_phone = StringField(_l("领队手机"))
    guide_name = PersonName(_l("随车讲解"), required=False)
    guide_phone = StringField(_l("随车讲解手机"))
    accessible = BooleanField(_l("轮椅能上下"))
    pinned = BooleanField(_l("重新排的时候不动这一班"))
    leaves_at = WallClock(_l("出发"))
    returns_at = WallClock(_l("回到会场"), required=False)
    note = Lines(_l("备注（代表看不到）"), limit=NOTE_LIMIT)
    tell = BooleanField(_l("时间、地点或领队有变时，通知已经报名的人"), default=True)
    rows: int

    def row(self, i: int) -> tuple[choices.Select, WallClock, WallClock]:
        return self[f"stop_{i}"], self[f"arrives_{i}"], self[f"leaves_{i}"]

    @property
    def chosen(self) -> list[int]:
        """The rows that name a stop."""
        return [i for i in range(self.rows) if self[f"stop_{i}"].data]

    def field_of(self, fault: str) -> str:
        """The field of the form that a fault of the service is about."""
        parts = fault.split(".")
        if parts[0] != "stops" or len(parts) < 3:
            return "stop_0" if fault == "stops" else fault
        kind = {"stop_id": "stop", "arrives_at": "arrives", "leaves_at": "leaves"}[parts[2]]
        return f"{kind}_{self.chosen[int(parts[1])]}"

    def missing_times(self) -> bool:
        """Says beside each what is not filled in of the chosen rows."""
        wanting = [self[f"{kind}_{i}"] for i in self.chosen for kind in ("arrives", "leaves")]
        empty = [field for field in wanting if field.data is None and not field.errors]
        for field in empty:
            field.errors = [words(Fault.REQUIRED)]
        return bool(empty)

    def fill_in(self, *, ride: int, stay: int, stays: Mapping[int, int]) -> bool:
        """Work the times out of the leaving time; False where that, or a stop, is not there."""
        at = self.leaves_at.data
        if at is None or not self.chosen:
            return False
        for i in self.chosen:
            stop, arrives, leaves = self.row(i)
            at = _show(arrives, at + timedelta(minutes=ride))
            at = _show(leaves, at + timedelta(minutes=stays.get(int(stop.data), stay)))
        _show(self.returns_at, at + timedelta(minutes=ride))
        return True

    def fields(self, timezone: str) -> DepartureFields:
        rows = [self.row(i) for i in self.chosen]
        return DepartureFields(
            name=self.name.data,
            kind=DepartureKind(self.kind.data),
            plate=self.plate.data,
            boards_at=self.boards_at.data,
            seats=self.seats.data or 0,
            leader_name=self.leader_name.data,
            leader_phone=self.leader_phone.data or "",
            guide_name=self.guide_name.data,
            guide_phone=self.guide_phone.data or "",
            accessible=self.accessible.data,
            pinned=self.pinned.data,
            leaves_at=cast(datetime, self.leaves_at.aware(timezone)),
            returns_at=self.returns_at.aware(timezone),
            note=self.note.data,
            stops=tuple(
                StayFacts(
                    int(stop.data),
                    cast(datetime, arrives.aware(timezone)),
                    cast(datetime, leaves.aware(timezone)),
                )
                for stop, arrives, leaves in rows
            ),
        )


def usual(row: Any, timezone: str) -> dict[str, Any]:  # the settings' row, as the service reads it
    """What a new departure begins with: the place and the hour at which the visits do."""
    return {"boards_at": row.hall, "leaves_at": wall(row.window_starts_at, timezone)}


def departure_form(
    stops: Sequence[tuple[int, str]], fields: DepartureFields | None, timezone: str, **data: Any
) -> DepartureForm:
    """A row for each of the meeting's `stops` (id, name); filled with `fields`, and `data` over that."""
    rows = min(MOST_LEGS, max(len(stops), 1))
    pairs = [("", "—"), *((str(id_), name) for id_, name in stops)]
    made: dict[str, Any] = {"rows": rows}
    for i in range(rows):
        made[f"stop_{i}"] = choices.Select(_l("第 %(n)s 站", n=i + 1), choices=lambda: pairs, required=False)
        made[f"arrives_{i}"] = WallClock(_l("到达"), required=False)
        made[f"leaves_{i}"] = WallClock(_l("离开"), required=False)
    known: dict[str, Any] = {}
    if fields is not None:
        known = {name: value for name, value in vars(fields).items() if name != "stops"}
        known["kind"] = fields.kind.value
        known |= {name: wall(getattr(fields, name), timezone) for name in ("leaves_at", "returns_at")}
        for i, one in enumerate(fields.stops[:rows]):
            known[f"stop_{i}"] = str(one.stop_id)
            known[f"arrives_{i}"], known[f"leaves_{i}"] = wall(one.arrives_at, timezone), wall(one.leaves_at, timezone)
    form: DepartureForm = type("DepartureForm", (DepartureForm,), made)(data=known | data)
    return form


def _show(field: WallClock, at: datetime) -> datetime:
    """This instead of what was typed."""
    field.raw_data, field.data, field.errors = [], at, ()
    return at


class RemoveForm(FlaskForm):
    """`people` are how many the page names, with a seat or waiting."""

    people = HiddenField()
    tell = BooleanField(_l("通知他们"), default=True)
