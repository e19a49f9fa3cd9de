"""The fields that the API's schemas are made of: each knows what it takes, what is wrong, and how it is described."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from conference.rules import moments
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.vocabulary import Fault, Malformed

LARGEST_ID = 2**63 - 1
_Messages = dict[str, str | list[Any] | dict[Any, Any]]  # as marshmallow declares them
_MESSAGES: _Messages = {
    "required": Fault.REQUIRED.value,
    "null": Fault.NOT_NULLABLE.value,
    "type": Fault.NOT_AN_OBJECT.value,
}


class In(Schema):
    """What comes in; fields that are not known are ignored."""

    error_messages = {name: str(text) for name, text in _MESSAGES.items()}

    class Meta:
        unknown = EXCLUDE


class Changes(In):
    """What a PATCH brings: nothing is required, and what is left out has no default."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = False
        field_obj.load_default = missing


class Out(Schema):
    """What goes out; every member is always there."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = True


class Text(fields.String):
    """A text within `limit` characters after trimming. Null, where allowed, is read as `null`."""

    default_error_messages = _MESSAGES

    def __init__(self, limit: int = SHORT_LIMIT, *, blank: bool = False, **options: Any) -> None:
        self.limit = limit
        self.blank = blank
        super().__init__(metadata=_described(options, minLength=0 if blank else 1, maxLength=limit), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(Fault.NOT_TEXT.value)
        if fault := fault_in(value, limit=self.limit, required=not self.blank):
            raise ValidationError(fault.value)
        return value.strip()


class Raw(fields.String):
    """A text of 1 to `limit` characters kept as it came; `any_characters` lets control characters pass."""

    default_error_messages = _MESSAGES

    def __init__(self, limit: int, *, any_characters: bool = False, **options: Any) -> None:
        self.limit = limit
        self.any_characters = any_characters
        super().__init__(metadata=_described(options, minLength=1, maxLength=limit), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(Fault.NOT_TEXT.value)
        if not value:
            raise ValidationError(Fault.REQUIRED.value)
        if len(value) > self.limit:
            raise ValidationError(Fault.TOO_LONG.value)
        if self.any_characters:
            try:
                value.encode()
            except UnicodeEncodeError:  # half a character is none
                raise ValidationError(Fault.FORBIDDEN_CHARACTERS.value) from None
        elif fault_in(value, limit=self.limit, required=False):
            raise ValidationError(Fault.FORBIDDEN_CHARACTERS.value)
        return value


class Whole(fields.Integer):
    """A whole number from `least` to `most`; neither true, nor "1", nor 1.0 is one."""

    default_error_messages = _MESSAGES

    def __init__(self, least: int = 1, most: int = LARGEST_ID, **options: Any) -> None:
        self.least = least
        self.most = most
        super().__init__(metadata=_described(options, minimum=least, maximum=most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if type(value) is not int:
            raise ValidationError(Fault.NOT_A_NUMBER.value)
        if not self.least <= value <= self.most:
            raise ValidationError(Fault.OUT_OF_RANGE.value)
        return value


class Flag(fields.Boolean):
    """true or false."""

    default_error_messages = _MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(Fault.NOT_TRUE_OR_FALSE.value)
        return value


class Choice(fields.String):
    """A member of a closed set, by its word."""

    default_error_messages = _MESSAGES

    def __init__(self, members: type[StrEnum], **options: Any) -> None:
        self.members = members
        self.by_word = {member.value: member for member in members}
        words: list[str | None] = [member.value for member in members]
        if options.get("allow_none"):
            words.append(None)
        super().__init__(metadata=_described(options, enum=words), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        found = self.by_word.get(value) if isinstance(value, str) else None
        if found is None:
            raise ValidationError(Fault.UNKNOWN_CHOICE.value)
        return found


class Moment(fields.String):
    """A time as RFC 3339 has it, with its offset."""

    default_error_messages = _MESSAGES

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata=_described(options, format="date-time", pattern=moments.PATTERN), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError(Fault.NOT_A_TIME.value)
        found = moments.parse(value)
        if isinstance(found, datetime):
            return found
        raise ValidationError(found.value)


class Items(fields.List[Any]):
    """A list of at most `most` items."""

    default_error_messages: _Messages = {**_MESSAGES, "invalid": Fault.NOT_A_LIST.value}

    def __init__(self, inner: fields.Field[Any], *, least: int = 0, most: int, **options: Any) -> None:
        self.least = least
        self.most = most
        super().__init__(inner, metadata=_described(options, minItems=least, maxItems=most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError(Fault.NOT_A_LIST.value)
        if not self.least <= len(value) <= self.most:
            raise ValidationError(Fault.TOO_MANY.value)
        return super()._deserialize(value, attr, data, **kwargs)


class Part(fields.Nested):
    """An object inside an object."""

    default_error_messages = _MESSAGES


def load(schema: Schema, value: Any) -> dict[str, Any]:
    """What `value` means by `schema`. Raises Malformed, each fault named by its path with dots."""
    try:
        found: dict[str, Any] = schema.load(value)
    except ValidationError as error:
        raise Malformed(dict(_faults(error.messages))) from None
    return found


def _faults(messages: Any, path: str = "") -> list[tuple[str, Fault]]:
    if isinstance(messages, dict):
        found = []
        for name, inner in messages.items():
            deeper = path if name == "_schema" else f"{path}.{name}" if path else str(name)
            found += _faults(inner, deeper)
        return found
    return [(path or "body", Fault(messages[0]))]


def _described(options: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {**facts, **options.pop("metadata", {})}
