"""What the desk says in sentences: how long there is, what a change would cost, what to forward."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from conference.rules.passes import ModeChange
from conference.services.unit_desk import Desk, ModeFigures, Person
from conference.vocabulary import DelegateStatus, FreedPlace, Mode
from conference.web.filters import clock_time, day, moment, number, where, within, words

NAMES_IN_TEXT = 300


@dataclass(frozen=True)
class Question:
    """A page's one question; `calm` where nothing is lost."""

    question: str
    text: str
    losses: list[str]
    label: str
    calm: bool


def deadline(desk: Desk) -> str:
    """How long there is to register people."""
    if desk.window.over:
        return str(_("会议已结束"))
    if desk.window.opens_at is not None:
        return str(_("报名从%(when)s开始", when=moment(desk.window.opens_at)))
    if desk.days_left is None:
        return str(_("报送截止时间已过（%(when)s）", when=moment(desk.deadline)))
    when, time = day(desk.deadline), clock_time(desk.deadline)
    if desk.days_left == 0:
        return str(_("今天 %(time)s 截止", time=time))
    if desk.days_left == 1:
        return str(_("明天 %(time)s 截止（%(day)s）", time=time, day=when))
    return str(_("还有 %(n)s 天，%(day)s%(time)s 截止", n=desk.days_left, day=when, time=time))


def places(figures: ModeFigures) -> tuple[str, str]:
    """How many the unit has of a mode and may have, and a note where the meeting's places are gone."""
    if figures.limit is not None:
        used = _(
            "%(n)s / %(limit)s，余 %(left)s",
            n=number(figures.people),
            limit=number(figures.limit),
            left=number(figures.left or 0),
        )
    else:
        used = _("%(n)s 人", n=number(figures.people))
    full = figures.line.shown_left == 0
    return str(used), str(_("全会名额已满，再报的先候补")) if full else ""


def mode_question(person: Person, change: ModeChange, *, frozen: bool, freed: FreedPlace) -> Question:
    """Whether to change somebody's mode, with what is lost by it and what is kept."""
    here, there = within(person.mode), within(change.to)
    losses = _lost(person, freed, place=change.loses_place, line=change.loses_line)
    if frozen:
        question = _("申请让%(name)s改为%(mode)s参会？", name=person.name, mode=there)
        return Question(question, _("名单已定稿，会务组同意后才生效。"), [], _("提出申请"), calm=True)
    if change.drops_wish:
        question = _("%(name)s不再等待%(mode)s名额？", name=person.name, mode=within(change.to.other))
        return Question(question, _("现在的%(mode)s名额不变。", mode=there), losses, _("不再等待"), calm=False)
    question = _("%(name)s改为%(mode)s参会？", name=person.name, mode=there)
    label = _("改为%(mode)s", mode=there)
    if change.keeps:
        text = _("%(mode)s名额已满：先排队等待，轮到之前保留现在的%(old)s名额。", mode=there, old=here)
        return Question(question, text, [], _("排队等待%(mode)s", mode=there), calm=True)
    if not change.at_once:
        text = _("%(mode)s名额也满了：会排到%(mode)s候补的最后。", mode=there)
    elif person.status is DelegateStatus.PENDING:
        text = _("报名仍须确认。")
    else:
        text = _("%(mode)s还有名额，马上生效，本人会收到通知。", mode=there)
    return Question(question, text, losses, label, calm=not losses)


def cancel_losses(person: Person, freed: FreedPlace) -> list[str]:
    found = _lost(person, freed, place=person.status is DelegateStatus.CONFIRMED, line=True)
    return found or [_("这次报名就此作废。")]


def substitution_keeps(person: Person) -> list[str]:
    """What goes over to who comes instead, and what the old one loses."""
    kept = [
        _("接替的人得到同样的%(mode)s名额，状态是“%(status)s”。", mode=within(person.mode), status=words(person.status))
    ]
    if person.line_place is not None:
        kept.append(_("候补第 %(n)s 位不变。", n=person.line_place))
    if person.seat:
        kept.append(_("座位 %(seat)s 不变。", seat=person.seat))
    kept.append(_("%(name)s的参会码和个人链接马上失效，两个人都会收到通知。", name=person.name))
    kept.append(_("接替的人需要自己确认一次，没有确认也不影响入场。"))
    return kept


def reminder(desk: Desk, *, link: str) -> str:
    """The text for the unit's group: the common link and who has not answered; nobody's own link is in it."""
    lines = [
        _("关于“%(meeting)s”", meeting=desk.meeting.title),
        _("时间：%(when)s", when=moment(desk.meeting.starts_at)),
        _("地点：%(where)s", where=where(desk.meeting, between=" ")),
    ]
    if desk.unanswered:
        names = _("、").join(person.name for person in desk.unanswered[:NAMES_IN_TEXT])
        lines.append(_("还没有本人确认的：%(names)s。请打开发给您本人的链接核对一下。", names=names))
    if desk.refusal_to_add is None:
        lines.append(_("还没有报名的，请在%(when)s前打开下面的链接报名：", when=moment(desk.deadline)))
        lines.append(link)
        lines.append(_("此链接仅供本单位使用，请勿外传。"))
    return "\n".join(lines)


def personal(person: Person, *, meeting: str, link: str) -> str:
    """The text for one person, with their own link."""
    if person.answered:
        first = _(
            "%(name)s，您好！这是您参加“%(meeting)s”的个人页面，参会码也在里面，请勿转发：",
            name=person.name,
            meeting=meeting,
        )
    else:
        first = _(
            "%(name)s，您好！已为您报名“%(meeting)s”，请打开您本人的链接核对：确认、更正或拒绝。请勿转发：",
            name=person.name,
            meeting=meeting,
        )
    return f"{first}\n{link}"


def _lost(person: Person, freed: FreedPlace, *, place: bool, line: bool) -> list[str]:
    found = []
    if place and person.status is DelegateStatus.CONFIRMED:
        if freed is FreedPlace.TO_THE_LINE:
            found.append(_("%(mode)s名额让给候补的人，不一定能再拿回来。", mode=within(person.mode)))
        else:
            found.append(_("%(mode)s名额空出来，不一定能再拿回来。", mode=within(person.mode)))
        if person.mode is Mode.IN_PERSON:
            found.append(_("参会码不能再入场。"))
        if person.seat:
            found.append(_("座位 %(seat)s 不再保留。", seat=person.seat))
    if line and person.line_place is not None:
        mode = within(person.waiting_for or person.mode)
        found.append(_("%(mode)s候补第 %(n)s 位不再保留。", mode=mode, n=person.line_place))
    return found
