"""The objects of walk-ins: what a phone at the door says of somebody, and what became of it."""

from __future__ import annotations

from marshmallow import fields

from conference.blueprints.api.door_schemas import CheckIn
from conference.blueprints.api.fields import Choice, Flag, In, Moment, Out, Raw, Text, Whole
from conference.blueprints.api.schemas import CODE, Delegate, said
from conference.rules.text import NAME_LIMIT
from conference.vocabulary import Mode


class WalkInIn(In):
    nonce = Raw(64, required=True, metadata=said("unique in the meeting; again gives the same walk-in again"))
    checkpoint_id = Whole(required=True)
    name = Text(NAME_LIMIT, required=True)
    phone = Text(40, required=True, metadata=said("kept as +86…"))
    mode = Choice(Mode, load_default=Mode.IN_PERSON)
    unit_id = Whole(allow_none=True, load_default=None, metadata=said("a unit of this meeting; or `unit`"))
    unit = Text(blank=True, load_default="", metadata=said("the name of one, or of a new one"))
    province = Text(
        6, blank=True, load_default="", metadata=said("of a new unit; may be left out where its name tells it")
    )
    code = Text(
        18,
        allow_none=True,
        load_default=None,
        metadata={**CODE, "description": "made on the phone at random; taken where nobody has it"},
    )
    admit = Flag(load_default=True, metadata=said("let them in at the checkpoint"))
    admitted_offline = Flag(load_default=False, metadata=said("the door let them in already, without a network"))
    same_person = Flag(load_default=False, metadata=said("whoever has this phone in the meeting is this person"))
    beyond = Flag(load_default=False, metadata=said("past the capacity, by an organiser's right"))
    wait = Flag(load_default=False, metadata=said("where the hall is full they wait for an organiser's decision"))
    consented = Flag(load_default=False, metadata=said("they were told the privacy notice at the desk and agreed"))
    scanned_at = Moment(allow_none=True, load_default=None)
    sent_at = Moment(allow_none=True, load_default=None, metadata=said("the device's clock when sending"))


class Todo(Out):
    code = fields.String(metadata=said("`hall_full`, or a reason of the door's"))
    detail = fields.String(metadata=said("in words, with what to do"))


class WalkIn(Out):
    id = fields.Integer()
    delegate = fields.Nested(Delegate())
    check_in = fields.Nested(CheckIn(), allow_none=True, metadata=said("null where they are not in yet"))
    past_capacity = fields.Boolean()
    todo = fields.Nested(Todo(), allow_none=True, metadata=said("what is still to be settled for them"))
