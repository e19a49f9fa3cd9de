"""What may be told when, and what of it cannot be understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import contact
from conference.rules import details as rules
from conference.rules.details import Needs, Stay
from conference.vocabulary import ConsentPurpose, DelegateStatus, Fault, Gender, MeetingStatus, Mode, Refusal, Room

STARTS = datetime(2026, 7, 19, 6, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=9)
HOUR = timedelta(hours=1)
HOTEL, DIRECTORY = ConsentPurpose.HOTEL, ConsentPurpose.DIRECTORY


@pytest.mark.parametrize(
    ("status", "meeting", "to_acknowledge", "purpose", "mode", "waiting_for", "now", "refusal"),
    [
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, False, HOTEL, Mode.IN_PERSON, None, STARTS, None),
        (DelegateStatus.PENDING, MeetingStatus.OPEN, False, HOTEL, Mode.IN_PERSON, None, STARTS, None),
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, False, HOTEL, Mode.ONLINE, Mode.IN_PERSON, STARTS, None),
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, False, DIRECTORY, Mode.ONLINE, None, STARTS, None),
        (
            DelegateStatus.CONFIRMED,
            MeetingStatus.OPEN,
            False,
            HOTEL,
            Mode.ONLINE,
            None,
            STARTS,
            Refusal.NEEDED_IN_PERSON_ONLY,
        ),
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, True, HOTEL, Mode.IN_PERSON, None, STARTS, Refusal.ANSWER_FIRST),
        (DelegateStatus.CANCELLED, MeetingStatus.OPEN, True, HOTEL, Mode.IN_PERSON, None, STARTS, Refusal.NOT_ACTIVE),
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, False, HOTEL, Mode.IN_PERSON, None, ENDS, Refusal.MEETING_OVER),
        (
            DelegateStatus.CONFIRMED,
            MeetingStatus.ARCHIVED,
            False,
            DIRECTORY,
            Mode.IN_PERSON,
            None,
            STARTS,
            Refusal.MEETING_OVER,
        ),
    ],
)
def test_who_may_tell_what(
    status: DelegateStatus,
    meeting: MeetingStatus,
    to_acknowledge: bool,
    purpose: ConsentPurpose,
    mode: Mode,
    waiting_for: Mode | None,
    now: datetime,
    refusal: Refusal | None,
) -> None:
    said = rules.refusal_to_tell(
        status,
        meeting,
        ENDS,
        to_acknowledge=to_acknowledge,
        purpose=purpose,
        mode=mode,
        waiting_for=waiting_for,
        now=now,
    )
    assert said is refusal


@pytest.mark.parametrize(
    ("stay", "faults"),
    [
        (Stay(), {}),
        (Stay(room=Room.SHARED), {"gender": Fault.REQUIRED}),
        (Stay(room=Room.SHARED, gender=Gender.FEMALE, share_with="王敏"), {}),
        (Stay(arrives_at=STARTS - HOUR, leaves_at=ENDS), {}),
        (Stay(arrives_at=ENDS, leaves_at=STARTS), {"leaves_at": Fault.LEAVES_BEFORE_ARRIVING}),
        (Stay(arrives_at=STARTS - timedelta(days=61)), {"arrives_at": Fault.OUT_OF_RANGE}),
        (Stay(arrives_by="G" * 61), {"arrives_by": Fault.TOO_LONG}),
        (Stay(share_with="王\u202e敏"), {"share_with": Fault.FORBIDDEN_CHARACTERS}),
        (Stay(share_with="11010519491231002X"), {"share_with": Fault.HOLDS_IDENTITY_NUMBER}),
    ],
)
def test_what_of_a_stay_cannot_be_understood(stay: Stay, faults: dict[str, Fault]) -> None:
    assert rules.faults_in_stay(stay, starts_at=STARTS, ends_at=ENDS) == faults


def test_gender_and_companion_are_kept_with_a_shared_room_alone() -> None:
    told = Stay(room=Room.SINGLE, gender=Gender.MALE, share_with="王敏", arrives_by="G1")
    assert rules.kept(told) == Stay(room=Room.SINGLE, arrives_by="G1")
    shared = Stay(room=Room.SHARED, gender=Gender.MALE, share_with="王敏")
    assert rules.kept(shared) == shared


def test_needs_may_have_lines_and_no_identity_number() -> None:
    assert rules.faults_in_needs(Needs(diet="素食\n不吃花生")) == {}
    assert rules.faults_in_needs(Needs(access="1101 0519 4912 3100 2x")) == {"access": Fault.HOLDS_IDENTITY_NUMBER}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("11010519491231002X", True),
        ("１１０１０５１９４９１２３１００２Ｘ", True),
        ("110105194912310021", False),
        ("13800138000", False),
        ("G7883 08:15", False),
        ("911101051949123100", False),
    ],
)
def test_an_identity_number_is_known_by_its_check(text: str, held: bool) -> None:
    assert rules.holds_identity_number(text) is held


def test_what_is_shown_of_a_contact_does_not_prove_it() -> None:
    assert contact.masked_phone("+8613900000001") == "1390000••••"
    assert contact.masked_phone("+442071838750") == "+44207183••••"
    assert contact.masked_email("zhaomin@example.org") == "z•••@example.org"
