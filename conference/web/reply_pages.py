"""What the pages of reply forms share at the organisers' and at the unit's desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, flash, make_response
from flask_babel import gettext as _

from conference.rules.unit_desk import may_reach
from conference.services import reply_changes
from conference.services.replies import Done
from conference.services.reply_forms import Card
from conference.services.reply_matching import Holder, Matched
from conference.vocabulary import Category, Mode, RowNews
from conference.web import record
from conference.web.filters import moment, words

PAGE = 100
_LOOKS_AGAIN = "2"  # seconds


@dataclass(frozen=True)
class Changed:
    """What a row changes of a place, in words; `note` says whose word the place stands by."""

    fields: Sequence[record.Change]
    note: str


@dataclass(frozen=True)
class Rows:
    """A page of the rows that are whole; `changed` by the id of the place."""

    items: Sequence[Matched]
    changed: Mapping[int, Changed]
    number: int
    pages: int


def rows(card: Card, wished: Mapping[str, str]) -> Rows:
    """The page that the address wishes for; what is new or changed comes first."""
    found = sorted(card.plan.rows, key=lambda row: row.news is RowNews.SAME) if card.plan else []
    pages = max(1, -(-len(found) // PAGE))
    text = wished.get("page", "")
    number = min(max(1, int(text)), pages) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    shown = found[(number - 1) * PAGE : number * PAGE]
    return Rows(shown, _changed(shown, by_unit=card.form.unit_id is not None), number, pages)


def _changed(rows: Sequence[Matched], *, by_unit: bool) -> dict[int, Changed]:
    holders = {row.holder.id: row.holder for row in rows if row.holder is not None}
    return {
        id_: Changed(
            [record.Change(record.label(one.field, "delegate"), _said(one.before), _said(one.after)) for one in fields],
            _whose(holders[id_]),
        )
        for id_, fields in reply_changes.of(rows, by_unit=by_unit).items()
    }


def _said(value: reply_changes.Value) -> str:
    return words(value) if isinstance(value, Mode | Category) else value


def _whose(holder: Holder) -> str:
    """Whether the person entered, or answered for, the place themselves."""
    if not may_reach(holder.origin):
        return str(_("本人自己报的名"))
    return str(_("本人已于 %(when)s 确认过", when=moment(holder.answered_at))) if holder.answered_at else ""


def answered(page: str, card: Card) -> Response:
    """The page of a form; while it is read, the browser asks again by itself, without a script."""
    response = make_response(page)
    if card.waiting:
        response.headers["Refresh"] = _LOOKS_AGAIN
    return response


def tell(done: Done | None) -> None:
    """Say at the top of the next page what was done."""
    if done is None:
        flash(_("文件的内容已经删除，请重新上传。"), "warning")
        return
    new, changed = done.counts[RowNews.NEW], done.counts[RowNews.CHANGED]
    if done.waiting:
        counts = {"new": new, "changed": changed, "waiting": done.waiting}
        said = _("已导入：新登记 %(new)s 人，更新 %(changed)s 人。名额已满，新的里有 %(waiting)s 人在候补。", **counts)
        flash(said, "warning")
    elif new or changed:
        flash(_("已导入：新登记 %(new)s 人，更新 %(changed)s 人。", new=new, changed=changed), "success")
    else:
        flash(_("没有要登记或更新的人，什么也没有改动。"), "info")
