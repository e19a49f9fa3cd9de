"""The objects of the contract, as they come in and as they go out. The description is made from these."""

from __future__ import annotations

from marshmallow import fields

from conference.blueprints.api.fields import Changes, Choice, Flag, In, Items, Moment, Out, Part, Text, Whole
from conference.rules.text import NAME_LIMIT
from conference.vocabulary import (
    Approval,
    Category,
    DelegateStatus,
    HostRole,
    MeetingStatus,
    Mode,
    OpenTo,
    UnitKind,
)

LARGEST_CAPACITY = 1_000_000
CODE = {"pattern": "^[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{18}$", "example": "K7QH4M2X9RTW6CVP22"}
_PROVINCE = {"pattern": "^[0-9]{6}$", "example": "140000"}


def said(text: str) -> dict[str, str]:
    """The metadata of a field that has something to say."""
    return {"description": text}


# Meetings


class Host(In):
    name = Text(required=True)
    role = Choice(HostRole, required=True)


class Capacity(In):
    in_person = Whole(0, LARGEST_CAPACITY, required=True, allow_none=True, metadata=said("null for no limit"))
    online = Whole(0, LARGEST_CAPACITY, required=True, allow_none=True, metadata=said("null for no limit"))


class CapacityChanges(Changes):
    in_person = Whole(0, LARGEST_CAPACITY, allow_none=True)
    online = Whole(0, LARGEST_CAPACITY, allow_none=True)


class Registration(In):
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)
    approval = Choice(Approval, required=True)
    open_to = Choice(OpenTo, load_default=OpenTo.LINK)


class RegistrationChanges(Changes, Registration):
    pass


class MeetingIn(In):
    slug = Text(64, required=True, metadata={"pattern": "^[a-z0-9][a-z0-9-]*[a-z0-9]$", "minLength": 2})
    title = Text(required=True)
    theme = Text(blank=True, load_default="")
    place = Text(required=True)
    province = Text(6, required=True, metadata=_PROVINCE)
    timezone = Text(64, required=True, metadata={"example": "Asia/Shanghai"})
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    status = Choice(MeetingStatus, required=True)
    hosts = Items(Part(Host()), most=100, load_default=list)
    capacity = Part(Capacity(), required=True)
    registration = Part(Registration(), required=True)


class MeetingChanges(Changes, MeetingIn):
    capacity = Part(CapacityChanges())
    registration = Part(RegistrationChanges())


class HostOut(Out):
    name = fields.String()
    role = Choice(HostRole)


class CapacityOut(Out):
    in_person = fields.Integer(allow_none=True)
    online = fields.Integer(allow_none=True)


class RegistrationOut(Out):
    opens_at = fields.DateTime()
    closes_at = fields.DateTime()
    approval = Choice(Approval)
    open_to = Choice(OpenTo)


class Meeting(Out):
    slug = fields.String()
    title = fields.String()
    theme = fields.String()
    place = fields.String()
    province = fields.String(metadata=_PROVINCE)
    timezone = fields.String()
    starts_at = fields.DateTime()
    ends_at = fields.DateTime()
    status = Choice(MeetingStatus)
    hosts = fields.List(fields.Nested(HostOut()))
    capacity = fields.Nested(CapacityOut())
    registration = fields.Nested(RegistrationOut())


# Units


class UnitIn(In):
    name = Text(required=True)
    province = Text(6, required=True, metadata=_PROVINCE)
    district = Text(blank=True, load_default="")
    kind = Choice(UnitKind, load_default=UnitKind.MEMBER)
    credit_code = Text(18, allow_none=True, load_default=None, metadata=said("GB 32100-2015; checked"))
    delegate_limit = Whole(0, LARGEST_CAPACITY, allow_none=True, load_default=None)


class UnitChanges(Changes, UnitIn):
    pass


class Unit(Out):
    id = fields.Integer()
    name = fields.String()
    province = fields.String(metadata=_PROVINCE)
    district = fields.String()
    kind = Choice(UnitKind)
    credit_code = fields.String(allow_none=True)
    delegate_limit = fields.Integer(allow_none=True)


class UnitBrief(Out):
    id = fields.Integer()
    name = fields.String()
    province = fields.String(metadata=_PROVINCE)


# Delegates


class DelegateFields(In):
    name = Text(NAME_LIMIT, required=True)
    unit_id = Whole(required=True)
    mode = Choice(Mode, required=True)
    phone = Text(allow_none=True, blank=True, load_default=None, metadata=said("kept as +86…; or an e-mail"))
    email = Text(254, allow_none=True, blank=True, load_default=None, metadata=said("or a phone"))
    position = Text(allow_none=True, blank=True, load_default="")
    category = Choice(Category, load_default=Category.DELEGATE)


class DelegateIn(DelegateFields):
    late = Flag(load_default=False, metadata=said("enter somebody before the opening or after the closing"))


class DelegateChanges(Changes, DelegateFields):
    pass


class Nothing(In):
    """An act that needs no words."""


class Reason(In):
    reason = Text(required=True)


class OptionalReason(In):
    reason = Text(allow_none=True, blank=True, load_default="")


class Delegate(Out):
    id = fields.Integer()
    number = fields.String(metadata=said("short, for people to say; admits nobody by itself"))
    code = fields.String(allow_none=True, metadata={**CODE, "description": "null for a `read` token"})
    name = fields.String(allow_none=True)
    unit = fields.Nested(UnitBrief())
    position = fields.String(allow_none=True)
    category = Choice(Category)
    mode = Choice(Mode)
    status = Choice(DelegateStatus)
    waiting_for = Choice(Mode, allow_none=True)
    waitlist_place = fields.Integer(allow_none=True)
    acknowledged_at = fields.DateTime(allow_none=True)
    access_url = fields.String(allow_none=True, metadata=said("said once, when the place is made"))
    created_at = fields.DateTime()


# Figures


class DelegateFigures(Out):
    confirmed = fields.Integer()
    pending = fields.Integer()
    waitlisted = fields.Integer()
    cancelled = fields.Integer(metadata=said("declined ones included"))
    in_person = fields.Integer(metadata=said("confirmed ones"))
    online = fields.Integer(metadata=said("confirmed ones"))


class OnlineFigures(Out):
    beats = fields.Integer()
    platform = fields.Integer()


class PresentFigures(Out):
    in_person = fields.Integer(metadata=said("people with an admission at a venue, each once"))
    inside = fields.Integer()
    provinces = fields.Integer()
    online = fields.Integer(metadata=said("people who watched and were not admitted at a venue, each once"))
    online_by = fields.Nested(
        OnlineFigures(), metadata=said("the same people, each by the strongest evidence there is of them")
    )
    collective = fields.Integer(metadata=said("head-counts of approved viewing rooms"))


class VisitFigures(Out):
    confirmed = fields.Integer(metadata=said("0 until site visits are built"))
    boarded = fields.Integer(metadata=said("0 until site visits are built"))


class Figures(Out):
    delegates = fields.Nested(DelegateFigures())
    provinces = fields.Integer(metadata=said("how many provinces confirmed delegates of both modes come from"))
    units = fields.Integer(metadata=said("how many units confirmed delegates of both modes come from"))
    present = fields.Nested(PresentFigures())
    visits = fields.Nested(VisitFigures())
    signatures = fields.Integer(metadata=said("0 until the pledge is built"))
    speaking_units = fields.Integer()
    as_of = fields.DateTime()


class Problem(Out):
    """RFC 9457; `errors` is there for a 422 and names each field, with dots inside objects and lists."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String(metadata=said("never changes; `detail` follows Accept-Language"))
