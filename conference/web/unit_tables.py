"""The columns of the lists of units and of their invitations as workbooks, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from flask_babel import gettext as _

from conference import clock
from conference.documents.tables import Cell, Column
from conference.services.invitation_lists import Invited
from conference.vocabulary import Mode
from conference.web.filters import province, words


def units(rows: Iterable[Invited], timezone: str) -> tuple[list[Column], Iterator[list[Cell]]]:
    """The units of a meeting; its first columns are what an import understands."""
    columns = [
        *importable(),
        Column(_("邀请"), 10),
        Column(_("原因"), 24),
        Column(_("答复时间"), 18),
        Column(_("已报名"), 8),
        Column(_("已报名（现场）"), 10),
        Column(_("已报名（线上）"), 10),
        Column(_("申请增加名额"), 10),
    ]
    return columns, (_unit(one, timezone) for one in rows)


def importable() -> list[Column]:
    """What a list of units says of each: the header of the template."""
    return [
        Column(_("单位名称"), 34),
        Column(_("省份"), 14),
        Column(_("市、区、县"), 20),
        Column(_("类别"), 12),
        Column(_("统一社会信用代码"), 22),
        Column(_("地址"), 28),
        Column(_("名额上限"), 10),
        Column(_("现场名额上限"), 10),
        Column(_("线上名额上限"), 10),
        Column(_("报送截止"), 18),
        Column(_("联络员"), 12),
        Column(_("联络员手机号"), 18),
        Column(_("联络员邮箱"), 26),
    ]


def invitations(
    rows: Iterable[Invited], links: Mapping[int, str], text_of: Callable[[Invited, str], str]
) -> tuple[list[Column], Iterator[list[Cell]]]:
    """A row for each unit that has a link: whom to send what."""
    columns = [
        Column(_("单位名称"), 34),
        Column(_("联络员"), 12),
        Column(_("联络员手机号"), 18),
        Column(_("联络员邮箱"), 26),
        Column(_("单位报名页面"), 50),
        Column(_("邀请文字"), 80),
    ]
    cells: Iterator[list[Cell]] = (
        [one.unit, one.liaison, one.phone, one.email, links[one.unit_id], text_of(one, links[one.unit_id])]
        for one in rows
        if one.unit_id in links
    )
    return columns, cells


def _unit(one: Invited, timezone: str) -> list[Cell]:
    return [
        one.unit,
        province(one.province),
        one.district,
        words(one.kind),
        one.credit_code,
        one.address,
        *(_("不限") if limit is None else limit for limit in (one.delegate_limit, one.in_person_limit)),
        _("不限") if one.online_limit is None else one.online_limit,
        _wall(one.reply_by, timezone),
        one.liaison,
        one.phone,
        one.email,
        words(one.state),
        one.reason,
        _wall(one.answered_at, timezone),
        one.total,
        one.active[Mode.IN_PERSON],
        one.active[Mode.ONLINE],
        _("是") if one.asking else "",
    ]


def _wall(moment: datetime | None, timezone: str) -> datetime | None:
    return None if moment is None else clock.local(moment, timezone).replace(tzinfo=None)
