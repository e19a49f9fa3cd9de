"""Choices of closed sets, as selects and radio buttons show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from wtforms import RadioField, SelectField, ValidationError

from conference.rules.provinces import PROVINCES
from conference.vocabulary import Fault
from conference.web.filters import province, words

Pairs = list[tuple[str, str]]


def of(members: Iterable[StrEnum]) -> Callable[[], Pairs]:
    """The choices of some members, in the reader's language of the moment."""
    kept = list(members)
    return lambda: [(member.value, words(member)) for member in kept]


def provinces() -> Pairs:
    """All provinces in code order, with “choose” before them."""
    return [("", "—"), *((code, province(code)) for code in PROVINCES)]


class _Chosen:
    """What WTForms' choice fields say when the choice is none of theirs."""

    def pre_validate(self, form: Any) -> None:  # WTForms' own signature
        chosen = [str(value) for value, *_ in self.iter_choices()]  # type: ignore[attr-defined]
        data = self.data  # type: ignore[attr-defined]
        if data in {None, ""} and self.flags.required:  # type: ignore[attr-defined]
            raise ValidationError(words(Fault.REQUIRED))
        if str(data or "") not in chosen:
            raise ValidationError(words(Fault.UNKNOWN_CHOICE))


class Select(_Chosen, SelectField):
    """A select; `required` refuses the empty choice."""

    def __init__(
        self, label: Any = None, *, choices: Callable[[], Pairs], required: bool = True, **options: Any
    ) -> None:
        super().__init__(label, choices=choices, **options)
        if required:
            self.flags.required = True


class Radio(_Chosen, RadioField):
    """Radio buttons, one of which must be chosen."""

    def __init__(self, label: Any = None, *, choices: Callable[[], Pairs], **options: Any) -> None:
        super().__init__(label, choices=choices, **options)
        self.flags.required = True
