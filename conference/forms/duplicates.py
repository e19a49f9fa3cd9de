"""The form that makes one of two entries."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from conference.forms import choices
from conference.services.merging import FIELDS


class MergeForm(FlaskForm):
    """`keep` is the id of the one that is kept; each of the `FIELDS` says whose value holds, by id."""

    keep = choices.Radio(_l("保留哪一条"), choices=list)

    def taken(self, said: Mapping[str, str]) -> set[str]:
        """The fields whose value is to be the other one's; `said` is what was posted."""
        return {name for name in FIELDS if said.get(f"take-{name}", self.keep.data) != self.keep.data}
