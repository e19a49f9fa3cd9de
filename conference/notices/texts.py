"""The words of messages: short, complete without a picture, fit to be forwarded in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conference.rules import placeholders
from conference.vocabulary import MessageKind
from conference.wording import LANGUAGES, say


@dataclass(frozen=True)
class Template:
    """A message with placeholders (`rules.placeholders`)."""

    subject: str
    body: str


@dataclass(frozen=True)
class Message:
    subject: str
    text: str


def compose(template: Template, values: Mapping[str, str]) -> Message:
    """The message that `template` makes of `values`; its subject is one line."""
    subject = placeholders.filled(template.subject, values)
    return Message(subject=" ".join(subject.split()), text=placeholders.filled(template.body, values).strip())


def ours(kind: MessageKind, language: str) -> Template:
    """Our own words for a kind, for a reader of `language`."""
    zh, en = _BODIES[kind]
    body = zh if language == "zh" else en
    return Template(f"{say(kind, language)} · {{meeting}}", body)


def carries_link(template: Template) -> bool:
    """Whether a private link is to be made for a message of this template."""
    return placeholders.speaks_of(template.body, "link")


_STATE = ("参会方式：{mode}　状态：{status}", "Attending: {mode}. Status: {status}.")
_LINK = (
    "参会码和个人页面（请勿转发给他人）：{link}",
    "Your code and private page (please do not pass it on): {link}",
)
_PAGE = ("会议页面：{page}", "The meeting: {page}")
_REASON = ("说明：{reason}", "Reason: {reason}")
_DESK = ("单位报名页面（仅供本单位使用，请勿外传）：{link}", "Your unit's page (for your unit only): {link}")
_HARMLESS = ("没有确认也不影响入场。", "Leaving it unanswered does not bar you from the meeting.")


def _body(*lines: tuple[str, str]) -> tuple[str, ...]:
    return tuple("\n".join(line[which] for line in lines) for which in range(len(LANGUAGES)))


_BODIES: dict[MessageKind, tuple[str, ...]] = {
    MessageKind.REGISTERED: _body(
        ("{name}，您好！您已报名“{meeting}”。", "Dear {name}, you are registered for “{meeting}”."),
        _STATE,
        _LINK,
        _PAGE,
    ),
    MessageKind.CONFIRMED: _body(
        (
            "{name}，您好！您在“{meeting}”的名额已确认。",
            "Dear {name}, your place in “{meeting}” is confirmed.",
        ),
        _STATE,
        _LINK,
        _PAGE,
    ),
    MessageKind.DECLINED: _body(
        (
            "{name}，您好！您在“{meeting}”的报名未获确认。",
            "Dear {name}, your registration for “{meeting}” was declined.",
        ),
        _REASON,
        _STATE,
        _PAGE,
    ),
    MessageKind.CANCELLED: _body(
        (
            "{name}，您好！您在“{meeting}”的报名已取消。",
            "Dear {name}, your place in “{meeting}” was cancelled.",
        ),
        _REASON,
        _STATE,
        _PAGE,
    ),
    MessageKind.MODE_CHANGED: _body(
        (
            "{name}，您好！您在“{meeting}”的参会方式有变更。",
            "Dear {name}, your way of attending “{meeting}” changed.",
        ),
        _STATE,
        _PAGE,
    ),
    MessageKind.REGISTERED_AGAIN: _body(
        (
            "{name}，您好！有人用您的手机号或邮箱再次报名“{meeting}”。您原来的名额不变；如果不是您本人，无需理会。",
            (
                "Dear {name}, somebody registered again for “{meeting}” with your phone or e-mail. "
                "Your place is unchanged; if it was not you, there is nothing to do."
            ),
        ),
        _LINK,
        _PAGE,
    ),
    MessageKind.ANSWER_WANTED: _body(
        (
            "{name}，您好！已为您报名“{meeting}”，请您本人核对：确认、更正或拒绝。",
            "Dear {name}, you were registered for “{meeting}”. Please look at it yourself: confirm, correct or refuse.",
        ),
        _HARMLESS,
        ("单位：{unit}", "Unit: {unit}"),
        _STATE,
        _LINK,
        _PAGE,
    ),
    MessageKind.REMINDER: _body(
        (
            "{name}，您好！您在“{meeting}”的报名还没有经您本人核对，请打开下面的链接确认、更正或拒绝。",
            (
                "Dear {name}, your registration for “{meeting}” still waits for your own answer. "
                "Please confirm, correct or refuse it by the link below."
            ),
        ),
        ("请在{deadline}前答复。", "Please answer before {deadline}."),
        _HARMLESS,
        _LINK,
        _PAGE,
    ),
    MessageKind.INVITATION: _body(
        (
            "{name}，您好！现邀请贵单位参加“{meeting}”。",
            "Dear {name}, your unit is invited to “{meeting}”.",
        ),
        ("单位：{unit}", "Unit: {unit}"),
        ("时间：{when}", "Time: {when}"),
        ("地点：{place}", "Place: {place}"),
        ("请在{deadline}前报送参会人员。", "Please register your people before {deadline}."),
        _DESK,
        _PAGE,
    ),
    MessageKind.INVITATION_REMINDER: _body(
        (
            "{name}，您好！“{meeting}”的参会人员还可以报送，请在下面的页面里填写；不参加的，也请在那里告知。",
            (
                "Dear {name}, your unit can still register people for “{meeting}”. Please do so on the page below; "
                "if your unit does not attend, please say so there."
            ),
        ),
        ("单位：{unit}", "Unit: {unit}"),
        ("请在{deadline}前报送。", "Please register your people before {deadline}."),
        _DESK,
        _PAGE,
    ),
    MessageKind.CHANGE_DECIDED: _body(
        (
            "{name}，您好！您在“{meeting}”的变更申请：{decision}。",
            "Dear {name}, your request for a change in “{meeting}”: {decision}.",
        ),
        _REASON,
        _STATE,
        _LINK,
        _PAGE,
    ),
    MessageKind.PLACES_DECIDED: _body(
        (
            "{name}，您好！贵单位在“{meeting}”增加名额的申请：{decision}。",
            "Dear {name}, your unit's request for more places in “{meeting}”: {decision}.",
        ),
        ("单位：{unit}", "Unit: {unit}"),
        _REASON,
        _DESK,
        _PAGE,
    ),
    MessageKind.AGENDA_CHANGED: _body(
        (
            "{name}，您好！“{meeting}”的议程有变动，与您有关的是：",
            "Dear {name}, the agenda of “{meeting}” changed. This concerns you:",
        ),
        ("{changes}", "{changes}"),
        ("说明：{note}", "Note: {note}"),
        ("最新议程：{agenda}", "The agenda as it stands now: {agenda}"),
    ),
    MessageKind.VISIT_CHANGED: _body(
        (
            "{name}，您好！“{meeting}”参访的“{place}”有变动，请按这里的来。",
            "Dear {name}, “{place}” of the visits of “{meeting}” changed. This is how it stands now.",
        ),
        ("时间：{when}", "When: {when}"),
        ("上车地点：{boards}", "Boarding: {boards}"),
        ("领队：{leader}", "Leader: {leader}"),
        _LINK,
    ),
    MessageKind.VISIT_CANCELLED: _body(
        (
            "{name}，您好！“{meeting}”参访的“{place}”取消了，您在上面的座位或候补随之取消。",
            "Dear {name}, “{place}” of the visits of “{meeting}” will not go; your seat there is gone too.",
        ),
        ("原定时间：{when}", "It was to go: {when}"),
        ("改乘别的车次，请看个人页面或联系会务组。", "For another departure see your page, or ask the organisers."),
        _LINK,
    ),
    MessageKind.MOVED_UP: _body(
        (
            "{name}，您好！“{meeting}”的“{place}”有了空位，您的候补已转为报名成功。",
            "Dear {name}, a place fell free in “{place}” of “{meeting}”: you are signed up now.",
        ),
        ("时间：{when}", "When: {when}"),
        (
            "不能来的，请在个人页面取消，让给下一位。",
            "If you cannot come, please cancel on your page, for the next in line.",
        ),
        _LINK,
    ),
    MessageKind.SEAT_GIVEN: _body(
        (
            "{name}，您好！您在“{meeting}”参访的车次是“{place}”。",
            "Dear {name}, you have a seat on “{place}”, a site visit of “{meeting}”.",
        ),
        ("时间：{when}", "When: {when}"),
        ("上车地点、车牌和领队电话见个人页面。", "Where it boards, its plate and whom to call: see your page."),
        _LINK,
    ),
    MessageKind.SWAP_ASKED: _body(
        (
            "{name}，您好！“{meeting}”参访“{place}”的一位代表想和您互换座位，请在个人页面答复。",
            (
                "Dear {name}, somebody on “{place}”, a site visit of “{meeting}”, would like to change seats with you. "
                "Please answer on your page."
            ),
        ),
        ("对方的时间：{when}", "Their time: {when}"),
        ("没有答复以前，座位不变。", "Until you answer nothing changes."),
        _LINK,
    ),
    MessageKind.ONE_TIME_CODE: _body(
        (
            "验证码：{code}，用于“{meeting}”（{purpose}），10 分钟内有效，请勿告诉他人。不是您本人操作的，无需理会。",
            (
                "Your code is {code}, for “{meeting}” ({purpose}). It is good for 10 minutes; tell it to nobody. "
                "If it was not you who asked, there is nothing to do."
            ),
        ),
    ),
}


def unit_invitation(
    *, meeting: str, unit: str, when: str, place: str, link: str, closes: str, places: str, liaison: str, language: str
) -> str:
    """The text that goes with the link to a unit's desk, for its liaison alone; `places` says the limits or is ""."""
    if language == "en":
        lines = [
            f"Invitation to “{meeting}”",
            f"Dear {liaison}," if liaison else "",
            f"To: {unit}",
            f"Time: {when}",
            f"Place: {place}",
            f"Places: {places}" if places else "",
            f"Please register your people before {closes} on your unit's page (no password needed):",
            link,
            "The page is for your unit's liaison; please do not pass it on. If your unit cannot attend, say so there.",
        ]
    else:
        lines = [
            f"关于参加“{meeting}”的邀请",
            f"{liaison}，您好！" if liaison else "",
            f"单位：{unit}",
            f"时间：{when}",
            f"地点：{place}",
            f"名额：{places}" if places else "",
            f"请于{closes}前在贵单位的报名页面报送参会人员（不用密码）：",
            link,
            "此页面由联络员使用，请勿外传。不参加的，也请在页面上告知。",
        ]
    return "\n".join(line for line in lines if line)


def invitation(*, meeting: str, unit: str, when: str, place: str, link: str, closes: str, language: str) -> str:
    """The text that goes with a unit's registration link, to be copied into a chat."""
    if language == "en":
        return (
            f"Invitation to “{meeting}”\nTo: {unit}\nTime: {when}\nPlace: {place}\n"
            f"Please let each of your people register by this link before {closes}:\n{link}\n"
            "The link is for your unit only."
        )
    return (
        f"关于参加“{meeting}”的邀请\n单位：{unit}\n时间：{when}\n地点：{place}\n"
        f"请贵单位参会人员于{closes}前打开下面的链接逐人报名：\n{link}\n此链接仅供本单位使用，请勿外传。"
    )
