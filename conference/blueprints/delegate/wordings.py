"""What a delegate's pages say in sentences: what a change would cost, and the text to copy."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from conference import clock
from conference.services import capacities
from conference.services.own_details import Told
from conference.services.passes import Pass
from conference.vocabulary import DelegateStatus, FreedPlace, Mode
from conference.web.filters import moment, where, within, words


@dataclass(frozen=True)
class Question:
    """A page's one question; `calm` where nothing is lost."""

    question: str
    text: str
    losses: list[str]
    label: str
    calm: bool


def mode_question(mine: Pass, told: Told) -> Question:
    """Whether to change the mode, with what is lost by it and what is kept."""
    change = mine.change
    here, there = within(mine.mode), within(change.to)
    if change.drops_wish:
        other = within(change.to.other)
        question, label = _("不再等待%(mode)s名额？", mode=other), _("不再等待")
        return Question(question, _("您现在的%(mode)s名额不变。", mode=there), _lost(mine, told), label, calm=False)
    question, label = _("改为%(mode)s参会？", mode=there), _("改为%(mode)s", mode=there)
    if change.keeps:
        text = _("%(mode)s名额已满：您会排队等待，轮到之前保留现在的%(old)s名额。", mode=there, old=here)
        return Question(question, text, [], _("排队等待%(mode)s", mode=there), calm=True)
    if not change.at_once:
        text = _("%(mode)s名额也满了：您会排到%(mode)s候补的最后。", mode=there)
    elif mine.status is DelegateStatus.PENDING:
        text = _("报名仍须会务组确认。")
    else:
        text = _("%(mode)s还有名额，马上生效。", mode=there)
    losses = _lost(mine, told)
    return Question(question, text, losses, label, calm=not losses)


def cancel_losses(mine: Pass, told: Told) -> list[str]:
    return _lost(mine, told, ending=True) or [_("这次报名作废，会务组不再审核。")]


def asked() -> str:
    """Said where a change was asked for and not made."""
    return str(_("名单已定稿，您的申请已提交，由会务组答复；在这一页可以看到结果，也可以撤回。"))


def text_to_copy(mine: Pass) -> str:
    """The place in words, without any secret."""
    lines = [
        mine.meeting.title,
        _("时间：%(when)s", when=moment(mine.meeting.starts_at)),
        _("地点：%(where)s", where=where(mine.meeting, between=" ")),
        _("参会人：%(name)s（%(unit)s）", name=mine.name, unit=mine.unit),
        _("参会方式：%(mode)s，%(status)s", mode=words(mine.mode), status=words(mine.status)),
        _("编号：%(number)s", number=mine.number),
    ]
    return "\n".join([*lines, *([_("座位：%(seat)s", seat=mine.seat)] if mine.seat else [])])


def _lost(mine: Pass, told: Told, *, ending: bool = False) -> list[str]:
    found = []
    if mine.status is DelegateStatus.CONFIRMED and (ending or mine.change.loses_place):
        freed = capacities.freed(mine.meeting.id, mine.mode, now=clock.now())
        if freed is FreedPlace.TO_THE_LINE:
            found.append(_("您的%(mode)s名额让给候补的人，不一定能再拿回来。", mode=within(mine.mode)))
        else:
            found.append(_("您的%(mode)s名额空出来，不一定能再拿回来。", mode=within(mine.mode)))
        if mine.opens_door:
            found.append(_("参会码不能再入场。"))
        if mine.seat:
            found.append(_("座位 %(seat)s 不再保留。", seat=mine.seat))
    leaves_hall = ending or (mine.mode is Mode.IN_PERSON and mine.change.to is Mode.ONLINE)
    if leaves_hall and told.stay is not None:
        found.append(_("您填写的行程和住宿信息删除，不再安排房间和接送。"))
    if leaves_hall and told.needs is not None:
        found.append(_("您填写的饮食和无障碍需要删除。"))
    if mine.line_place is not None and (ending or mine.change.loses_line):
        line = within(mine.waiting_for or mine.mode)
        found.append(_("%(mode)s候补第 %(n)s 位不再保留。", mode=line, n=mine.line_place))
    return found
