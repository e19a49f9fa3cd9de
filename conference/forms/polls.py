"""The form of a poll: what it asks for differs by its kind."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, HiddenField

from conference.forms.choices import Select
from conference.forms.fields import Line, WholeNumber
from conference.rules.polls import MOST, OPTION_LIMIT, Asked
from conference.vocabulary import PollKind

BLANK_ROWS = 2


class PollForm(FlaskForm):
    """A row without a text is none. A scale has two: the words of its ends."""

    title = Line(_l("题目"))
    options = FieldList(Line(_l("选项"), limit=OPTION_LIMIT, required=False), label=_l("选项"), max_entries=MOST)
    most = WholeNumber(_l("最多选几项"), least=2, most=MOST)
    session_id = Select(_l("属于哪一场"), choices=list, required=False)
    seen = HiddenField()  # the stamp of what was edited

    def begin(self, kind: PollKind, sessions: Iterable[tuple[int, str]]) -> None:
        """Say which kind it is, and to which sessions it can belong; some rows for options are there at once."""
        self.kind = kind
        self.session_id.choices = [("", "—"), *((str(id_), title) for id_, title in sessions)]
        if kind is PollKind.SCALE:
            self.has_rows(2)
        elif not self.is_submitted():
            self.has_rows(max(4, len(self.options.entries)))

    def has_rows(self, least: int) -> None:
        while len(self.options.entries) < min(least, MOST):
            self.options.append_entry("")

    def add_rows(self) -> None:
        """Some empty ones below."""
        self.has_rows(len(self.options.entries) + BLANK_ROWS)

    def drop_row(self, at: int) -> None:
        """Without the row `at`, counted from 0."""
        texts = [entry.data for entry in self.options.entries]
        if 0 <= at < len(texts):
            del texts[at]
            self.options.process(None, data=texts)
            self.has_rows(2)

    @property
    def wanted(self) -> Asked:
        options = tuple(entry.data for entry in self.options.entries if entry.data)
        most = self.most.data if self.kind is PollKind.SEVERAL else 1
        # Nothing typed: as many as there are.
        return Asked(self.kind, self.title.data or "", options, most if most is not None else max(2, len(options)))

    @property
    def chosen_session(self) -> int | None:
        return int(self.session_id.data) if self.session_id.data else None
