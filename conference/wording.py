"""What each member of the vocabulary is called for people, 中文 and English.

The short texts of pages live in templates (Chinese, with an English catalogue); what programs, the door and the
record say about closed sets lives here, so that a member cannot be added without both languages.
"""

from __future__ import annotations

from enum import StrEnum

from conference.vocabulary import (
    ActorKind,
    AgendaKind,
    Approval,
    Category,
    CheckpointKind,
    ConsentPurpose,
    DelegateStatus,
    Direction,
    Fault,
    HostRole,
    MeetingStatus,
    MessageKind,
    Mode,
    OpenTo,
    Origin,
    Outcome,
    Override,
    Refusal,
    Right,
    Role,
    ScanReason,
    Scope,
    UnitKind,
)

LANGUAGES = ("zh", "en")

# A member is told apart by its class too: members of two sets with one value are equal, and would overwrite each other
# as keys of a dictionary (a place that is confirmed, a message that says so).
_SPOKEN: tuple[tuple[StrEnum, str, str], ...] = (
    (Mode.IN_PERSON, "现场", "In person"),
    (Mode.ONLINE, "线上", "Online"),
    (DelegateStatus.PENDING, "待确认", "Awaiting confirmation"),
    (DelegateStatus.CONFIRMED, "已确认", "Confirmed"),
    (DelegateStatus.WAITLISTED, "候补", "On the waiting list"),
    (DelegateStatus.DECLINED, "未获确认", "Declined"),
    (DelegateStatus.CANCELLED, "已取消", "Cancelled"),
    (Category.DELEGATE, "代表", "Delegate"),
    (Category.OBSERVER, "列席", "Observer"),
    (Category.GUEST, "嘉宾", "Guest"),
    (Category.LEADER, "领导", "Leader"),
    (Category.EXPERT, "专家", "Expert"),
    (Category.MEDIA, "媒体", "Press"),
    (Category.STAFF, "工作人员", "Staff"),
    (UnitKind.MEMBER, "委员单位", "Member unit"),
    (UnitKind.RELATED, "有关单位", "Related unit"),
    (UnitKind.INSTITUTION, "机构", "Institution"),
    (MeetingStatus.DRAFT, "筹备中", "Draft"),
    (MeetingStatus.OPEN, "开放", "Open"),
    (MeetingStatus.CLOSED, "已截止", "Closed"),
    (MeetingStatus.ARCHIVED, "已归档", "Archived"),
    (HostRole.HOST, "主办", "Host"),
    (HostRole.JOINT_HOST, "承办", "Joint host"),
    (HostRole.CO_ORGANISER, "协办", "Co-organiser"),
    (Approval.AUTOMATIC, "报名即确认", "Confirmed at once"),
    (Approval.REVIEW, "逐一审核", "Reviewed one by one"),
    (OpenTo.LINK, "仅凭单位链接", "By a unit's link only"),
    (OpenTo.ANYONE, "任何人", "Anyone"),
    (Origin.PUBLIC, "公开报名页", "Public page"),
    (Origin.UNIT_LINK, "单位链接", "Unit's link"),
    (Origin.ORGANISER, "会务组录入", "Entered by an organiser"),
    (Origin.PROGRAM, "程序接口", "By a program"),
    (AgendaKind.ADDRESS, "致辞", "Address"),
    (AgendaKind.SPEECH, "讲话", "Speech"),
    (AgendaKind.EXCHANGE, "交流", "Exchange"),
    (AgendaKind.COMMENTARY, "点评", "Commentary"),
    (AgendaKind.AWARD, "颁证", "Award"),
    (AgendaKind.PLEDGE, "倡议", "Pledge"),
    (AgendaKind.VISIT, "参访", "Site visits"),
    (AgendaKind.BREAK, "休息", "Break"),
    (CheckpointKind.VENUE, "会场", "Venue"),
    (CheckpointKind.SESSION, "场次", "Session"),
    (CheckpointKind.DEPARTURE, "发车", "Departure"),
    (CheckpointKind.MEAL, "用餐", "Meal"),
    (Direction.IN, "入场", "In"),
    (Direction.OUT, "离场", "Out"),
    (Outcome.ADMITTED, "请进", "Welcome"),
    (Outcome.ALREADY, "已签到", "Already in"),
    (Outcome.LEFT, "已离场", "Left"),
    (Outcome.REFUSED, "请留步", "Please wait"),
    (ScanReason.UNKNOWN, "不是本次会议的参会码", "Not a code of this meeting"),
    (ScanReason.REVOKED, "此码已更换，请出示新码", "This code was replaced; ask for the new one"),
    (ScanReason.CANCELLED, "报名已取消", "The place was cancelled"),
    (ScanReason.UNCONFIRMED, "报名尚未确认", "The place is not confirmed"),
    (ScanReason.WRONG_MODE, "报的是线上参会", "Registered to attend online"),
    (ScanReason.NOT_LISTED, "不在此处名单上", "Not on the list here"),
    (ScanReason.CLOSED, "此处现在不开放签到", "Check-in is not open here now"),
    (Override.TAKE_ALONG, "带上这一位", "Take along"),
    (Role.ADMINISTRATOR, "管理员", "Administrator"),
    (Role.ORGANISER, "会务组", "Organiser"),
    (Role.REGISTRATION, "报名组", "Registration"),
    (Role.TRAVEL, "接待组", "Travel"),
    (Role.DOOR, "签到员", "Door"),
    (Role.VIEWER, "查看", "Viewer"),
    (Right.FOUND_MEETINGS, "新建会议", "Make meetings"),
    (Right.SEE_MEETING, "查看会议与数字", "See the meeting and its figures"),
    (Right.SEE_PEOPLE, "查看代表", "See delegates"),
    (Right.RUN_MEETING, "管理会议", "Run the meeting"),
    (Right.REGISTER_PEOPLE, "登记与修改代表", "Enter and edit delegates"),
    (Right.CHECK_IN, "签到", "Check people in"),
    (Scope.ORGANISE, "全部", "Everything"),
    (Scope.CHECKIN, "签到", "Check-in"),
    (Scope.READ, "只读", "Read only"),
    (ActorKind.ACCOUNT, "账号", "Account"),
    (ActorKind.TOKEN, "程序", "Program"),
    (ActorKind.DELEGATE, "本人", "The person"),
    (ActorKind.STRANGER, "公开页访客", "Visitor of the public page"),
    (ActorKind.SYSTEM, "系统", "System"),
    (ConsentPurpose.MEETING, "参会", "The meeting itself"),
    (MessageKind.REGISTERED, "报名回执", "Registration received"),
    (MessageKind.CONFIRMED, "确认通知", "Confirmed"),
    (MessageKind.DECLINED, "未获确认通知", "Declined"),
    (MessageKind.CANCELLED, "取消通知", "Cancelled"),
    (MessageKind.MODE_CHANGED, "参会方式变更", "Mode changed"),
    (MessageKind.REGISTERED_AGAIN, "重复报名提醒", "Registered again"),
    (
        Refusal.ALREADY_REGISTERED,
        "这个手机号或邮箱在本次会议已有一个名额",
        "This phone or e-mail already has a place in this meeting",
    ),
    (Refusal.REGISTRATION_CLOSED, "现在不在报名时间内", "Registration is not open now"),
    (
        Refusal.UNIT_FULL,
        "本单位的名额已报满，请与联络员或会务组联系",
        "The unit's places are all taken; ask its liaison or the organiser",
    ),
    (Refusal.CAPACITY_BELOW_TAKEN, "名额不能少于已确认的人数", "The capacity cannot be below those confirmed"),
    (Refusal.NOT_ACTIVE, "这个报名已经结束（取消或未获确认）", "This place is over (cancelled or declined)"),
    (Refusal.SLUG_TAKEN, "这个网址标识已被另一届会议使用", "Another meeting has this address name"),
    (
        Refusal.UNIT_EXISTS,
        "已有同名同省份或同信用代码的单位",
        "A unit with this name and province, or this credit code, exists",
    ),
    (Refusal.TOKEN_EXISTS, "已有同名的令牌在用", "A token of this name is in use"),
    (Refusal.LAST_ADMINISTRATOR, "至少要留一位管理员", "There must be at least one administrator"),
    (
        Refusal.VOID_NOT_YOURS,
        "签到设备只能在十五分钟内撤销自己的签到",
        "A scanner may take back only its own check-ins, within 15 minutes",
    ),
    (Refusal.IDEMPOTENCY_MISMATCH, "同一个幂等键用于了不同的内容", "The same idempotency key came with another body"),
    (
        Refusal.INSTANCE_NOT_EMPTY,
        "数据库里已有数据，不能恢复到这里",
        "The database holds data already; restore into an empty one",
    ),
    (Refusal.SIGN_IN_FAILED, "邮箱或密码不对", "Wrong e-mail or password"),
    (
        Refusal.LINK_SPENT,
        "这个登录链接已用过或已过期，请索取新的",
        "This sign-in link was used or has expired; ask for a new one",
    ),
    (Refusal.CONSENT_NEEDED, "请先阅读并同意个人信息处理告知", "Please read and agree to the privacy notice first"),
    (Fault.REQUIRED, "请填写", "Required"),
    (Fault.NOT_TEXT, "应为文字", "Must be text"),
    (Fault.TOO_LONG, "太长了", "Too long"),
    (Fault.FORBIDDEN_CHARACTERS, "含有不能使用的控制字符", "Contains control characters that cannot be used"),
    (Fault.NOT_A_PHONE, "不是可用的电话号码", "Not a phone number"),
    (Fault.NOT_AN_EMAIL, "不是可用的邮箱地址", "Not an e-mail address"),
    (Fault.CONTACT_NEEDED, "手机号和邮箱至少填一项", "Give a phone number or an e-mail address"),
    (Fault.UNKNOWN_ID, "没有这一项", "There is no such thing here"),
    (Fault.UNKNOWN_CHOICE, "不在可选范围内", "Not one of the choices"),
    (Fault.NOT_A_PROVINCE, "不是省级行政区代码", "Not the code of a province"),
    (Fault.NOT_A_TIMEZONE, "不是时区名", "Not the name of a time zone"),
    (Fault.NOT_A_CREDIT_CODE, "统一社会信用代码有误", "Not a valid unified social credit code"),
    (
        Fault.NOT_A_SLUG,
        "只能用小写字母、数字和连字符，2 到 64 个字符",
        "Lower-case letters, digits and hyphens only, 2 to 64 characters",
    ),
    (Fault.NOT_A_NUMBER, "应为整数", "Must be a whole number"),
    (Fault.OUT_OF_RANGE, "超出允许的范围", "Out of range"),
    (Fault.NOT_A_TIME, "不是可用的时间", "Not a time"),
    (Fault.TIME_WITHOUT_OFFSET, "时间必须带时区偏移", "The time must carry an offset"),
    (Fault.TIMES_BACKWARDS, "结束必须晚于开始", "The end must be after the beginning"),
    (Fault.EXCLUDES_EACH_OTHER, "两项不能同时给出", "These exclude each other"),
    (Fault.NOT_A_CURSOR, "游标无效", "Not a valid cursor"),
    (Fault.NOT_A_LIST, "应为列表", "Must be a list"),
    (Fault.NOT_AN_OBJECT, "应为对象", "Must be an object"),
    (Fault.NOT_TRUE_OR_FALSE, "应为 true 或 false", "Must be true or false"),
    (Fault.TOO_MANY, "项数不在允许范围内", "Too few or too many items"),
    (Fault.PASSWORD_TOO_SHORT, "密码至少十个字符", "A password has at least ten characters"),
    (Fault.NOT_NULLABLE, "不能为空值", "May not be null"),
)
_WORDS = {(type(member), member): (chinese, english) for member, chinese, english in _SPOKEN}


