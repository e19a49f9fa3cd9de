"""What the door says to the person themselves, who reads it on their own phone: what it is, and what they can do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from conference.models import Checkpoint
from conference.vocabulary import Outcome, ScanReason
from conference.web import verdicts
from conference.web.verdicts import KINDS, Verdict


def of(answer: Mapping[str, Any], point: Checkpoint, *, now: datetime) -> Verdict:
    """The verdict of a scan that somebody made of themselves, as the feed shows it."""
    outcome = Outcome(answer["outcome"])
    reason = ScanReason(answer["reason"]) if outcome is Outcome.REFUSED else None
    person = answer["delegate"] or {}
    word, detail, advice = _said(outcome, reason, answer, point, now)
    if answer["voided_at"]:
        word, detail, advice = _("已撤销"), "", _("工作人员撤销了这次签到，请到门口问一问。")
    return Verdict(
        kind="stop" if answer["voided_at"] else KINDS[outcome],
        word=word,
        name=person.get("name", ""),
        unit=person["unit"]["name"] if person else "",
        detail=detail,
        advice=advice,
        undoable=False,
    )


def _said(
    outcome: Outcome, reason: ScanReason | None, answer: Mapping[str, Any], point: Checkpoint, now: datetime
) -> tuple[str, str, str]:
    if outcome is Outcome.ADMITTED:
        return _("签到成功"), str((answer["delegate"] or {}).get("seat") or ""), _("请进。")
    if outcome is Outcome.ALREADY:
        first = verdicts.when(datetime.fromisoformat(answer["first_scanned_at"]), now=now)
        seat = str((answer["delegate"] or {}).get("seat") or "")
        return _("您已签到"), seat, _("%(when)s 已经签到，不用再签，请进。", when=first)
    desk = _("请到签到台找工作人员。")
    if reason is ScanReason.WRONG_MODE:
        return _("还不能进"), _("您报的是线上参会"), _("想到现场参会，请到签到台；现场有空位时可以当场更改。")
    if reason is ScanReason.UNCONFIRMED:
        return _("还不能进"), _("报名还没有确认"), _("请到签到台，工作人员可以当场核对。")
    if reason is ScanReason.CANCELLED:
        return _("还不能进"), _("这个报名已经取消"), _("如果不是您取消的，请到签到台找工作人员。")
    if reason is ScanReason.NOT_LISTED:
        return _("还不能进"), _("您不在这里的名单上"), desk
    if reason is ScanReason.CLOSED:
        return _("现在不能签到"), _hours(point, now), _("时间不对？请问工作人员。")
    return _("没有签上"), _("没有找到您的参会码"), _("请到签到台，说出姓名和手机号。")


def _hours(point: Checkpoint, now: datetime) -> str:
    if point.opens_at and now < point.opens_at:
        return str(_("%(when)s 开始签到", when=verdicts.when(point.opens_at, now=now)))
    if point.closes_at and now > point.closes_at:
        return str(_("签到已于 %(when)s 结束", when=verdicts.when(point.closes_at, now=now)))
    return ""
