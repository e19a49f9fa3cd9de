"""What people agree to beyond the meeting itself, one text for each purpose, in both languages.

A changed text is a new version: what was agreed to is found again by the hash of the text that was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conference.vocabulary import ConsentPurpose

VERSION = "2026-1"


@dataclass(frozen=True)
class Text:
    """`asks` is what is agreed to, `follows` what happens when it is taken back."""

    asks: str
    follows: str


TEXTS: Mapping[ConsentPurpose, Mapping[str, Text]] = {
    ConsentPurpose.HOTEL: {
        "zh": Text(
            "同意会务组把我填写的行程和住宿信息（到达和离开的时间、车次或航班、住宿要求、"
            "同住人和性别）用于接送和安排住宿。只有会务组和接待组能看到，需要时提供给会议安排的酒店；"
            "会后按会议的保存期限删除。不收身份证号。",
            "您填写的行程和住宿信息马上删除，会务组不再为您安排接送和住宿。已经提供给酒店的，请会务组告诉酒店。",
        ),
        "en": Text(
            "The office may use what I write about travel and stay (when I arrive and leave, train or flight, what "
            "room I need, whom I share it with, gender) to meet me and to arrange a room. Only organisers and the "
            "travel group see it; the meeting's hotel is told where it must be. It is deleted when the meeting's data "
            "is. No identity number is asked for.",
            "What you wrote about travel and stay is deleted at once, and no transfer or room is arranged for you any "
            "more. What the hotel was told already, the office asks it to delete.",
        ),
    },
    ConsentPurpose.CATERING: {
        "zh": Text(
            "同意会务组把我填写的饮食要求和无障碍需要（可能涉及健康或信仰）用于安排用餐和会场。"
            "只有会务组和接待组能看到；给餐厅的只有份数和要求，不带姓名。会后按会议的保存期限删除。",
            "您填写的饮食要求和无障碍需要马上删除，会务组按普通标准安排。",
        ),
        "en": Text(
            "The office may use what I write about food and access (which may touch on health or belief) to arrange "
            "meals and the venue. Only organisers and the travel group see it; the kitchen is told numbers and wishes "
            "without names. It is deleted when the meeting's data is.",
            "What you wrote about food and access is deleted at once, and the office arranges the usual for you.",
        ),
    },
    ConsentPurpose.DIRECTORY: {
        "zh": Text(
            "同意把我的姓名、单位、职务和联系方式编入参会通讯录，供参加本次会议的人员联系使用。不同意也不影响参会。",
            "您从参会通讯录中去掉，以后印发和下载的通讯录里没有您。已经发出去的收不回来。",
        ),
        "en": Text(
            "My name, unit, position and contact may stand in the directory of this meeting, for the people who take "
            "part in it. Not agreeing does not affect my place.",
            "You are taken out of the directory: copies made from now on do not have you. Copies handed out cannot be "
            "called back.",
        ),
    },
    ConsentPurpose.PHOTOGRAPHS: {
        "zh": Text(
            "同意会议拍摄的照片和视频中能认出我的，用于本次会议的报道和总结。不同意也不影响参会，"
            "可以请工作人员安排不被拍到的座位。",
            "会务组会看到您不同意使用能认出您的照片和视频，以后不再使用。已经发表的，请会务组联系处理。",
        ),
        "en": Text(
            "Photographs and video of this meeting in which I can be recognised may be used to report on it. Not "
            "agreeing does not affect my place; staff can find a seat that is not filmed.",
            "The organisers see that you do not agree, and use no further picture in which you can be recognised. For "
            "those already published, ask the office.",
        ),
    },
}
