"""The privacy notice (个人信息处理告知) that people agree to: its text in both languages, with version and hash.

A changed text is a new version: what was agreed to is found again by the hash of the text that was read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from conference.services import consent_texts
from conference.services.consent_texts import Text
from conference.services.registration import ConsentGiven
from conference.vocabulary import ConsentPurpose

VERSION = "2026-2"


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """The notice in one language; `text_sha256` is of its titles and paragraphs, a line each, in UTF-8."""

    version: str
    sections: tuple[Section, ...]

    @property
    def text_sha256(self) -> str:
        lines = [line for section in self.sections for line in (section.title, *section.paragraphs)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def notice(language: str) -> Notice:
    """What is shown to a reader of `language`."""
    return Notice(VERSION, _ENGLISH if language == "en" else _CHINESE)


def text(purpose: ConsentPurpose, language: str) -> Text:
    """What a reader of `language` is asked for a purpose other than the meeting itself."""
    return consent_texts.TEXTS[purpose]["en" if language == "en" else "zh"]


def consent(purpose: ConsentPurpose, language: str) -> ConsentGiven:
    """The agreement of somebody who read the text of `purpose` in `language`; for the meeting, the whole notice."""
    if purpose is ConsentPurpose.MEETING:
        read = notice(language)
        return ConsentGiven(read.version, read.text_sha256)
    asked = text(purpose, language)
    return ConsentGiven(consent_texts.VERSION, hashlib.sha256(f"{asked.asks}\n{asked.follows}".encode()).hexdigest())


_CHINESE = (
    Section(
        "谁处理您的信息",
        ("本次会议的主办单位及其会务组。主办单位的名称见会议页面；联系会务组，请通过发给您通知或链接的人。",),
    ),
    Section(
        "收集什么，用来做什么",
        (
            "姓名、职务、单位：确认参会人，制作参会码和名单，现场签到。",
            "手机号或邮箱（填一项即可）：确认一人一个名额，发送与您的参会有关的通知。",
            "参会方式、签到的时间和入口：安排座位，统计到会情况。",
            "行程住宿、饮食和无障碍需要、通讯录、照片：每一项另外征求您的同意，不同意不影响参会。",
            "不收集身份证号、民族、人脸等信息，也不记录位置。",
        ),
    ),
    Section(
        "谁能看到",
        (
            "会务组中有权限的人员。现场签到人员能看到姓名、单位、座位和是否确认；手机号最多显示后四位。",
            "对外公布的只有人数，不含个人信息。信息不提供给与本次会议无关的人，不用于营销。",
        ),
    ),
    Section(
        "怎样保存，保存多久",
        (
            "手机号和邮箱加密保存。个人链接和参会码是两样东西：参会码打不开您的个人页面。",
            (
                "会议结束满一年自动删除能认出您的内容（会务组可以定得更早），统计数字保留。"
                "您也可以随时在个人页面自己删除。"
            ),
        ),
    ),
    Section(
        "您的权利",
        (
            "您可以在个人页面查看、更正、下载、删除自己的信息，更换参会方式，取消报名，撤回同意；也可以请会务组办理。",
            "取消报名或撤回同意，不影响此前已经进行的处理。",
            "由他人代为报名的，您可以在个人页面确认、更正或拒绝；没有确认不影响入场。",
        ),
    ),
)
_ENGLISH = (
    Section(
        "Who handles your data",
        (
            "The hosts of this meeting, who are named on its page, and their office.",
            "To reach the office, ask whoever sent you the notice or the link.",
        ),
    ),
    Section(
        "What is collected, and for what",
        (
            "Name, position and unit: to confirm who attends, to make codes and lists, and to check people in.",
            "Phone or e-mail (one is enough): so that each person has one place, and to send messages about it.",
            "How you attend, and when and at which door you were checked in: for seats and for the figures.",
            (
                "Travel and stay, food and access needs, the directory, photographs: each is asked of you by itself, "
                "and not agreeing does not affect your place."
            ),
            "No identity number, no ethnicity and no face is collected, and no location is recorded.",
        ),
    ),
    Section(
        "Who can see it",
        (
            "Members of the meeting office with the right to.",
            "Door staff see name, unit, seat and status, and of a phone number at most its last four digits.",
            "Only numbers of people are published. Nothing goes to anybody outside this meeting or into marketing.",
        ),
    ),
    Section(
        "How it is kept, and how long",
        (
            "Phone numbers and e-mail addresses are kept encrypted.",
            "Your private link and your code are two things: the code does not open your private page.",
            (
                "What identifies you is deleted a year after the meeting, or earlier where the office says so; the "
                "figures stay."
            ),
            "You can delete it yourself on your private page at any time.",
        ),
    ),
    Section(
        "Your rights",
        (
            (
                "On your private page you can see, correct, download and delete your data, change how you attend, "
                "cancel, and withdraw your agreement. You can also ask the office to do so."
            ),
            "Cancelling or withdrawing does not undo what was lawfully done before.",
            "If somebody else registered you, you can confirm, correct or refuse that on your private page.",
            "Leaving it unconfirmed does not bar you from the meeting.",
        ),
    ),
)
