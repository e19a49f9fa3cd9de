"""The forms of a delegate's own page: travel and stay, needs, proof, refusing, contact."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField

from conference.forms import choices
from conference.forms.fields import Line, Lines, WallClock, wall
from conference.forms.registration import CONTACT_LIMIT, EmailLine, PhoneLine
from conference.rules.details import NEEDS_LIMIT, TRAVEL_LIMIT, Needs, Stay
from conference.rules.text import NAME_LIMIT
from conference.vocabulary import Gender, Room

REASON_LIMIT = 200
PROOF_LIMIT = 200


class OptionalRadio(RadioField):
    """Radio buttons, none of which need be chosen; what is no choice is none."""

    data: str | None

    def pre_validate(self, form: Any) -> None:  # WTForms' own signature
        if self.data not in [value for value, *_ in self.iter_choices()]:
            self.data = None


class StayForm(FlaskForm):
    """Times are on the meeting's wall clock. The consent is asked with it while it has not been given."""

    arrives_at = WallClock(_l("到达时间"), required=False)
    arrives_by = Line(_l("到达车次或航班"), limit=TRAVEL_LIMIT, required=False)
    leaves_at = WallClock(_l("离开时间"), required=False)
    leaves_by = Line(_l("离开车次或航班"), limit=TRAVEL_LIMIT, required=False)
    room = choices.Radio(_l("住宿"), choices=choices.of(Room), default=Room.NONE.value)
    gender = OptionalRadio(_l("性别"), choices=choices.of(Gender))
    share_with = Line(_l("同住人姓名"), limit=NAME_LIMIT, required=False)
    agreed = BooleanField(_l("我同意"))

    def stay(self, timezone: str) -> Stay:
        return Stay(
            room=Room(self.room.data),
            share_with=self.share_with.data,
            gender=Gender(self.gender.data) if self.gender.data else None,
            arrives_at=self.arrives_at.aware(timezone),
            arrives_by=self.arrives_by.data,
            leaves_at=self.leaves_at.aware(timezone),
            leaves_by=self.leaves_by.data,
        )

    @staticmethod
    def data_of(stay: Stay | None, timezone: str) -> dict[str, Any]:
        if stay is None:
            return {}
        return {
            "room": stay.room.value,
            "share_with": stay.share_with,
            "gender": stay.gender.value if stay.gender else None,
            "arrives_at": wall(stay.arrives_at, timezone),
            "arrives_by": stay.arrives_by,
            "leaves_at": wall(stay.leaves_at, timezone),
            "leaves_by": stay.leaves_by,
        }


class NeedsForm(FlaskForm):
    diet = Lines(_l("饮食要求"), limit=NEEDS_LIMIT)
    access = Lines(_l("无障碍需要"), limit=NEEDS_LIMIT)
    agreed = BooleanField(_l("我同意"))

    @property
    def needs(self) -> Needs:
        return Needs(diet=self.diet.data, access=self.access.data)


class ProofForm(FlaskForm):
    """What is typed is a code, four digits or an e-mail address; its label is the page's."""

    proof = Line(_l("6 位验证码"), limit=PROOF_LIMIT)


class RefuseForm(FlaskForm):
    reason = Line(_l("原因"), limit=REASON_LIMIT, required=False)


class ContactForm(FlaskForm):
    """Both are typed anew: what is on file is shown in part only."""

    phone = PhoneLine(_l("手机号"), limit=CONTACT_LIMIT, required=False)
    email = EmailLine(_l("邮箱"), limit=CONTACT_LIMIT, required=False)
