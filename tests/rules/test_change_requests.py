"""When a change is asked for instead of made, and what may still be decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import change_requests as rules
from conference.vocabulary import ChangeWish, DelegateStatus, MeetingStatus, Refusal

AT = datetime(2026, 7, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("frozen", "needed"), [(None, False), (AT + SECOND, False), (AT, True), (AT - SECOND, True)])
def test_a_frozen_meeting_is_asked(frozen: datetime | None, needed: bool) -> None:
    assert rules.needed(frozen, now=AT) is needed


@pytest.mark.parametrize(
    ("status", "meeting", "ends", "refusal"),
    [
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, AT + SECOND, None),
        (DelegateStatus.PENDING, MeetingStatus.CLOSED, AT + SECOND, None),
        (DelegateStatus.CANCELLED, MeetingStatus.OPEN, AT + SECOND, Refusal.NOT_ACTIVE),
        (DelegateStatus.DECLINED, MeetingStatus.OPEN, AT + SECOND, Refusal.NOT_ACTIVE),
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, AT, Refusal.MEETING_OVER),
        (DelegateStatus.CONFIRMED, MeetingStatus.ARCHIVED, AT + SECOND, Refusal.MEETING_OVER),
    ],
)
def test_there_must_be_something_left_to_ask_for(
    status: DelegateStatus, meeting: MeetingStatus, ends: datetime, refusal: Refusal | None
) -> None:
    assert rules.refusal_to_ask(status, meeting, ends, now=AT) is refusal


@pytest.mark.parametrize(
    ("accepted", "refusal"), [(None, None), (True, Refusal.DECIDED_ALREADY), (False, Refusal.DECIDED_ALREADY)]
)
def test_a_request_is_decided_once(accepted: bool | None, refusal: Refusal | None) -> None:
    assert rules.refusal_to_decide(accepted) is refusal


def test_every_wish_has_its_fields() -> None:
    assert set(rules.FIELDS) == set(ChangeWish)
