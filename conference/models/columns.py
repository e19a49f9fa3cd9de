"""Columns that several nouns share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

E = TypeVar("E", bound=StrEnum)

Id = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)]
Short = Annotated[str, mapped_column(sa.String(200))]
Digest = Annotated[str, mapped_column(sa.String(64))]


class Word(TypeDecorator[E]):
    """A member of a closed set, stored as its word; a CHECK constraint belongs to the table."""

    impl = sa.String(24)
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        self.members = members
        super().__init__()

    def process_bind_param(self, value: E | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> E | None:
        return None if value is None else self.members(value)


def word(members: type[E], **options: Any) -> MappedColumn[Any]:  # whatever mapped_column takes
    """A column for a member of `members`."""
    return mapped_column(Word(members), **options)


def reference(target: str, **options: Any) -> MappedColumn[Any]:  # whatever mapped_column takes
    """A foreign key to `target` ("table.id")."""
    return mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey(target), **options)
