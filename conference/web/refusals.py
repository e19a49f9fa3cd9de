"""What a refusal looks like on a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import flash

from conference.vocabulary import Fault, Malformed, Refusal, Refused
from conference.web.filters import words

if TYPE_CHECKING:
    from flask_wtf import FlaskForm


@contextmanager
def flashed() -> Iterator[None]:
    """Say a refusal at the top of the next page, and go on."""
    try:
        yield
    except Refused as refused:
        flash(words(refused.refusal), "danger")


class Said:
    """Whether the verb went through; false when the form carries why not."""

    ok = False


@contextmanager
def on(form: FlaskForm, *, where: dict[Refusal, str] | None = None) -> Iterator[Said]:
    """Run a verb for `form`: faults go beside their fields, refusals to the field `where` names, else on top."""
    said = Said()
    try:
        yield said
        said.ok = True
    except Malformed as malformed:
        for name, fault in malformed.faults.items():
            _add(form, name, fault)
    except Refused as refused:
        _add(form, (where or {}).get(refused.refusal), refused.refusal)


def _add(form: FlaskForm, name: str | None, reason: Fault | Refusal) -> None:
    if name is not None and name in form:
        form[name].errors = [*form[name].errors, words(reason)]
    else:
        form.form_errors.append(words(reason))
