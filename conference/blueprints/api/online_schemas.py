"""The objects of the contract for the online half: beats, attendance, viewing rooms."""

from __future__ import annotations

from marshmallow import fields

from conference.blueprints.api.fields import Choice, In, Out, Text, Whole
from conference.blueprints.api.schemas import said
from conference.services.viewing_rooms import MOST
from conference.vocabulary import Grade, ViewingRoomStatus


class Beat(In):
    """Nothing: the token says who is watching."""


class Attendance(Out):
    delegate_id = fields.Integer()
    session_id = fields.Integer(allow_none=True, metadata=said("null for the time outside sessions"))
    minutes = fields.Float()
    grade = Choice(Grade)


class ViewingRoomIn(In):
    unit_id = Whole(required=True)
    place = Text(required=True)
    host = Text(required=True)
    headcount = Whole(1, MOST, required=True)


class ViewingRoom(Out):
    id = fields.Integer()
    unit_id = fields.Integer()
    place = fields.String()
    host = fields.String(allow_none=True)
    headcount = fields.Integer()
    status = Choice(ViewingRoomStatus)
