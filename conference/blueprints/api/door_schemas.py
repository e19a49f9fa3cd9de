"""The objects of the contract at the door: checkpoints, scans and their answers, the roster."""

from __future__ import annotations

from marshmallow import fields

from conference.blueprints.api.fields import Choice, Flag, In, Items, Moment, Out, Raw, Text, Whole
from conference.blueprints.api.schemas import CODE, UnitBrief, said
from conference.vocabulary import (
    Category,
    CheckpointKind,
    DelegateStatus,
    Direction,
    Mode,
    Outcome,
    Override,
    ScanReason,
)

LARGEST_BATCH = 500


class CheckpointIn(In):
    name = Text(required=True)
    kind = Choice(CheckpointKind, required=True)
    opens_at = Moment(allow_none=True, load_default=None)
    closes_at = Moment(allow_none=True, load_default=None)
    reentry = Flag(load_default=False)
    session_id = Whole(allow_none=True, load_default=None)
    departure_id = Whole(allow_none=True, load_default=None)
    leg = Whole(0, 1000, allow_none=True, load_default=None)


class Checkpoint(Out):
    id = fields.Integer()
    name = fields.String()
    kind = Choice(CheckpointKind)
    opens_at = fields.DateTime(allow_none=True)
    closes_at = fields.DateTime(allow_none=True)
    reentry = fields.Boolean()
    session_id = fields.Integer(allow_none=True)
    departure_id = fields.Integer(allow_none=True)
    leg = fields.Integer(allow_none=True)


class Scan(In):
    code = Raw(2048, any_characters=True, required=True, metadata=said("any text; no code of ours is `unknown`"))
    checkpoint_id = Whole(required=True)
    nonce = Raw(64, required=True, metadata=said("unique in the meeting; again gives the first answer again"))
    direction = Choice(Direction, load_default=Direction.IN)
    scanned_at = Moment(allow_none=True, load_default=None)
    sent_at = Moment(allow_none=True, load_default=None, metadata=said("the device's clock when sending"))
    admitted_offline = Flag(load_default=False)
    refused_offline = Choice(ScanReason, allow_none=True, load_default=None)
    override = Choice(Override, allow_none=True, load_default=None)


class SelfCheckIn(In):
    here = Raw(
        2048,
        any_characters=True,
        required=True,
        metadata=said("the rotating text that the venue's screen shows, bare or as its address"),
    )


class Batch(In):
    """The scans are looked at one by one, so that a bad one stops no other."""

    items = Items(
        fields.Raw(allow_none=True, metadata=said("a scan, as `Scan`; a bad one is answered in its own place")),
        least=1,
        most=LARGEST_BATCH,
        required=True,
    )


class Person(Out):
    id = fields.Integer()
    number = fields.String()
    name = fields.String()
    unit = fields.Nested(UnitBrief())
    position = fields.String()
    category = Choice(Category)
    mode = Choice(Mode)
    status = Choice(DelegateStatus)
    seat = fields.String(allow_none=True)
    departure = fields.Integer(allow_none=True, metadata=said("the one that they have a seat on, null without"))


class CheckIn(Out):
    id = fields.Integer()
    outcome = Choice(Outcome)
    reason = Choice(ScanReason, allow_none=True)
    flagged = fields.Boolean()
    delegate = fields.Nested(Person(), allow_none=True)
    first_scanned_at = fields.DateTime(allow_none=True, metadata=said("null unless `already`"))
    first_gate = fields.String(allow_none=True, metadata=said("null unless `already`"))


class CheckInEntry(CheckIn):
    checkpoint_id = fields.Integer()
    direction = Choice(Direction)
    gate = fields.String()
    scanned_at = fields.DateTime()
    received_at = fields.DateTime()
    voided_at = fields.DateTime(allow_none=True)


class BatchError(Out):
    code = fields.String()
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class BatchResults(Out):
    results = fields.List(
        fields.Raw(
            metadata={
                "oneOf": [
                    {"$ref": "#/components/schemas/CheckIn"},
                    {
                        "type": "object",
                        "required": ["error"],
                        "properties": {"error": {"$ref": "#/components/schemas/BatchError"}},
                    },
                ]
            }
        )
    )


class RosterItem(Out):
    code = fields.String(metadata=CODE)
    number = fields.String()
    name = fields.String()
    pinyin = fields.String()
    unit = fields.Nested(UnitBrief())
    position = fields.String()
    category = Choice(Category)
    phone_tail = fields.String(allow_none=True, metadata=said("the last four digits"))
    mode = Choice(Mode)
    status = Choice(DelegateStatus)
    seat = fields.String(allow_none=True)
    departure = fields.Integer(allow_none=True)
    listed = fields.Boolean()
    in_ = fields.Boolean(data_key="in", metadata=said("inside at this checkpoint now"))
    first_scanned_at = fields.DateTime(allow_none=True)
    first_gate = fields.String(allow_none=True)
    removed = fields.Boolean(metadata=said("this code admits no more: cancelled, declined or replaced"))


class Roster(Out):
    items = fields.List(fields.Nested(RosterItem()))
    cursor = fields.String()
    more = fields.Boolean()
