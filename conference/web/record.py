"""The activity record in words: what was done, to what, and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from conference.models import Activity
from conference.services import units
from conference.vocabulary import (
    ActorKind,
    Approval,
    Category,
    ChangeWish,
    CheckpointKind,
    DelegateStatus,
    HostRole,
    MeetingStatus,
    Mode,
    OpenTo,
    Outcome,
    Role,
    Scope,
    UnitKind,
)
from conference.web.filters import moment, province, words
from conference.web.language import language

# What each verb is called, 中文 and English; a test looks for verbs that are missing here.
VERBS = {
    "meeting.made": ("新建会议", "Made the meeting"),
    "meeting.edited": ("修改会议", "Edited the meeting"),
    "unit.added": ("添加单位", "Added a unit"),
    "unit.edited": ("修改单位", "Edited a unit"),
    "unit.link_renewed": ("更换单位链接", "Renewed a unit's link"),
    "delegate.registered": ("报名", "Registered"),
    "delegate.registered_again": ("重复报名", "Registered again"),
    "delegate.confirmed": ("确认", "Confirmed"),
    "delegate.declined": ("婉拒", "Declined"),
    "delegate.cancelled": ("取消", "Cancelled"),
    "delegate.substituted": ("换人：由别人代替", "Replaced by somebody else"),
    "delegate.came_instead": ("换人：代替别人参会", "Came in somebody's place"),
    "delegate.edited": ("修改代表", "Edited"),
    "delegate.moved_up": ("候补递补", "Moved up from the waiting list"),
    "delegate.reissued": ("更换参会码", "New code"),
    "delegate.link_made": ("新的个人链接", "New private link"),
    "delegate.erased": ("删除个人信息", "Erased personal data"),
    "delegate.acknowledged": ("本人确认", "The person acknowledged"),
    "delegate.repeat_dismissed": ("处理重复报名", "Settled a repeat entry"),
    "delegate.repeat_cancelled": ("重复报名由填写人取消", "The enterer cancelled a repeat entry"),
    "delegate.repeat_changed": ("重复报名由填写人修改", "The enterer changed a repeat entry"),
    "delegate.change_asked": ("申请变更", "Asked for a change"),
    "delegate.change_withdrawn": ("撤回变更申请", "Took a request for a change back"),
    "delegate.change_decided": ("答复变更申请", "Decided on a request for a change"),
    "checkpoint.added": ("添加签到点", "Added a checkpoint"),
    "checkpoint.edited": ("修改签到点", "Edited a checkpoint"),
    "check_in.voided": ("撤销签到", "Took a check-in back"),
    "account.granted": ("授予职责", "Gave a role"),
    "account.role_taken": ("撤销职责", "Took a role away"),
    "account.link_made": ("新的登录链接", "New sign-in link"),
    "account.password_set": ("设置密码", "Set a password"),
    "token.made": ("新建令牌", "Made a token"),
    "token.revoked": ("撤销令牌", "Revoked a token"),
}
SUBJECTS = {
    "meeting": ("会议", "Meeting"),
    "unit": ("单位", "Units"),
    "delegate": ("代表", "Delegates"),
    "checkpoint": ("签到点", "Checkpoints"),
    "check_in": ("签到", "Check-ins"),
    "account": ("账号", "Accounts"),
    "token": ("令牌", "Tokens"),
}
_FIELDS = {
    "slug": ("网址标识", "Address name"),
    "title": ("会议名称", "Title"),
    "theme": ("主题", "Theme"),
    "place": ("地点", "Place"),
    "province": ("省份", "Province"),
    "timezone": ("时区", "Time zone"),
    "starts_at": ("开始", "Starts"),
    "ends_at": ("结束", "Ends"),
    "status": ("状态", "Status"),
    "registration_opens_at": ("报名开始", "Registration opens"),
    "registration_closes_at": ("报名截止", "Registration closes"),
    "approval": ("审核", "Review"),
    "open_to": ("谁可以报名", "Open to"),
    "notice": ("说明", "Notice"),
    "hosts": ("主办、承办和协办", "Hosts"),
    "capacity_in_person": ("现场名额", "Places in person"),
    "capacity_online": ("线上名额", "Places online"),
    "name": ("名称", "Name"),
    "district": ("市、区、县", "District"),
    "kind": ("类别", "Kind"),
    "credit_code": ("统一社会信用代码", "Credit code"),
    "delegate_limit": ("名额上限", "Limit"),
    "unit": ("单位", "Unit"),
    "unit_id": ("单位", "Unit"),
    "position": ("职务", "Position"),
    "category": ("身份", "Category"),
    "mode": ("参会方式", "Mode"),
    "waiting_for": ("等候改为", "Waiting for"),
    "seat": ("座位", "Seat"),
    "phone": ("手机号", "Phone"),
    "email": ("邮箱", "E-mail"),
    "reason": ("原因", "Reason"),
    "replaced_by": ("由谁代替（编号）", "Replaced by (number)"),
    "replaces": ("代替谁（编号）", "In place of (number)"),
    "acknowledged_at": ("本人确认于", "Acknowledged"),
    "opens_at": ("从", "From"),
    "closes_at": ("到", "Until"),
    "reentry": ("可以反复进入", "Re-entry"),
    "session_id": ("场次", "Session"),
    "account": ("账号", "Account"),
    "role": ("职责", "Role"),
    "token": ("令牌", "Token"),
    "scope": ("范围", "Scope"),
    "outcome": ("结果", "Outcome"),
    "wish": ("申请", "Asked for"),
    "accepted": ("同意", "Accepted"),
}
_SETS: dict[str, type[StrEnum]] = {
    "approval": Approval,
    "open_to": OpenTo,
    "category": Category,
    "mode": Mode,
    "waiting_for": Mode,
    "role": Role,
    "scope": Scope,
    "outcome": Outcome,
    "wish": ChangeWish,
}
_SETS_OF: dict[tuple[str, str], type[StrEnum]] = {
    ("meeting", "status"): MeetingStatus,
    ("delegate", "status"): DelegateStatus,
    ("unit", "kind"): UnitKind,
    ("checkpoint", "kind"): CheckpointKind,
}
_UNLIMITED = {"capacity_in_person", "capacity_online", "delegate_limit"}


@dataclass(frozen=True)
class Change:
    """One field; "" where there was, or is, nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    at: datetime
    actor: str
    verb: str
    subject: str
    subject_id: int | None
    changes: list[Change]