def say(member: StrEnum, language: str) -> str:
    """What `member` is called in `language` (one of `LANGUAGES`)."""
    return _WORDS[type(member), member][LANGUAGES.index(language)]


# What the door does next when it says no.
_ADVICE: dict[ScanReason, tuple[str, str]] = {
    ScanReason.UNKNOWN: (
        "请对方打开本次会议的参会码，或按姓名、手机后四位查找。",
        "Ask for the code of this meeting, or search by name or the last four digits of the phone.",
    ),
    ScanReason.REVOKED: (
        "请对方重新打开参会页面出示新码，或按姓名查找。",
        "Ask them to open their page again and show the new code, or search by name.",
    ),
    ScanReason.CANCELLED: (
        "请到会务台，由会务组确认是否恢复名额。",
        "Send them to the organisers' desk, which can see whether a place can be given again.",
    ),
    ScanReason.UNCONFIRMED: (
        "请到会务台，由会务组确认后再来签到。",
        "Send them to the organisers' desk to be confirmed, then scan again.",
    ),
    ScanReason.WRONG_MODE: (
        "请到会务台，有现场余位时改为现场参会。",
        "Send them to the organisers' desk: with a place free they can change to attending in person.",
    ),
    ScanReason.NOT_LISTED: (
        "请到会务台核对名单。",
        "Send them to the organisers' desk to check the list.",
    ),
    ScanReason.CLOSED: (
        "请核对此处的开放时间，或换一个签到点。",
        "Look up when this checkpoint is open, or choose another one.",
    ),
}


def advise(reason: ScanReason, language: str) -> str:
    """What the door staff do about a `reason`, in `language` (one of `LANGUAGES`)."""
    return _ADVICE[reason][LANGUAGES.index(language)]
