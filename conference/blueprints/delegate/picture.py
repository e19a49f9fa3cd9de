"""What the picture of a pass says, in the reader's language.

A QR stands on it only where it opens a door: a confirmed place in the hall. Else a stamp says what holds instead.
"""

from __future__ import annotations

from flask_babel import gettext as _

from conference.documents import qr
from conference.documents.pass_picture import PassFacts, Tone
from conference.services.passes import Pass
from conference.vocabulary import DelegateStatus, Mode
from conference.web.filters import moment, where, words

TONES: dict[DelegateStatus, Tone] = {
    DelegateStatus.CONFIRMED: "go",
    DelegateStatus.WAITLISTED: "again",
    DelegateStatus.PENDING: "info",
    DelegateStatus.DECLINED: "stop",
    DelegateStatus.CANCELLED: "stop",
}


def facts(mine: Pass, *, public_url: str) -> PassFacts:
    stamp, note = ("", "") if mine.opens_door else _stamp(mine)
    return PassFacts(
        meeting=mine.meeting.title,
        when=moment(mine.meeting.starts_at),
        place=where(mine.meeting),
        name=mine.name,
        unit=mine.unit,
        position=mine.position,
        status=f"{words(mine.mode)} · {words(mine.status)}",
        tone=TONES[mine.status],
        details=((_("编号"), mine.number), *(((_("座位"), mine.seat),) if mine.seat else ())),
        qr_text=qr.address(public_url, mine.code or "") if mine.opens_door else None,
        code=mine.code or "",
        stamp=stamp,
        stamp_note=note,
        footer=_("入场时出示此图，不需要联网。请勿转给他人。") if mine.opens_door else "",
        mark=_("示例") if mine.meeting.demonstration else "",
    )


def _stamp(mine: Pass) -> tuple[str, str]:
    if mine.status is DelegateStatus.CONFIRMED and mine.mode is Mode.ONLINE:
        return words(Mode.ONLINE), _("您已确认线上参会，不需要现场入场码。")
    notes = {
        DelegateStatus.CONFIRMED: _("请联系会务组领取参会码。"),
        DelegateStatus.WAITLISTED: _("名额已满，您在候补。有空位会按顺序自动补上。"),
        DelegateStatus.PENDING: _("会务组确认后，这里会出现参会码。"),
        DelegateStatus.DECLINED: _("这次报名没有获得确认。"),
        DelegateStatus.CANCELLED: _("这个报名已取消。"),
    }
    return words(mine.status), notes[mine.status]
