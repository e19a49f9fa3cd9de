"""Badges to look at while their settings are chosen: three people of the meeting, and the longest texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.documents import badges
from conference.documents.badges import Look, Size
from conference.models import Delegate, Meeting
from conference.rules import papers as rules
from conference.services import paper_making, paper_people, papers
from conference.services.paper_people import Holder
from conference.vocabulary import Category, DelegateStatus, Missing, Mode, PaperKind

COUNT = 4
_PPI = 110
_LOOKED_AT = 200  # of the first people, some of different categories are shown
# Nobody's code, so that a picture of the page opens no door.
_CODE = "2222222222222222ZZ"
_UNIT = "呼和浩特市玉泉区民政局"


def picture(meeting: Meeting, which: int, typed: Mapping[str, Any]) -> bytes:
    """The badge `which` (from 0) as a PNG, under the kept settings and what was `typed` over them.

    Raises Missing where there is none, and Refused (printing_busy).
    """
    if not 0 <= which < COUNT:
        raise Missing
    settings = papers.of(meeting.id)
    chosen = rules.complete(dict(settings.chosen) | dict(typed))
    one = _people(meeting.id)[which]
    said = papers.badge(one, chosen, public_url="https://example.org")
    with papers.setting():
        [made] = badges.pictures(
            meeting.title,
            [said],
            Look(Size(chosen["badge_size"]), settings.logo),
            language=chosen["language"],
            ppi=_PPI,
        )
    return made


def _people(meeting_id: int) -> list[Holder]:
    """Three real ones of different categories, made up where there are not as many, and the longest."""
    query = (
        sa.select(Delegate)
        .where(
            Delegate.meeting_id == meeting_id,
            Delegate.status == DelegateStatus.CONFIRMED,
            Delegate.mode == Mode.IN_PERSON,
            Delegate.erased_at.is_(None),
        )
        .order_by(Delegate.id)
        .limit(_LOOKED_AT)
    )
    drawn, _ = paper_making.printable(PaperKind.BADGE, paper_people.holders(db.session().scalars(query).all()))
    first_of = {one.category: one for one in reversed(drawn)}
    real = [*first_of.values(), *(one for one in drawn if one not in first_of.values())][: COUNT - 1]
    return [_with_code(one) for one in [*real, *_MADE_UP[len(real) :]]] + [_LONGEST]


def _with_code(one: Holder) -> Holder:
    return Holder(**{**vars(one), "code": _CODE})


def _made_up(number: str, name: str, spelling: str, category: Category, **more: str) -> Holder:
    said = {"unit": _UNIT, "province": "150000", "position": "科员", "seat": "3排12座", "code": _CODE} | more
    known: Mapping[str, Any] = said
    return Holder(id=None, number=number, name=name, spelling=spelling, unit_id=0, category=category, **known)


_MADE_UP = [
    _made_up("0001", "李然", "li ran", Category.DELEGATE),
    _made_up("0002", "王敏", "wang min", Category.GUEST),
    _made_up("0003", "陈卓", "chen zhuo", Category.EXPERT),
]
_LONGEST = _made_up(
    "9999",
    "阿依古丽·买买提吐尔逊·阿卜杜热合曼江",
    "a yi gu li mai mai ti tu er xun a bu du re he man jiang",
    Category.LEADER,
    unit="新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县社区工作者培训中心（城乡社区治理研究院）",
    province="650000",
    position="党委书记、局长、一级调研员，城乡社区治理促进会副会长兼秘书长",
    seat="主席台第1排第12座",
)
