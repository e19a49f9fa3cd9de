"""One line for what was told, and pairs for what a wish would change."""

from __future__ import annotations

from flask_babel import gettext as _

from conference.rules.details import Needs, Stay
from conference.services.own_requests import Asked
from conference.vocabulary import Room
from conference.web.filters import moment, words

_LONGEST = 60


def stay(told: Stay | None) -> str:
    if told is None:
        return str(_("还没有填写"))
    parts = [
        _("%(when)s到", when=moment(told.arrives_at)) if told.arrives_at else "",
        _("%(when)s离开", when=moment(told.leaves_at)) if told.leaves_at else "",
        words(told.room),
        told.share_with if told.room is Room.SHARED else "",
    ]
    return " · ".join(part for part in parts if part)


def needs(told: Needs | None) -> str:
    if told is None or not (told.diet or told.access):
        return str(_("还没有填写"))
    text = " · ".join(" ".join(part.split()) for part in (told.diet, told.access) if part)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def changes(asked: Asked) -> list[tuple[str, str]]:
    """What a wish would change, field by field; of a phone or an e-mail only that it would."""
    labels = {
        "name": _("姓名"),
        "position": _("职务"),
        "phone": _("手机号"),
        "email": _("邮箱"),
        "mode": _("参会方式"),
        "category": _("身份"),
    }
    said = []
    for change in asked.changes:
        if change.field in {"phone", "email"}:
            text = _("更换") if change.after else _("去掉")
        else:
            text = words(change.after) if change.field in {"mode", "category"} else str(change.after or "–")
        said.append((labels[change.field], text))
    return said
