"""The menu of the desk: queues stand in it while something waits in them."""

from __future__ import annotations

import re
from datetime import datetime

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Meeting
from conference.services import registration
from conference.services.activity import SYSTEM
from conference.vocabulary import Approval, Mode, Origin
from tests.cast import Cast

QUEUES = ("待审核", "变更申请", "名额申请", "疑似重复", "重复报名")


def menu(page: str) -> list[str]:
    return re.findall(r"<span>([^<]+)</span>", page.partition('<nav class="desk-menu"')[2].partition("desk-account")[0])


def test_empty_queues_are_not_in_the_menu_but_on_their_own_page(desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}"
    shown = menu(desk.get(f"{base}/").text)
    assert shown == [
        "总览", "单位", "邀请", "代表", "候补", "参会回执", "住宿和饮食", "议程", "参访",
        "签到点",
        "领导和嘉宾", "线上", "扫码设备", "大屏", "座位", "证件打印",
        "通知", "待发箱", "会议设置", "自设问题", "账号", "操作记录", "全部会议",
    ]  # fmt: skip
    for path, name in (("delegates?status=pending", "待审核"), ("requests", "变更申请"), ("repeats", "重复报名")):
        assert [one for one in menu(desk.get(f"{base}/{path}").text) if one in QUEUES] == [name]


def test_a_queue_comes_with_the_first_who_waits(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        with db.transaction() as session:
            session.get_one(Meeting, cast.meeting_id).approval = Approval.REVIEW
        registration.register(
            cast.meeting_id,
            registration.Entry("赵敏", cast.kenli_id, Mode.IN_PERSON, phone="13911110009"),
            actor=SYSTEM,
            origin=Origin.PUBLIC,
            public_url=cast.public_url,
            now=now,
        )
        db.release()
    assert [one for one in menu(desk.get(f"/desk/{cast.slug}/").text) if one in QUEUES] == ["待审核"]
