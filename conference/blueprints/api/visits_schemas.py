"""The objects of the contract for site visits: stops, departures, sign-ups, plans."""

from __future__ import annotations

from marshmallow import fields

from conference.blueprints.api.fields import Choice, In, Items, Moment, Out, Part, Text, Whole
from conference.blueprints.api.schemas import said
from conference.vocabulary import SignUpStatus

MOST_STOPS, MOST_SEATS, MOST_PARTIES, MOST_MINUTES = 30, 10_000, 200, 1440


class StopIn(In):
    name = Text(required=True)
    address = Text(blank=True, load_default="")
    capacity = Whole(1, 100_000, required=True, metadata=said("people at one time"))


class Stop(Out):
    id = fields.Integer()
    name = fields.String()
    address = fields.String()
    capacity = fields.Integer()


class StayIn(In):
    stop_id = Whole(required=True)
    arrives_at = Moment(required=True)
    leaves_at = Moment(required=True)


class Stay(Out):
    stop_id = fields.Integer()
    arrives_at = fields.DateTime()
    leaves_at = fields.DateTime()


class DepartureIn(In):
    name = Text(required=True)
    leaves_at = Moment(required=True)
    seats = Whole(1, MOST_SEATS, required=True)
    stops = Items(Part(StayIn()), least=1, most=MOST_STOPS, required=True)


class Departure(Out):
    id = fields.Integer()
    name = fields.String()
    leaves_at = fields.DateTime()
    seats = fields.Integer()
    stops = fields.List(fields.Nested(Stay()))
    taken = fields.Integer()
    waitlisted = fields.Integer()


class SignUpIn(In):
    delegate_id = Whole(required=True)


class SignUp(Out):
    id = fields.Integer()
    status = Choice(SignUpStatus)
    waitlist_place = fields.Integer(allow_none=True)


class Window(In):
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class PlanIn(In):
    party_sizes = Items(Whole(1, MOST_SEATS), least=1, most=MOST_PARTIES, required=True)
    window = Part(Window(), required=True)
    stay_minutes = Whole(1, MOST_MINUTES, required=True)
    ride_minutes = Whole(0, MOST_MINUTES, required=True)


class PlannedDeparture(Out):
    seats = fields.Integer()
    leaves_at = fields.DateTime()
    returns_at = fields.DateTime()
    stops = fields.List(fields.Nested(Stay()))


class Plan(Out):
    departures = fields.List(fields.Nested(PlannedDeparture()))
