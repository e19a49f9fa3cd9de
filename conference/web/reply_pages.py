"""What the pages of reply forms share at the organisers' and at the unit's desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, flash, make_response
from flask_babel import gettext as _

from conference.services.replies import Done
from conference.services.reply_forms import Card
from conference.services.reply_matching import Matched
from conference.vocabulary import RowNews

PAGE = 100
_LOOKS_AGAIN = "2"  # seconds


@dataclass(frozen=True)
class Rows:
    """A page of the rows that are whole."""

    items: Sequence[Matched]
    number: int
    pages: int


def rows(card: Card, wished: Mapping[str, str]) -> Rows:
    """The page that the address wishes for; what is new or changed comes first."""
    found = sorted(card.plan.rows, key=lambda row: row.news is RowNews.SAME) if card.plan else []
    pages = max(1, -(-len(found) // PAGE))
    text = wished.get("page", "")
    number = min(max(1, int(text)), pages) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return Rows(found[(number - 1) * PAGE : number * PAGE], number, pages)


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
