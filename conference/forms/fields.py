"""Fields that say what is wrong in our own words, and never answer 500 to what is typed into them."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateTimeLocalField, Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.widgets import NumberInput

from conference import clock
from conference.rules.names import closed_up
from conference.rules.text import NAME_LIMIT, SHORT_LIMIT, fault_in
from conference.vocabulary import Fault
from conference.web.filters import words

EARLIEST, LATEST = 1900, 2200


def fresh_nonce() -> HiddenField:
    """The field that makes a form one of its kind, so that the same one sent twice is known."""
    return HiddenField(default=lambda: secrets.token_hex(16))


class Text:
    """Validator: the text rules, in the reader's language; also gives the input its `maxlength` and `required`."""

    def __init__(self, limit: int = SHORT_LIMIT, *, required: bool = True, lines: bool = False) -> None:
        self.limit, self.required, self.lines = limit, required, lines
        self.field_flags = {"maxlength": limit} | ({"required": True} if required else {})

    def __call__(self, form: Any, field: Field) -> None:  # WTForms' own signature
        if fault := fault_in(field.data or "", limit=self.limit, required=self.required, lines=self.lines):
            raise ValidationError(words(fault))


class Line(StringField):
    """One line of text, trimmed; never None."""

    def __init__(
        self, label: Any = None, *, limit: int = SHORT_LIMIT, required: bool = True, **options: Any
    ) -> None:  # a lazy text, and whatever WTForms takes
        super().__init__(label, [Text(limit, required=required), *options.pop("validators", [])], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].strip() if valuelist else ""

    @property
    def value_or_none(self) -> str | None:
        return self.data or None


class PersonName(Line):
    """A person's name; typed by hand it is kept as out of a table: 赵 敏 is 赵敏."""

    def __init__(
        self, label: Any = None, *, required: bool = True, **options: Any
    ) -> None:  # a lazy text, and whatever WTForms takes
        super().__init__(label, limit=NAME_LIMIT, required=required, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = closed_up(self.data)


class Lines(TextAreaField):
    """Several lines of text; never None."""

    def __init__(self, label: Any = None, *, limit: int, required: bool = False, **options: Any) -> None:
        more = options.pop("validators", [])
        super().__init__(label, [Text(limit, required=required, lines=True), *more], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].replace("\r\n", "\n").strip() if valuelist else ""


class WholeNumber(StringField):
    """A whole number, or None where nothing was typed."""

    widget = NumberInput(step=1)

    def __init__(self, label: Any = None, *, least: int = 0, most: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most
        self.flags.min, self.flags.max = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        if len(text) > 12 or not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
            raise ValueError(words(Fault.NOT_A_NUMBER))
        if not self.least <= int(text) <= self.most:
            raise ValueError(words(Fault.OUT_OF_RANGE))
        self.data = int(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class WallClock(DateTimeLocalField):
    """A time on the meeting's wall clock: naive in the form, made aware by `aware()`; a year from 1900 to 2200."""

    def __init__(self, label: Any = None, *, required: bool = True, **options: Any) -> None:
        super().__init__(label, **options)
        self.needed = required
        if required:
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            if self.needed:
                raise ValueError(words(Fault.REQUIRED))
            return
        try:
            found = datetime.fromisoformat(text) if len(text) <= 19 else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None:
            raise ValueError(words(Fault.NOT_A_TIME))
        if not EARLIEST <= found.year <= LATEST:
            raise ValueError(words(Fault.OUT_OF_RANGE))
        self.data = found

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%Y-%m-%dT%H:%M}" if self.data else ""

    def aware(self, timezone: str) -> datetime | None:
        """The moment that is meant; None where nothing was typed."""
        return None if self.data is None else self.data.replace(tzinfo=ZoneInfo(timezone))


def wall(moment: datetime | None, timezone: str) -> datetime | None:
    """A moment as `WallClock` shows it."""
    return None if moment is None else clock.local(moment, timezone).replace(tzinfo=None)
