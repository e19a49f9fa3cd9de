"""What a refusal looks like on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    """Whether the verb went through; false when the form carries why not, and `reasons` are what it was."""

    def __init__(self) -> None:
        self.ok = False
        self.reasons: list[Fault | Refusal] = []


@contextmanager
def on(
    form: FlaskForm, *, where: dict[Refusal, str] | None = None, own: Mapping[Refusal, str] | None = None
) -> Iterator[Said]:
    """Run a verb for `form`: faults go beside their fields, refusals to the field `where` names, else on top.

    `own` are the page's own words for some refusals, where it speaks to somebody else than most pages do.
    """
    said = Said()
    try:
        yield said
        said.ok = True
    except Malformed as malformed:
        said.reasons.extend(malformed.faults.values())
        for name, fault in malformed.faults.items():
            _add(form, name, words(fault))
    except Refused as refused:
        said.reasons.append(refused.refusal)
        spoken = (own or {}).get(refused.refusal) or words(refused.refusal)
        _add(form, (where or {}).get(refused.refusal), spoken)


def _add(form: FlaskForm, name: str | None, spoken: str) -> None:
    if name is not None and name in form:
        form[name].errors = [*form[name].errors, spoken]
    else:
        form.form_errors.append(spoken)
