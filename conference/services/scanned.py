"""Whom a scan is of: the code with what it stands for, at a checkpoint, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from conference.models import AgendaSession, Checkpoint, Code, Delegate, Departure, Presence, SignUp, Unit
from conference.services import visits_lines
from conference.services.scans import Answer
from conference.vocabulary import SignUpStatus

_agenda = cast(sa.Table, AgendaSession.__table__)
_checkpoints = cast(sa.Table, Checkpoint.__table__)
_codes = cast(sa.Table, Code.__table__)
_delegates = cast(sa.Table, Delegate.__table__)
_departures = cast(sa.Table, Departure.__table__)
_presences = cast(sa.Table, Presence.__table__)
_sign_ups = cast(sa.Table, SignUp.__table__)
_units = cast(sa.Table, Unit.__table__)

# What an answer says of a person, as `person` reads it; of delegates joined with their units.
_WHO: Sequence[sa.ColumnElement[Any]] = (
    _delegates.c.id,
    _delegates.c.number,
    _delegates.c.name,
    _delegates.c.position,
    _delegates.c.category,
    _delegates.c.mode,
    _delegates.c.status,
    _delegates.c.seat,
    _units.c.id.label("unit_id"),
    _units.c.name.label("unit_name"),
    _units.c.province,
)
PERSON = (*_WHO, visits_lines.departure_of(_delegates.c.id))


def person(row: Any) -> Answer:  # a row with `PERSON`
    """The person of an answer."""
    return {
        "id": row.id,
        "number": row.number,
        "name": row.name,
        "unit": {"id": row.unit_id, "name": row.unit_name, "province": row.province},
        "position": row.position,
        "category": row.category.value,
        "mode": row.mode.value,
        "status": row.status.value,
        "seat": row.seat or None,
        "departure": row.departure,
    }


# With their presence there, and where it is a departure's or its session has places of its own, whether they have one.
_LINE = sa.func.coalesce(_departures.c.line_id, _agenda.c.sign_up_line_id)
FIND = (
    sa.select(
        _checkpoints.c.kind,
        _checkpoints.c.opens_at,
        _checkpoints.c.closes_at,
        _checkpoints.c.reentry,
        _codes.c.revoked_at,
        _LINE.label("line_id"),
        _sign_ups.c.id.label("sign_up_id"),
        *_WHO,
        visits_lines.departure_of(_delegates.c.id, _checkpoints.c.departure_id),
        _presences.c.delegate_id.label("seen"),
        _presences.c.inside,
        _presences.c.last_out_at,
        _presences.c.first_scanned_at,
        _presences.c.first_gate,
    )
    .select_from(
        _checkpoints.outerjoin(
            _codes.join(_delegates, _delegates.c.id == _codes.c.delegate_id).join(
                _units, _units.c.id == _delegates.c.unit_id
            ),
            sa.and_(_codes.c.code == sa.bindparam("code"), _delegates.c.meeting_id == _checkpoints.c.meeting_id),
        )
        .outerjoin(
            _presences,
            sa.and_(_presences.c.delegate_id == _delegates.c.id, _presences.c.checkpoint_id == _checkpoints.c.id),
        )
        .outerjoin(_agenda, _agenda.c.id == _checkpoints.c.session_id)
        .outerjoin(_departures, _departures.c.id == _checkpoints.c.departure_id)
        .outerjoin(
            _sign_ups,
            sa.and_(
                _sign_ups.c.line_id == _LINE,
                _sign_ups.c.delegate_id == _delegates.c.id,
                _sign_ups.c.status == SignUpStatus.CONFIRMED,
            ),
        )
    )
    .where(_checkpoints.c.id == sa.bindparam("checkpoint_id"), _checkpoints.c.meeting_id == sa.bindparam("meeting_id"))
)