def entries(acts: Iterable[Activity]) -> list[Entry]:
    """Acts as a page shows them."""
    acts = list(acts)
    ids = {value for act in acts for side in (act.before, act.after) if isinstance(value := side.get("unit_id"), int)}
    names = units.names(ids)
    return [_entry(act, names) for act in acts]


def subjects() -> list[tuple[str, str]]:
    return [(key, _of(SUBJECTS, key)) for key in SUBJECTS]


def _entry(act: Activity, names: Mapping[int, str]) -> Entry:
    fields = list(dict.fromkeys([*act.before, *act.after]))
    return Entry(
        at=act.at,
        actor=_actor(act),
        verb=_of(VERBS, act.verb),
        subject=act.subject,
        subject_id=act.subject_id,
        changes=[
            Change(
                _of(_FIELDS, field),
                _said(act.subject, field, act.before.get(field), names) if field in act.before else "",
                _said(act.subject, field, act.after.get(field), names) if field in act.after else "",
            )
            for field in fields
        ],
    )


def _actor(act: Activity) -> str:
    if act.actor_kind in {ActorKind.SYSTEM, ActorKind.STRANGER, ActorKind.UNIT_LINK} or not act.actor_name:
        return words(act.actor_kind)
    if act.actor_kind is ActorKind.ACCOUNT:
        return act.actor_name
    return f"{words(act.actor_kind)} · {act.actor_name}"


def _said(subject: str, field: str, value: Any, names: Mapping[int, str]) -> str:  # whatever JSON holds
    if value is None:
        return _of({"": ("不限", "No limit")}, "") if field in _UNLIMITED else "–"
    if value == "":
        return "–"
    if isinstance(value, bool):
        return _of({"True": ("是", "Yes"), "False": ("否", "No")}, str(value))
    members = _SETS.get(field) or _SETS_OF.get((subject, field))
    if members is not None and value in list(members):
        return words(members(value))
    readers: dict[str, Callable[[Any], str]] = {
        "unit_id": lambda id_: names.get(id_, str(id_)),
        "province": province,
        "hosts": _hosts,
    }
    if field in readers:
        return readers[field](value)
    return _moment(value) if field.endswith("_at") else str(value)


def _hosts(value: Any) -> str:  # "role: name", as the meeting's facts write them
    def one(text: str) -> str:
        role, _, name = text.partition(": ")
        return f"{words(HostRole(role))} {name}" if role in list(HostRole) else text

    return ("；" if language() == "zh" else "; ").join(one(str(text)) for text in value) or "–"


def _moment(value: Any) -> str:  # an ISO time, as the record writes it
    try:
        return moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _of(table: Mapping[str, tuple[str, str]], key: str) -> str:
    return table[key][0 if language() == "zh" else 1] if key in table else key
