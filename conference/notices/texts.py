"""The words of messages: short, complete without a picture, fit to be forwarded in a chat."""

from __future__ import annotations

from dataclasses import dataclass

from conference.vocabulary import DelegateStatus, MessageKind, Mode
from conference.wording import say


@dataclass(frozen=True)
class Facts:
    """What a message speaks of; `link` is the private one, where this message may carry it."""

    language: str
    name: str
    meeting: str
    mode: Mode
    status: DelegateStatus
    meeting_url: str
    link: str | None


@dataclass(frozen=True)
class Message:
    subject: str
    text: str


_HEADS = {
    MessageKind.REGISTERED: ("{name}，您好！您已报名“{meeting}”。", "Dear {name}, you are registered for “{meeting}”."),
    MessageKind.CONFIRMED: (
        "{name}，您好！您在“{meeting}”的名额已确认。",
        "Dear {name}, your place in “{meeting}” is confirmed.",
    ),
    MessageKind.DECLINED: (
        "{name}，您好！您在“{meeting}”的报名未获确认。",
        "Dear {name}, your registration for “{meeting}” was declined.",
    ),
    MessageKind.CANCELLED: (
        "{name}，您好！您在“{meeting}”的报名已取消。",
        "Dear {name}, your place in “{meeting}” was cancelled.",
    ),
    MessageKind.MODE_CHANGED: (
        "{name}，您好！您在“{meeting}”的参会方式有变更。",
        "Dear {name}, your way of attending “{meeting}” changed.",
    ),
    MessageKind.REGISTERED_AGAIN: (
        "{name}，您好！有人用您的手机号或邮箱再次报名“{meeting}”。您原来的名额不变；如果不是您本人，无需理会。",
        (
            "Dear {name}, somebody registered again for “{meeting}” with your phone or e-mail. "
            "Your place is unchanged; if it was not you, there is nothing to do."
        ),
    ),
}
_STATE = ("参会方式：{mode}　状态：{status}", "Attending: {mode}. Status: {status}.")
_LINK = (
    "参会码和个人页面（请勿转发给他人）：\n{link}",
    "Your code and private page (please do not pass it on):\n{link}",
)
_MEETING = ("会议页面：{meeting_url}", "The meeting: {meeting_url}")


def compose(kind: MessageKind, facts: Facts) -> Message:
    """The message of `kind` in the reader's language. Facts are filled in last, so braces in a name are harmless."""
    which = 0 if facts.language == "zh" else 1
    words = {
        "name": facts.name,
        "meeting": facts.meeting,
        "mode": say(facts.mode, facts.language),
        "status": say(facts.status, facts.language),
        "link": facts.link or "",
        "meeting_url": facts.meeting_url,
    }
    parts = [_HEADS[kind][which]]
    if kind is not MessageKind.REGISTERED_AGAIN:
        parts.append(_STATE[which])
    if facts.link:
        parts.append(_LINK[which])
    parts.append(_MEETING[which])
    subject = f"{say(kind, facts.language)} · {facts.meeting}"
    return Message(subject=" ".join(subject.split()), text="\n".join(part.format_map(words) for part in parts))


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
