"""What is the same in every application and costs the most is made once a process: compiled templates and routes.

A test has an application of its own. Without this, two thirds of the suite's time went into compiling the same
templates and the same addresses again. Loaded as a plugin, by the two ways that Flask offers for it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import ClassVar

from apiflask import APIFlask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


class _Templates(BytecodeCache):
    """Compiled templates by name; one whose text has changed is compiled anew."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key] = (bucket.checksum, bucket.code)


class _Route(Rule):
    """A route that shares what builds its address with all of the same spelling; that gets converters by `self`."""

    _kept: ClassVar[dict[tuple[object, ...], _Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        spelling = (self.rule, self.subdomain, self.host, self.merge_slashes, append_unknown)
        if spelling not in self._kept:
            self._kept[spelling] = super()._compile_builder(append_unknown)
        return self._kept[spelling]


APIFlask.jinja_options = {"bytecode_cache": _Templates()}
APIFlask.url_rule_class = _Route
